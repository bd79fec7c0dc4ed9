"""Whether shoppers whose parcel was late come back: the hidden truth that compensation policies have to learn."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

from linkloop.commerce.remedies import CustomerStayed
from linkloop.commerce.understanding import Mood
from linkloop.worlds.sim.agenda import DAY, HOUR, Agenda
from linkloop.worlds.sim.draws import Draws, running
from linkloop.worlds.sim.people import People, Person
from linkloop.worlds.sim.purchase import Purchase

SHIPPING = 800  # what the shop pays for a parcel that is shipped free, fen
WAITS_DAYS, WAITS_SPREAD_HOURS = 7.0, 12.0
# logit P(stay) = BASE[mood] + PER_DAY × days late + LOYAL if they bought before + ANSWER if somebody wrote back
#   + REMEDY[mood] × waited × felt × (1 − e^(−r/SATED)) + FREE_SHIPPING if the next order is shipped free,
# r = (money + COUPON × coupon) / order value, waited = LEAST_WAITED + PER_DAY_WAITED × days late (at most MOST_DAYS),
# felt = LEAST_FELT + (2 − 2 LEAST_FELT) × size of the order (0: ¥50, 1: ¥1,000 on a log scale).
# Stated truth of this town: money helps the angry most and has diminishing effect, an answer helps everybody a little,
# compensation counts for more where the failure was greater, and a coupon for less than money (the directions of Smith,
# Bolton & Wagner 1999, Journal of Marketing Research 36(3)); a share of a small order is hardly felt. Sizes are ours.
BASE: dict[Mood, float] = {"angry": -0.9, "anxious": -0.1, "neutral": 0.4, "pleased": 1.0}
REMEDY: dict[Mood, float] = {"angry": 2.2, "anxious": 1.5, "neutral": 0.7, "pleased": 0.2}
PER_DAY, ANSWER, SATED, LOYAL = -0.20, 0.45, 0.08, 0.5
LEAST_WAITED, PER_DAY_WAITED, MOST_DAYS, LEAST_FELT = 0.5, 0.25, 4.0, 0.6
COUPON, FREE_SHIPPING, USES = 0.6, 0.15, 0.6


def stay_probability(
    mood: Mood,
    late_days: float,
    answered: bool,
    remedy_share: float,
    *,
    size: float = 0.5,
    loyal: bool = False,
    coupon_share: float = 0.0,
    free_shipping: bool = False,
) -> float:
    """The true probability that a shopper comes back; shares are of the order's value, `size` is that value, 0 to 1."""
    logit = BASE[mood] + PER_DAY * late_days + ANSWER * answered + LOYAL * loyal + FREE_SHIPPING * free_shipping
    logit += REMEDY[mood] * lift(late_days, remedy_share + COUPON * coupon_share, size)
    return 1 / (1 + exp(-logit))


def lift(late_days: float, share: float, size: float) -> float:
    """How much of its full effect a gift has."""
    waited = LEAST_WAITED + PER_DAY_WAITED * min(late_days, MOST_DAYS)
    return waited * (LEAST_FELT + (2 - 2 * LEAST_FELT) * size) * (1 - exp(-share / SATED))


def size_of(fen: int) -> float:
    """How large an order is: 0 up to ¥50, 1 from ¥1,000, on a log scale between."""
    return min(max(log(max(fen, 1) / 5_000) / log(20), 0.0), 1.0)


class Retention:
    """Draws a mood when a parcel is late, and a week later the outcome: an order, or nothing ever again."""

    def __init__(self, agenda: Agenda, people: People, seed: int) -> None:
        self._agenda, self._people = agenda, people
        self._draws = Draws(seed, "retention")
        self.visit: Callable[[Person], bool] | None = None
        self.stayed = 0
        self.left = 0
        self.chances = 0.0  # the sum of true probabilities: what outcomes are drawn from, for those who measure
        self.worth_kept = 0.0  # the same, each times the order's value, fen
        self.redeemed = 0

    def upset(self, purchase: Purchase) -> None:
        """A parcel is known to be late: until the outcome this shopper does not come back by chance."""
        draws = self._draws
        purchase.delayed = self._agenda.now
        purchase.mood = _moods(purchase.late_days, draws)
        purchase.person.waiting += 1
        self._people.lose(purchase.person)
        wait = WAITS_DAYS * DAY + draws.between(0, WAITS_SPREAD_HOURS) * HOUR
        self._agenda.after(wait, self._outcome, purchase)

    def _outcome(self, purchase: Purchase) -> None:
        total = max(purchase.total, 1)
        person = purchase.person
        chance = stay_probability(
            purchase.mood, purchase.late_days, purchase.answered, purchase.remedy / total, size=size_of(total),
            loyal=purchase.placed - person.joined > DAY, coupon_share=purchase.coupon / total,
            free_shipping=purchase.free_shipping,
        )  # fmt: skip
        self.chances += chance
        self.worth_kept += chance * total
        person.waiting -= 1
        wants = self._draws.happens(chance) and not person.gone
        # Who comes back does so with an order; with empty shelves there is nothing to come back for.
        stays = wants and self.visit is not None and self.visit(person)
        person.gone = not stays
        self.stayed += stays
        self.left += not stays
        if stays and (purchase.coupon or purchase.free_shipping) and self._draws.happens(USES):
            self.redeemed += purchase.coupon or SHIPPING
        case_id, decision_id = purchase.story
        self._agenda.say(
            "retention", f"stay:{purchase.order_id}",
            CustomerStayed(
                at=self._agenda.today(), case_id=case_id, cause_id=decision_id,
                customer_id=person.customer_id, order_id=purchase.order_id, stayed=stays,
            ),
        )  # fmt: skip


def _moods(late_days: float, draws: Draws) -> Mood:
    """The later, the angrier: half of those who wait two days too long are angry."""
    angry = min(0.15 + 0.175 * late_days, 0.8)
    moods: tuple[Mood, ...] = ("angry", "anxious", "neutral")
    return moods[draws.weighted(running((angry, (1 - angry) * 0.6, (1 - angry) * 0.4)))]
