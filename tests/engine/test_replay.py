"""The past can be heard again: unchanged it comes out the same, changed it shows what would differ."""

import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.parcels import ParcelDelivered
from linkloop.commerce.remedies import Compensate, RemedyGiven
from linkloop.commerce.time import DayClosed
from linkloop.core.clock import SimClock
from linkloop.core.decision import decide
from linkloop.core.errors import NotFound
from linkloop.core.link import Link
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.engine import effects as effects_module
from linkloop.engine.gate import Gate, GatePolicy, Hold
from linkloop.engine.rehearsal import Rehearsal
from linkloop.engine.replay import reexecute
from linkloop.engine.whatif import what_if
from linkloop.faces.desk.desk import Desk
from linkloop.store.ledger import entries
from tests.engine.small_shop import NOW, decisions, late_parcel, open_small, said, settle


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr(effects_module, "BACKOFF_S", 0.0)
    shop, recorder = open_small(tmp_path)
    shop.recorder = recorder
    shop.effects.recover()
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    for n in range(12):
        late_parcel(shop, n, 100 * (n + 1), f"c{n % 3}")
    shop.loop.accept([said("d", DayClosed(at=NOW, shop="s", day="2026-11-24"))])
    settle(shop)
    yield shop
    shop.close()


def test_every_decision_executes_again_to_the_same_bytes(shop):
    for decision in decisions(shop):
        again = reexecute(shop.machine(), decision.id)
        assert again.same, again.different
        assert again.recorded == again.again


def test_a_decision_that_a_person_took_has_no_event_to_hear_again(shop):
    desk = Desk(shop)
    desk.undo(decisions(shop)[0].id, "li", "x")
    settle(shop)
    back = next(d for d in decisions(shop) if d.undoes)
    with pytest.raises(NotFound):
        reexecute(shop.machine(), back.id)


def test_an_unchanged_period_comes_out_unchanged(shop):
    report = what_if(shop.machine(), None, None)
    assert (report.changed, report.cases_changed) == (0, 0)
    assert report.before == report.after
    assert report.before[0].decisions == 13


def test_a_changed_limit_shows_what_would_differ_and_touches_nothing(shop):
    before, head = decisions(shop), shop.loop.head
    gate = Gate(GatePolicy(holds=(Hold(action="Compensate", above=2_000),)), shop.zone)
    report = what_if(shop.machine(gate=gate), None, None)
    [old], [new] = report.before, report.after
    went, goes = [d for d in before if d.status == "done"], [d for d in before if d.at_risk.amount <= 2_000]
    assert (old.allowed, new.allowed) == (len(went), len(goes))
    assert report.money_before == sum(d.at_risk.amount for d in went)
    assert report.money_after == sum(d.at_risk.amount for d in goes)
    assert report.changed == sum((d.status == "done") != (d.at_risk.amount <= 2_000) for d in before)
    assert {change.fields for change in report.changes} == {("status",)}
    assert (decisions(shop), shop.loop.head) == (before, head)


def test_replaying_reports_its_progress(shop):
    seen = []
    what_if(shop.machine(), None, None, progress=lambda done, of: seen.append((done, of)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] <= seen[-1][1]


def test_a_slow_handler_is_replayed_on_the_snapshot_that_it_saw(shop):
    """Orders that came between the end of the day and its hearing were seen then, so they are seen again."""
    shop.loop.accept([said("d2", DayClosed(at=NOW, shop="s", day="2026-11-25"))])
    late_parcel(shop, "between", 300, "c9")
    settle(shop)
    day = next(d for d in decisions(shop) if d.about == "day:2026-11-25")
    assert day.reason.en == "13 orders"
    report = what_if(shop.machine(), None, None)
    assert report.changed == 0


def test_a_decision_that_rests_on_sql_is_rehearsed_as_often_as_is_asked(shop):
    day = next(d for d in decisions(shop) if d.about.startswith("day:"))
    with shop.store.read() as connection:
        [first] = [entry.decision for entry in entries(connection, day.id)][:1]
        rehearsal = Rehearsal(shop.machine(), connection, first)
        again = [rehearsal.ruled(shop.matrix) for _ in range(2)]
    assert [(d.id, d.reason, d.action) for d in again if d] == [(first.id, first.reason, first.action)] * 2


def test_a_slow_link_that_writes_much_does_not_show_the_next_one_its_own_future(tmp_path):
    """What a replay writes stands behind its horizon, where the past has rows of its own: they stay unseen."""
    writes = Link("alpha", title=("Alpha", "甲"), says=(RemedyGiven,))
    pays = Link("beta", title=("Beta", "乙"), decides=(Compensate,))

    @writes.hears(DayClosed, slow=True)
    def many(ctx, event):
        for n in range(60):
            yield RemedyGiven(order_id=f"n{n}", customer_id="c", remedy="none", mood="neutral")

    @pays.hears(DayClosed, slow=True)
    def once(ctx, event):
        [row] = ctx.sql("SELECT count(*) AS n FROM decisions")
        [given] = ctx.sql("SELECT count(*) AS n FROM remedies_given")
        for n in range(row["n"], 20):
            amount = Money(n + 1, "CNY")
            action = Compensate(order_id=f"b{n}", customer_id="c", cause="day", amount=amount, at_risk=amount)
            yield decide(action, Text(en=f"{given['n']} rows", zh=f"{given['n']} 行"))

    shop = Shop(Settings(folder=str(tmp_path)), links=[writes, pays], worlds=[])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    try:
        shop.loop.accept([said("d", DayClosed(at=NOW, shop="s", day="2026-11-24"))])
        shop.slow.step()
        assert [d.reason.en for d in decisions(shop)] == ["60 rows"] * 20
        assert what_if(shop.machine(), None, None).changed == 0
    finally:
        shop.close()


@pytest.mark.parametrize("rows", [10, 12_000])
def test_sql_sees_all_that_its_transaction_has_said_however_much_that_is(tmp_path, rows):
    writes = Link("alpha", title=("Alpha", "甲"), says=(RemedyGiven,))
    counts = Link("beta", title=("Beta", "乙"), decides=(Compensate,))

    @writes.hears(DayClosed)
    def many(ctx, event):
        for n in range(rows):
            yield RemedyGiven(order_id=f"n{n}", customer_id="c", remedy="none", mood="neutral")
            yield RemedyGiven(order_id=f"n{n}", customer_id="c", remedy="none", mood="angry")

    @counts.hears(DayClosed)
    def once(ctx, event):
        [given] = ctx.sql("SELECT count(*) AS n, count(*) FILTER (mood = 'angry') AS last FROM remedies_given")
        assert len(ctx.sql("SELECT order_id FROM remedies_given")) == rows
        action = Compensate(order_id="b", customer_id="c", cause="day", amount=Money(1, "CNY"), at_risk=Money(1, "CNY"))
        yield decide(action, Text(en=f"{given['n']} rows, {given['last']} last", zh="行"))

    shop = Shop(Settings(folder=str(tmp_path)), links=[writes, counts], worlds=[])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    try:
        shop.loop.accept([said("d", DayClosed(at=NOW, shop="s", day="2026-11-24"))])
        assert [d.reason.en for d in decisions(shop)] == [f"{rows} rows, {rows} last"]
        assert what_if(shop.machine(), None, None).changed == 0
    finally:
        shop.close()


def test_a_query_that_finds_more_than_a_link_can_take_in_buries_its_event_instead_of_judging_a_part(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("linkloop.engine.turn.MOST_ROWS", 3)
    counts = Link("alpha", title=("Alpha", "甲"), decides=(Compensate,))

    @counts.hears(DayClosed)
    def once(ctx, event):
        found = len(ctx.sql("SELECT day FROM day_closed"))
        action = Compensate(order_id="b", customer_id="c", cause="day", amount=Money(1, "CNY"), at_risk=Money(1, "CNY"))
        yield decide(action, Text(en=f"{found} days", zh=f"{found} 天"))

    shop = Shop(Settings(folder=str(tmp_path)), links=[counts], worlds=[])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    try:
        for n in range(4):
            shop.loop.accept([said(f"d{n}", DayClosed(at=NOW, shop="s", day=f"2026-11-2{n}"))])
        assert [d.reason.en for d in decisions(shop)] == ["1 days", "2 days", "3 days"]
        with shop.store.read() as connection:
            [problem] = connection.exec_driver_sql("SELECT problem FROM dead_letters").scalars().all()
        assert "sql.rows" in problem
        assert "Group the rows" in problem
    finally:
        shop.close()


def test_slow_links_hear_a_day_together_before_the_next_and_what_a_link_says_is_heard_too(tmp_path):
    counts = Link("alpha", title=("Alpha", "甲"), says=(RemedyGiven,))
    judges = Link("beta", title=("Beta", "乙"), says=(ParcelDelivered,), decides=(Compensate,))
    ends = Link("aaa", title=("Last", "末"), says=(RemedyGiven,))

    @counts.hears(DayClosed, slow=True)
    def one(ctx, event):
        yield RemedyGiven(order_id=event.day, customer_id="c", remedy="none", mood="neutral")

    @judges.hears(DayClosed, slow=True)
    def all_so_far(ctx, event):
        [given] = ctx.sql("SELECT count(*) AS n FROM remedies_given")
        money = Money(1, "CNY")
        action = Compensate(order_id=event.day, customer_id="c", cause="day", amount=money, at_risk=money)
        yield decide(action, Text(en=f"{event.day}: {given['n']}", zh="行"))
        yield ParcelDelivered(at=ctx.now(), parcel_id="p", order_id="o", customer_id="c", carrier="x", days=1.0)

    @ends.hears(ParcelDelivered, slow=True)
    def after(ctx, event):
        yield RemedyGiven(order_id=f"after {event.id}", customer_id="c", remedy="none", mood="neutral")

    shop = Shop(Settings(folder=str(tmp_path)), links=[counts, judges, ends], worlds=[])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    try:
        shop.loop.accept([said(f"d{n}", DayClosed(at=NOW, shop="s", day=f"day {n}")) for n in range(3)])
        assert shop.slow.step() == 9  # three days by two links, and three parcels by one whose name comes first
        assert [d.reason.en for d in decisions(shop)] == ["day 0: 1", "day 1: 2", "day 2: 3"]
        assert shop.slow.idle()
        assert what_if(shop.machine(), None, None).changed == 0
    finally:
        shop.close()
