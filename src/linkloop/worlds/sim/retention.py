"""Whether shoppers whose parcel was late come back: the hidden truth that compensation policies have to learn."""

from __future__ import annotations

from collections.abc import Callable
from math import exp

from linkloop.commerce.remedies import CustomerStayed
from linkloop.commerce.understanding import Mood
from linkloop.worlds.sim.agenda import DAY, HOUR, Agenda
from linkloop.worlds.sim.draws import Draws, running
from linkloop.worlds.sim.people import People, Person
from linkloop.worlds.sim.purchase import Purchase

WAITS_DAYS, WAITS_SPREAD_HOURS = 7.0, 12.0
# logit P(stay) = BASE[mood] + PER_DAY × days late + ANSWER if somebody wrote back + REMEDY[mood] × (1 − e^(−r/SATED)),
# r = compensation / order value. Stated truth of this town: money helps the angry most and has diminishing effect,
# an answer helps everybody a little (the direction that service-recovery studies agree on: Smith, Bolton & Wagner
# 1999, Journal of Marketing Research 36(3)).
BASE: dict[Mood, float] = {"angry": -0.9, "anxious": -0.1, "neutral": 0.4, "pleased": 1.0}
REMEDY: dict[Mood, float] = {"angry": 2.2, "anxious": 1.5, "neutral": 0.7, "pleased": 0.2}
PER_DAY, ANSWER, SATED = -0.20, 0.45, 0.08


def stay_probability(mood: Mood, late_days: float, answered: bool, remedy_share: float) -> float:
    """The true probability that a shopper comes back; `remedy_share` is compensation divided by order value."""
    logit = BASE[mood] + PER_DAY * late_days + ANSWER * answered + REMEDY[mood] * (1 - exp(-remedy_share / SATED))
    return 1 / (1 + exp(-logit))


class Retention:
    """Draws a mood when a parcel is late, and a week later the outcome: an order, or nothing ever again."""

    def __init__(self, agenda: Agenda, people: People, seed: int) -> None:
        self._agenda, self._people = agenda, people
        self._draws = Draws(seed, "retention")
        self.visit: Callable[[Person], bool] | None = None
        self.stayed = 0
        self.left = 0

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
        chance = stay_probability(
            purchase.mood, purchase.late_days, purchase.answered, purchase.remedy / max(purchase.total, 1)
        )
        person = purchase.person
        person.waiting -= 1
        wants = self._draws.happens(chance) and not person.gone
        # Who comes back does so with an order; with empty shelves there is nothing to come back for.
        stays = wants and self.visit is not None and self.visit(person)
        person.gone = not stays
        self.stayed += stays
        self.left += not stays
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
