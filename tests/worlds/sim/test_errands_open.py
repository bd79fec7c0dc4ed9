"""The shop may open a conversation about a parcel with the shopper who waits for it, and with nobody else."""

from datetime import UTC, datetime, timedelta

from linkloop.commerce.conversations import Message, Reply
from linkloop.commerce.parcels import Parcel, ParcelDelayed
from linkloop.core.action import Errand, effect_key
from linkloop.core.money import Money
from linkloop.worlds.sim.faults import Typhoon
from linkloop.worlds.sim.town import Town

START = datetime(2026, 11, 24, 1, tzinfo=UTC)


def delayed_town():
    town = Town(3, 1000, START, "Asia/Shanghai", "t")
    town.inject(Typhoon())
    for delivery in town.run_until(START + timedelta(days=2)):
        for item in delivery.said:
            if isinstance(item, ParcelDelayed):
                return town, item
    raise AssertionError("a typhoon delays something in two days")


def news(event, customer_id):
    action = Reply(
        conversation_id=f"parcel:{event.parcel_id}", in_reply_to=f"delayed:{event.parcel_id}", channel="app",
        customer_id=customer_id, text="您的包裹会晚到", at_risk=Money(0, "CNY"),
    )  # fmt: skip
    return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")


def test_the_shopper_who_waits_gets_the_news():
    town, event = delayed_town()
    assert town.perform(news(event, event.customer_id)).status == "done"
    rows = [item for d in town.run_until(town.now() + timedelta(minutes=1)) for item in d.said]
    sent = [row for row in rows if isinstance(row, Message) and row.author == "bot"]
    assert [(row.conversation_id, row.customer_id) for row in sent] == [
        (f"parcel:{event.parcel_id}", event.customer_id)
    ]
    assert not any(
        isinstance(row, Parcel) and row.status == "delivered" and row.parcel_id == event.parcel_id for row in rows
    )


def test_somebody_else_does_not():
    town, event = delayed_town()
    refused = town.perform(news(event, "C-somebody"))
    assert (refused.status, refused.detail) == ("refused", "no such conversation")
