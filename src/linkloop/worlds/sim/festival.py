"""The town's festivals: how much busier the shop is on the great shopping days, and when somebody adds one."""

from __future__ import annotations

from datetime import date

# Multiples of a usual day. Double 11 and 618 are sales of several days with a peak on the name day; the
# multiples are stated figures of this town, of the order that merchants plan for.
_CALENDAR: dict[tuple[int, int], float] = {
    (1, 12): 1.4, (1, 13): 1.6, (1, 14): 1.6, (1, 15): 1.4,
    (3, 7): 1.5, (3, 8): 2.2,
    (6, 16): 1.6, (6, 17): 2.0, (6, 18): 4.0, (6, 19): 1.3,
    (11, 1): 2.0, (11, 9): 1.5, (11, 10): 2.2, (11, 11): 6.0, (11, 12): 1.5,
    (12, 11): 1.4, (12, 12): 3.0, (12, 13): 1.2,
}  # fmt: skip


def festival_factor(day: date) -> float:
    """How many times the usual number of visits a calendar day of the shop sees (年货节, 38, 618, 双11, 双12)."""
    return _CALENDAR.get((day.month, day.day), 1.0)


class Demand:
    """What lifts demand beyond its season: the calendar, injected festivals, and spikes of single products."""

    def __init__(self, weights: list[float], calendar: bool) -> None:
        self._usual = weights
        self._calendar = calendar
        self._festivals: list[float] = []
        self._spikes: list[tuple[int, float]] = []
        self._promoted: dict[int, tuple[float, float]] = {}
        self._shown: dict[int, float] = {}
        self._people = 1.0
        self.regions: dict[str, float] = {}
        self.weights = list(weights)

    def factor(self, day: date) -> float:
        """Visits on this day, as a multiple of a usual day; spikes of products bring their visitors with them."""
        lift = festival_factor(day) if self._calendar else 1.0
        for festival in self._festivals:
            lift *= festival
        return lift * sum(self.weights) * self._people

    def paid(self, product: int, fen: int) -> int:
        """What a buyer pays for a product of this price now."""
        promoted = self._promoted.get(product)
        return fen if promoted is None else max(1, round(fen * (1 - promoted[1])))

    def promote(self, products: dict[int, tuple[float, float]]) -> None:
        """From now on these are promoted, only they: wanted so many times as much, at a discount (0 to 1)."""
        self._promoted = products
        self._weigh()

    def show(self, products: dict[int, float]) -> None:
        """From now on these are in a live show, and only they."""
        self._shown = products
        self._weigh()

    def blow(self, regions: dict[str, float], people: float) -> None:
        """From now on so many times as many people of each region buy, and of all together."""
        self.regions, self._people = regions, people

    def begin_festival(self, factor: float) -> None:
        """From now on everything is wanted `factor` times as much."""
        self._festivals.append(factor)

    def end_festival(self, factor: float) -> None:
        """The festival is over."""
        self._festivals.remove(factor)

    def begin_spike(self, product: int, factor: float) -> None:
        """From now on one product is wanted `factor` times as much, all others as before."""
        self._spikes.append((product, factor))
        self._weigh()

    def end_spike(self, product: int, factor: float) -> None:
        """The spike is over."""
        self._spikes.remove((product, factor))
        self._weigh()

    def _weigh(self) -> None:
        self.weights = list(self._usual)
        for product, factor in self._spikes:
            self.weights[product] *= factor
        for product, (factor, _) in self._promoted.items():
            self.weights[product] *= factor
        for product, factor in self._shown.items():
            self.weights[product] *= factor
