"""The loop takes in once, lets links hear in order, and commits everything or nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from linkloop.commerce.orders import OrderReturned
from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.remedies import RemedyGiven
from linkloop.commerce.time import DayClosed
from linkloop.core.money import Money
from linkloop.core.world import Delivery
from tests.engine.small_shop import (
    NOW,
    decisions,
    delayed,
    event_kinds,
    late_parcel,
    minute,
    open_small,
    order,
    said,
    settle,
)


@pytest.fixture
def shop(tmp_path):
    shop, _ = open_small(tmp_path)
    yield shop
    shop.loop.stop()
    shop.close()


def dead(shop):
    with shop.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT what, consumer, problem, status FROM dead_letters ORDER BY id")
        return [tuple(row) for row in rows]


def test_accepted_means_heard_and_decided_in_the_same_commit(shop):
    accepted = late_parcel(shop, 1, 100)
    [decision] = decisions(shop)
    assert decision.status == "allowed"
    assert decision.action["amount"] == {"amount": 1000, "currency": "CNY"}
    assert shop.loop.counters.commits == 1
    assert (accepted.first, accepted.last, accepted.repeated) == (1, 2, False)


def test_a_decision_says_what_it_rests_on(shop):
    late_parcel(shop, 1, 100)
    [decision] = decisions(shop)
    assert [(read.table, read.key, read.offset) for read in decision.reads] == [("orders", "o1", 1)]
    assert (decision.link, decision.cause_kind, decision.horizon) == ("helper", "ParcelDelayed", 2)
    assert decision.case_id == decision.cause_id


def test_the_same_delivery_again_changes_nothing_and_gets_the_same_answer(shop):
    first = late_parcel(shop, 1, 100)
    head = shop.loop.head
    again = late_parcel(shop, 1, 100)
    assert (again.first, again.last, again.repeated) == (first.first, first.last, True)
    assert shop.loop.head == head


def test_the_same_delivery_from_several_at_once_is_taken_in_once(shop):
    delivery = Delivery(source="channel:x", external_id="m1", said=(order(1, 100), delayed(1)))
    futures = [shop.loop.submit([delivery]) for _ in range(5)]  # all of them before the turn
    while not all(future.done() for future in futures):
        shop.loop.turn()
    accepted = [future.result()[0] for future in futures]
    assert [one.repeated for one in accepted] == [False, True, True, True, True]
    assert {(one.first, one.last) for one in accepted} == {(1, 2)}
    assert len(decisions(shop)) == 1
    assert (shop.loop.counters.commits, shop.loop.counters.failed_commits) == (1, 0)


def test_a_repeat_inside_one_batch_is_a_repeat(shop):
    one = said("x", minute(1))
    accepted = shop.loop.accept([one, one])
    assert [a.repeated for a in accepted] == [False, True]
    assert event_kinds(shop) == ["minute_passed"]


def test_the_same_external_id_of_another_source_is_another_delivery(shop):
    accepted = shop.loop.accept([said("x", minute(1)), said("x", minute(1), source="other")])
    assert [a.repeated for a in accepted] == [False, False]


def test_a_link_that_fails_does_not_stop_anything_else(shop):
    shop.loop.accept([said("bad", delayed("missing")), said("good", order(1, 100), delayed(1))])
    assert [d.action["order_id"] for d in decisions(shop)] == ["o1"]
    [(what, consumer, problem, status)] = dead(shop)
    assert (what, consumer, status) == ("event", "helper", "waiting")
    assert "no order omissing" in problem


def test_what_a_link_does_not_declare_it_cannot_say(shop):
    tried = PaymentTried(at=NOW, order_id="o", provider="x", amount=Money(1, "CNY"), succeeded=True)
    shop.loop.accept([said("p", tried)])
    assert "says Order without declaring it" in dead(shop)[0][2]
    with shop.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM state").scalar() == 0


def test_links_that_talk_in_circles_are_cut_off(shop):
    returned = OrderReturned(at=NOW, order_id="o", customer_id="c", place="e", lines=())
    shop.loop.accept([said("r", returned)])
    assert event_kinds(shop) == ["order_returned"] + ["parcel_delivered"] * 16
    [(_, _, problem, _)] = dead(shop)
    assert "hop limit 16" in problem


def test_all_that_follows_from_one_event_has_its_case(shop):
    late_parcel(shop, 1, 100)
    settle(shop)
    with shop.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT DISTINCT case_id FROM log WHERE case_id <> ''").fetchall()
    assert len(rows) == 1


def test_ids_cannot_be_chosen_by_the_outside_twice(shop):
    shop.loop.accept([said("a", minute(1)), said("b", minute(1))])
    with shop.store.read() as connection:
        ids = connection.exec_driver_sql("SELECT id FROM log WHERE is_event = 1").fetchall()
    assert len(set(ids)) == 2


def test_the_slow_lane_hears_on_a_snapshot_and_once(shop):
    late_parcel(shop, 1, 100)
    shop.loop.accept([said("d", DayClosed(at=NOW + timedelta(hours=1), shop="s", day="2026-11-24"))])
    assert shop.slow.step() == 1
    assert shop.slow.step() == 0
    decision = decisions(shop)[-1]
    assert decision.reason.en == "1 orders"
    assert decision.action["order_id"] == "day:2026-11-24"


def test_many_threads_share_commits_and_lose_nothing(shop):
    shop.loop.start()
    gate = threading.Barrier(8)

    def feed(worker):
        gate.wait()
        return [shop.loop.accept([said(f"{worker}:{n}", minute(n))])[0].last for n in range(50)]

    with ThreadPoolExecutor(8) as pool:
        offsets = [offset for got in pool.map(feed, range(8)) for offset in got]
    assert sorted(offsets) == list(range(1, 401))
    assert shop.loop.counters.commits < 400


def test_a_failing_disk_refuses_the_work_and_keeps_nothing_of_it(shop, monkeypatch):
    late_parcel(shop, 1, 100)

    def full(*_):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("linkloop.store.writes.Writes.flush", full)
        future = shop.loop.submit([said("x", minute(1))])
        with pytest.raises(OSError, match="disk full"):
            shop.loop.turn()
    with pytest.raises(OSError, match="disk full"):
        future.result()
    assert event_kinds(shop) == ["parcel_delayed"]
    assert shop.loop.accept([said("x", minute(1))])[0].repeated is False


def test_a_command_that_is_refused_leaves_its_neighbours_alone(shop):
    def refuse(turn):
        raise ValueError("not now")

    future = shop.loop.submit([said("x", minute(1))])
    refused = shop.loop.command(refuse)
    shop.loop.turn()
    assert future.result()[0].last == 1
    with pytest.raises(ValueError, match="not now"):
        refused.result()


def test_a_burst_is_committed_bit_by_bit_and_in_order(shop, monkeypatch):
    monkeypatch.setattr("linkloop.engine.loop.TURN_S", 0.0)
    futures = [shop.loop.submit([said(f"x{n}", minute(n))]) for n in range(5)]
    shop.loop.start()
    assert [future.result(30)[0].last for future in futures] == [1, 2, 3, 4, 5]
    shop.loop.stop()
    assert shop.loop.counters.commits == 5


def test_what_nobody_waits_for_goes_with_the_next_commit_or_soon(shop):
    def work(turn):
        return turn.w.head

    first = shop.loop.command(work, later=True)
    assert shop.loop.queued() == 1
    assert shop.loop.accept([said("x", minute(1))])[0].last == 1
    assert (first.result(), shop.loop.counters.commits) == (1, 1)
    shop.loop.start()
    assert shop.loop.command(work, later=True).result(30) == 1


def test_the_same_story_gives_the_same_log_whatever_the_batches(tmp_path):
    logs = []
    for name, size in (("one", 1), ("many", 50)):
        shop, _ = open_small(tmp_path / name)
        story = [said(f"late:{n}", order(n, 100 + n, f"c{n % 5}"), delayed(n, f"c{n % 5}")) for n in range(40)]
        for start in range(0, len(story), size):
            shop.loop.accept(story[start : start + size])
        with shop.store.read() as connection:
            log = connection.exec_driver_sql("SELECT * FROM log ORDER BY offset").fetchall()
            ledger = connection.exec_driver_sql("SELECT * FROM ledger ORDER BY seq").fetchall()
        logs.append((log, ledger))
        shop.close()
    assert logs[0] == logs[1]


def test_rows_that_a_link_says_are_facts(shop):
    late_parcel(shop, 1, 100)
    with shop.store.write() as w:
        given = w.facts.get(RemedyGiven, "o1")[0]
    assert msgspec.to_builtins(given)["remedy"] == "10%"
