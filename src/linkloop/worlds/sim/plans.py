"""What the town's merchant plans: promotions and live shows, each known two weeks ahead, as a function of the seed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from linkloop.commerce.plans import LiveShow, Promotion
from linkloop.worlds.sim.draws import once

AHEAD_DAYS = 14
# Stated: a promotion begins on two days in three, for three days, on one product; demand follows what is paid with an
# elasticity of −2.5 (Bijmolt, van Heerde and Pieters 2005: mean −2.62 of 1,851 published ones).
BEGINS, LASTS_DAYS, DISCOUNTS, ELASTICITY = 0.67, 3, (0.1, 0.15, 0.2, 0.3), -2.5
# Stated: shows on Tuesday, Thursday and Saturday from 20:00 to 22:00; a product in one is wanted five times as much.
SHOW_DAYS, SHOW_HOUR, SHOW_HOURS, SHOW_PRODUCTS, SHOW_LIFT = (1, 3, 5), 20, 2, 4, 5.0


class Plans:
    """Promotions and live shows of any day, past or ahead. Products are known by their index in the catalogue."""

    def __init__(self, seed: int, product_ids: list[str]) -> None:
        self._seed, self._ids = seed, product_ids

    def begins(self, day: date) -> tuple[int, float] | None:
        """The product and discount (0 to 1) of the promotion that begins on a day."""
        draws = once(self._seed, "promotion", day.isoformat())
        if not draws.happens(BEGINS):
            return None
        return int(draws.uniform() * len(self._ids)), draws.pick(DISCOUNTS)

    def discounts(self, day: date) -> dict[int, float]:
        """Product → its discount on a day; the deepest where two promotions overlap."""
        found: dict[int, float] = {}
        for back in range(LASTS_DAYS):
            begun = self.begins(day - timedelta(days=back))
            if begun is not None:
                found[begun[0]] = max(begun[1], found.get(begun[0], 0.0))
        return found

    def shown(self, day: date) -> tuple[int, ...]:
        """The products of the day's live show."""
        if day.weekday() not in SHOW_DAYS:
            return ()
        draws = once(self._seed, "show", day.isoformat())
        return tuple(sorted({int(draws.uniform() * len(self._ids)) for _ in range(SHOW_PRODUCTS)}))

    def rows(self, day: date, zone: ZoneInfo) -> list[Promotion | LiveShow]:
        """What begins on a day."""
        found: list[Promotion | LiveShow] = []
        begun = self.begins(day)
        if begun is not None:
            until = day + timedelta(days=LASTS_DAYS - 1)
            found.append(
                Promotion(promotion_id=f"PR-{day:%Y%m%d}", product_id=self._ids[begun[0]], since=day.isoformat(),
                          until=until.isoformat(), discount=begun[1])
            )  # fmt: skip
        starts = datetime.combine(day, time(SHOW_HOUR), zone)
        for product in self.shown(day):
            found.append(
                LiveShow(show_id=f"LS-{day:%Y%m%d}", product_id=self._ids[product], day=day.isoformat(),
                         starts_at=starts, minutes=60 * SHOW_HOURS)
            )  # fmt: skip
        return found


def lift_of(discount: float) -> float:
    """How many times as much is wanted at this discount."""
    return (1 - discount) ** ELASTICITY
