"""Who comes back after a delay follows the stated truth, and a policy can learn it from outcomes."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from linkloop.commerce.orders import OrderPlaced
from linkloop.commerce.parcels import Parcel, ParcelDelayed, ParcelDelivered
from linkloop.commerce.remedies import CustomerStayed
from linkloop.commerce.understanding import Mood
from linkloop.worlds.sim.agenda import DAY, HOUR, Agenda
from linkloop.worlds.sim.people import People, Person
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.retention import (
    ANSWER,
    BASE,
    COUPON,
    FREE_SHIPPING,
    LOYAL,
    PER_DAY,
    REMEDY,
    WAITS_DAYS,
    WAITS_SPREAD_HOURS,
    Retention,
    lift,
    size_of,
    stay_probability,
)
from tests.worlds.sim.conftest import Lived

MOODS: tuple[Mood, ...] = ("angry", "anxious", "neutral")


def _outcomes(count: int) -> list[tuple[Purchase, bool]]:
    """Late purchases with random remedies and answers, and what came of them."""
    agenda, people, rng = Agenda(0), People(5), np.random.default_rng(5)
    retention = Retention(agenda, people, 5)
    retention.visit = lambda person: True
    purchases: dict[str, Purchase] = {}
    for n in range(count):
        purchase = Purchase(f"LL{n}", Person(f"C{n}", "王芳", "zh", 0, 0), 0, [], (), 10_000, "app", 0)
        purchase.late_days = float(rng.uniform(0, 4))
        retention.upset(purchase)
        purchase.answered = bool(rng.random() < 0.5)
        purchase.total = int(rng.choice([5_000, 22_360, 100_000]))
        purchase.person.joined = int(rng.choice([0, -3 * DAY]))
        purchase.remedy = round(purchase.total * rng.choice([0, 0.05, 0.1, 0.2]))
        purchase.coupon = 0 if purchase.remedy else round(purchase.total * rng.choice([0, 0.1]))
        purchase.free_shipping = bool(rng.random() < 0.2)
        purchases[purchase.order_id] = purchase
    found = []
    while (said := agenda.step(30 * DAY)) is not None:
        for event in (item for delivery in said for item in delivery.said if isinstance(item, CustomerStayed)):
            found.append((purchases[event.order_id], event.stayed))
    return found


def test_a_logistic_regression_finds_the_truth_again() -> None:
    """The coefficients of an unpenalised regression (scikit-learn) are the stated ones within sampling error."""
    found = _outcomes(16_000)
    rows, stayed = [], []
    for purchase, outcome in found:
        share = (purchase.remedy + COUPON * purchase.coupon) / purchase.total
        gift = lift(purchase.late_days, share, size_of(purchase.total))
        loyal = float(purchase.person.joined < -DAY)
        flags = [float(purchase.mood == mood) for mood in MOODS]
        rows.append(
            [
                *flags,
                *(flag * gift for flag in flags),
                purchase.late_days,
                float(purchase.answered),
                loyal,
                float(purchase.free_shipping),
            ]
        )
        stayed.append(outcome)
    fitted = LogisticRegression(C=1e6, fit_intercept=False, max_iter=1000).fit(np.array(rows), np.array(stayed))
    truth = [*(BASE[m] for m in MOODS), *(REMEDY[m] for m in MOODS), PER_DAY, ANSWER, LOYAL, FREE_SHIPPING]
    assert fitted.coef_[0].tolist() == pytest.approx(truth, abs=0.3)


def test_money_helps_the_angry_most_and_ever_less_per_yuan() -> None:
    gains = {mood: stay_probability(mood, 1, False, 0.1) - stay_probability(mood, 1, False, 0) for mood in MOODS}
    assert gains["angry"] > gains["anxious"] > gains["neutral"] > 0
    steps = [stay_probability("angry", 1, True, share) for share in (0.0, 0.1, 0.2, 0.3)]
    assert steps[1] - steps[0] > steps[2] - steps[1] > steps[3] - steps[2] > 0


def test_the_later_the_parcel_the_angrier_and_the_fewer_stay() -> None:
    found = _outcomes(5000)
    late = [purchase.mood == "angry" for purchase, _ in found if purchase.late_days > 3]
    soon = [purchase.mood == "angry" for purchase, _ in found if purchase.late_days < 1]
    assert sum(late) / len(late) > 1.5 * sum(soon) / len(soon)
    assert stay_probability("anxious", 3, False, 0) < stay_probability("anxious", 0, False, 0)


def test_every_late_order_has_one_outcome_a_week_after_it_was_known(lived: Lived) -> None:
    outcomes = lived.said(CustomerStayed)
    known = {event.order_id: event.at for event in lived.said(ParcelDelayed)}
    late = known.keys() | {event.order_id for event in lived.said(ParcelDelivered) if event.late_days > 0}
    assert len({event.order_id for event in outcomes}) == len(outcomes) > 50
    assert {event.order_id for event in outcomes} <= late
    for event in outcomes:
        if event.order_id in known:
            wait = (event.at - known[event.order_id]) / timedelta(microseconds=1)
            assert WAITS_DAYS * DAY <= wait <= WAITS_DAYS * DAY + WAITS_SPREAD_HOURS * HOUR


def test_who_stays_orders_at_that_moment_and_who_leaves_never_again(lived: Lived) -> None:
    orders: dict[str, list] = {}
    for order in lived.said(OrderPlaced):
        orders.setdefault(order.customer_id, []).append(order.at)
    gone = {e.customer_id: e.at for e in lived.said(CustomerStayed) if not e.stayed}
    for event in lived.said(CustomerStayed):
        if event.stayed:
            assert event.at in orders[event.customer_id]
    parcels = {p.customer_id for p in lived.said(Parcel)}
    # A visit is planned up to a minute ahead.
    assert gone.keys() <= parcels
    assert not [who for who, at in gone.items() if any(t > at + timedelta(minutes=1) for t in orders[who])]
