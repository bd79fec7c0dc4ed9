"""The thirty seconds in a real shop: budget under concurrency, what the gate holds, replay to the same bytes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation, MessageReceived
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.remedies import CustomerStayed, RemedySafety, Rescue
from linkloop.commerce.time import MinutePassed
from linkloop.core.clock import SimClock
from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.world import Delivery
from linkloop.engine.gate import GatePolicy, Hold, Limit
from linkloop.engine.replay import reexecute
from linkloop.engine.whatif import what_if
from linkloop.faces.desk.service_remedies import evaluation, rescues
from linkloop.links.service import link
from linkloop.links.service.choosing import SAFETY
from tests.engine.small_shop import decisions, settle
from tests.recorder import Recorder

NOW = datetime(2026, 7, 4, 2, 0, tzinfo=UTC)
ANGRY = "where is my parcel?! this is ridiculous, so late!!"
GIFTS = ("Compensate", "IssueCoupon")
BUDGET = 20_000
PEOPLE = 24


def open_golden(folder: Path, gate: GatePolicy) -> Shop:
    recorder = Recorder(folder / "effects.txt", frozenset({"Reply", *GIFTS}))
    shop = Shop(Settings(folder=str(folder), gate=gate), links=[link], worlds=[recorder])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    rows: list[Table] = [RemedySafety(name=SAFETY, safe_value=1e9)]
    for n in range(PEOPLE):
        rows += [
            Customer(customer_id=f"c{n}", language="zh-CN", country="CN", lifetime_value=Money(60_000, "CNY")),
            Order(order_id=f"LL{n:04}", customer_id=f"c{n}", status="shipped", placed_at=NOW - timedelta(days=7),
                  total=Money(20_000, "CNY"), channel="web"),
            Parcel(parcel_id=f"PLL{n:04}", order_id=f"LL{n:04}", customer_id=f"c{n}", carrier="顺丰", status="delayed",
                   promised_at=NOW - timedelta(days=3), expected_at=NOW + timedelta(hours=9)),
        ]  # fmt: skip
    shop.loop.accept([Delivery(source="town", external_id="rows", said=tuple(rows))])
    return shop


def angry(n: int, text: str = ANGRY, at: datetime = NOW) -> Delivery:
    event = MessageReceived(at=at, message_id=f"m{n}:{at:%H%M%S}", conversation_id=f"v{n}", channel="web", text=text,
                            customer_id=f"c{n}", order_id=f"LL{n:04}")  # fmt: skip
    return Delivery(source="town", external_id=f"m{n}:{at.isoformat()}", said=(event,))


def pass_to(shop: Shop, at: datetime) -> None:
    minute = MinutePassed(at=at, shop="s")
    shop.loop.accept([Delivery(source="clock", external_id=at.isoformat(), said=(minute,))])


def rows(shop: Shop, kind: type[Table]) -> list:
    with shop.store.read() as connection:
        found = connection.exec_driver_sql("SELECT body FROM state WHERE kind = ?", (kind.__table__,)).scalars()
        return [msgspec.json.decode(body, type=kind) for body in found]


def gifts(shop: Shop) -> list[Decision]:
    return [d for d in decisions(shop) if d.action_kind in GIFTS]


TIGHT = GatePolicy(
    limits=(
        Limit(name="money", action="Compensate", period="day", money=BUDGET),
        Limit(name="coupons", action="IssueCoupon", period="day", money=BUDGET),
    ),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory):
    shop = open_golden(tmp_path_factory.mktemp("golden"), TIGHT)
    shop.loop.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: shop.loop.accept([angry(n)]), range(PEOPLE)))
    shop.loop.stop()
    settle(shop)
    yield shop
    shop.close()


def test_a_budget_is_never_exceeded_however_many_write_at_once(shop: Shop) -> None:
    for kind in GIFTS:
        out = [d.at_risk.amount for d in gifts(shop) if d.action_kind == kind and d.status == "done"]
        assert sum(out) <= BUDGET
    money = [d for d in gifts(shop) if d.action_kind == "Compensate"]
    assert sum(d.at_risk.amount for d in money) > BUDGET  # it was wanted
    assert {d.status for d in money} == {"done", "held"}
    assert len(gifts(shop)) == len({d.about for d in gifts(shop)})  # one an order


def test_everybody_has_a_remedy_or_a_person_within_thirty_seconds(shop: Shop) -> None:
    pass_to(shop, NOW + timedelta(minutes=1))
    settle(shop)
    held = {d.about for d in gifts(shop) if d.status == "held"}
    found = rows(shop, Rescue)
    assert len(found) == PEOPLE
    waiting = {row.conversation_id for row in rows(shop, Conversation) if row.status == "waiting"}
    for rescue in found:
        assert rescue.done_at is not None
        assert rescue.done_at <= rescue.due_at
        if rescue.order_id in held:
            assert (rescue.step, rescue.conversation_id in waiting) == ("fallback", True)
        else:
            assert rescue.step in ("remedy", "answer")
    lines = rescues(shop)
    assert len(lines) == PEOPLE
    assert all(line.in_time for line in lines)


def test_an_unchanged_past_comes_out_unchanged_and_every_gift_executes_again_to_the_same_bytes(shop: Shop) -> None:
    report = what_if(shop.machine(), None, None)
    assert report.changed == 0
    for decision in decisions(shop):
        again = reexecute(shop.machine(), decision.id)
        assert again.same, again.different


def test_the_evaluation_says_nothing_until_there_are_outcomes_and_then_covers_every_policy(shop: Shop) -> None:
    assert evaluation(shop).policies == ()
    for n in range(PEOPLE):
        stayed = CustomerStayed(at=NOW + timedelta(days=8), customer_id=f"c{n}", order_id=f"LL{n:04}", stayed=n % 3 > 0)
        shop.loop.accept([Delivery(source="town", external_id=f"stay{n}", said=(stayed,))])
    found = evaluation(shop)
    assert found.choices == PEOPLE
    assert found.policies == ()  # fewer than `fewest`: an interval would say little
    assert found.choices < found.fewest
    assert {weight.name for weight in found.weights} >= {"always", "gift", "coupon"}
    assert 0 <= found.at_risk <= found.allowance


def test_a_hold_above_an_amount_brings_a_person(tmp_path: Path) -> None:
    shop = open_golden(
        tmp_path, GatePolicy(holds=(Hold(action="Compensate", above=0), Hold(action="IssueCoupon", above=0)))
    )
    for n in range(4):
        shop.loop.accept([angry(n)])
    pass_to(shop, NOW + timedelta(minutes=1))
    settle(shop)
    assert {d.status for d in gifts(shop)} == {"held"}
    wanted = {d.about for d in gifts(shop)}
    for rescue in rows(shop, Rescue):
        assert (rescue.step == "fallback") == (rescue.order_id in wanted)
    replies = [d for d in decisions(shop) if d.action_kind == "Reply" and "golden" in d.action["in_reply_to"]]
    assert len(replies) == len(wanted)
    shop.close()
