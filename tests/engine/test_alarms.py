"""An alarm rings once, at its moment, whatever restarts, fails, moves it or hears the past again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linkloop.core.clock import RealClock
from linkloop.engine.replay import reexecute
from linkloop.engine.whatif import what_if
from linkloop.engine.wiring import Wiring
from linkloop.store import alarms as queue_module
from tests.engine.alarm_shop import OFF, make_link, names, open_alarms, pass_to, rung, told, waiting
from tests.engine.small_shop import NOW, decisions, event_kinds, minute, said


def after(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def shop(tmp_path):
    shop = open_alarms(tmp_path)
    yield shop
    shop.loop.stop()
    shop.close()


def test_an_alarm_rings_once_at_its_moment_in_the_case_that_set_it(shop):
    shop.loop.accept([told(1, "t1", "golden", 30)])
    assert names(shop) == []
    pass_to(shop, 1)
    pass_to(shop, 2)
    [ring] = rung(shop)
    assert (ring.about, ring.name, ring.due, ring.at) == ("t1", "golden", after(30), after(30))
    with shop.store.read() as connection:
        [setter] = connection.exec_driver_sql("SELECT case_id, id FROM log WHERE kind = 'browsed'").fetchall()
    assert (ring.case_id, ring.cause_id) == tuple(setter)
    assert event_kinds(shop) == ["browsed", "alarm_rang", "minute_passed", "minute_passed"]
    [decision] = decisions(shop)
    assert (decision.cause_kind, decision.case_id, decision.at) == ("AlarmRang", setter[0], after(30))
    assert waiting(shop) == 0


def test_what_is_due_when_an_event_happens_rings_before_it_by_moment_and_key(shop):
    shop.loop.accept([told(1, "b", "x", 60), told(2, "a", "y", 60), told(3, "c", "x", 59), told(4, "a", "x", 60)])
    pass_to(shop, 1)
    assert names(shop) == [("c", "x"), ("a", "x"), ("a", "y"), ("b", "x")]
    assert event_kinds(shop)[-1] == "minute_passed"


def test_a_batch_rings_as_single_deliveries_do(tmp_path):
    deliveries = [told(n, f"t{n % 3}", "x", 20 + 17 * n, after(n)) for n in range(9)]
    deliveries += [said(f"m{n}", minute(n)) for n in range(1, 5)]
    logs = []
    for name, size in (("one", 1), ("all", len(deliveries))):
        shop = open_alarms(tmp_path / name)
        for n in range(0, len(deliveries), size):
            shop.loop.accept(deliveries[n : n + size])
        with shop.store.read() as connection:
            rows = connection.exec_driver_sql("SELECT id, at, kind, key, case_id, body FROM log ORDER BY offset")
            logs.append([tuple(row) for row in rows if row[2] != "decisions"])
        shop.close()
    assert logs[0] == logs[1]
    assert sum(row[2] == "alarm_rang" for row in logs[0]) == 3


def test_an_alarm_that_is_moved_rings_at_its_new_moment_only(shop):
    shop.loop.accept([told(1, "t", "x", 30), told(2, "t", "x", 90, after(10))])
    pass_to(shop, 1)
    assert names(shop) == []
    pass_to(shop, 2)
    assert [ring.due for ring in rung(shop)] == [after(100)]


def test_an_alarm_that_is_switched_off_never_rings(shop):
    shop.loop.accept([told(1, "t", "x", 30)])
    shop.loop.accept([told(2, "t", "x", OFF, after(10))])
    pass_to(shop, 5)
    assert (names(shop), decisions(shop), waiting(shop)) == ([], [], 0)


def test_an_alarm_that_has_rung_may_be_set_again_and_one_in_the_past_rings_next(shop):
    shop.loop.accept([told(1, "t", "x", 30)])
    pass_to(shop, 1)
    shop.loop.accept([told(2, "t", "x", -600, after(70))])
    pass_to(shop, 2)
    assert [(ring.due, ring.at) for ring in rung(shop)] == [(after(30), after(30)), (after(-530), after(70))]


def test_alarms_wait_through_a_restart(tmp_path):
    shop = open_alarms(tmp_path)
    shop.loop.accept([told(1, "t", "x", 30), told(2, "u", "x", 3000)])
    shop.close()
    shop = open_alarms(tmp_path)
    pass_to(shop, 1)
    shop.close()
    shop = open_alarms(tmp_path)
    pass_to(shop, 2)
    assert names(shop) == [("t", "x")]
    pass_to(shop, 60)
    assert names(shop) == [("t", "x"), ("u", "x")]
    shop.close()


def test_a_turn_that_fails_leaves_the_alarm_waiting_and_it_rings_later_once(shop):
    shop.loop.accept([told(1, "t", "x", 30)])

    def broken(turn):
        turn.ring(10**17, on_time=True)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        shop.loop.do(broken)
    assert (names(shop), waiting(shop)) == ([], 1)
    pass_to(shop, 1)
    assert names(shop) == [("t", "x")]


def test_alarms_that_ring_at_once_and_set_alarms_are_cut_off(shop):
    shop.loop.accept([told(1, "t", "again:40", 0)])
    pass_to(shop, 1)
    assert len(names(shop)) == 16
    with shop.store.read() as connection:
        [problem] = connection.exec_driver_sql("SELECT problem FROM dead_letters").scalars().all()
    assert "hop limit 16" in problem
    pass_to(shop, 2)
    assert (len(names(shop)), waiting(shop)) == (16, 0)


def test_a_real_shop_rings_by_its_own_clock(tmp_path):
    shop = open_alarms(tmp_path, RealClock())
    shop.start()
    try:
        now = datetime.now(UTC)
        shop.loop.accept(
            [told(1, "t", "x", 1, now), told(2, "u", "x", 3600, now), told(3, "future", "x", 1, after(10**8))]
        )
        until = time.monotonic() + 20
        while not names(shop) and time.monotonic() < until:
            time.sleep(0.05)
        [ring] = rung(shop)
        assert (ring.about, ring.due) == ("t", now + timedelta(seconds=1))
        assert timedelta(0) <= ring.at - ring.due < timedelta(seconds=15)
    finally:
        shop.stop()


def test_a_real_shop_rings_what_was_due_while_it_was_away(tmp_path):
    shop = open_alarms(tmp_path, RealClock())
    shop.loop.accept([told(n, f"t{n:04}", "x", n, after(-100_000)) for n in range(1, 1201)])
    assert shop.ringer.sweep() == 1200
    assert shop.ringer.sweep() == 0
    assert names(shop) == [(f"t{n:04}", "x") for n in range(1, 1201)]
    shop.close()


def test_a_hundred_thousand_alarms_cost_a_turn_no_scan(shop, monkeypatch):
    with shop.store.write() as w:
        rows = [
            queue_module.Waiting(f"k{n:06}|x", 10**15 * 3 + n * 7919 % 100_003, f"k{n:06}", "x", 0)
            for n in range(100_000)
        ]
        w._sql.alarms.put.many(w.connection, [tuple(row) for row in rows])
    with shop.store.read() as connection:
        statement = shop.store._statements.alarms.pages[0]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", (0, "")).fetchall()
    assert [row[-1] for row in plan] == ["SEARCH alarm_queue USING INDEX alarm_queue_due ((due,key)>(?,?))"]
    spent = []
    for n in range(1, 40):
        started = time.process_time()
        pass_to(shop, n)
        spent.append(time.process_time() - started)
    assert sorted(spent)[len(spent) // 2] < 0.02  # reading all of them takes 0.2 s
    assert names(shop) == []
    assert waiting(shop) == 100_000


def test_an_unchanged_period_rings_again_and_comes_out_unchanged(shop):
    for n in range(12):
        shop.loop.accept([told(n, f"t{n}", "x", 45 * (n + 1), after(20 * n))])
    for n in range(4, 12):
        pass_to(shop, n)
    made = decisions(shop)
    assert len(made) == len(names(shop)) > 5
    report = what_if(shop.machine(), None, None)
    assert (report.changed, report.before, report.after) == (0, report.after, report.after)
    assert report.before[0].decisions == len(made)
    for decision in made:
        assert reexecute(shop.machine(), decision.id).same
    half = what_if(shop.machine(), after(150), after(400))
    assert half.changed == 0
    assert 0 < half.before[0].decisions < len(made)


def test_a_link_that_sets_its_alarms_later_rings_later_in_a_replay(shop):
    shop.loop.accept([told(1, "t", "x", 30), told(2, "u", "x", 30), told(3, "u", "x", OFF, after(5))])
    for n in range(1, 5):
        pass_to(shop, n)
    report = what_if(shop.machine(wiring=Wiring([make_link(later_s=60)])), None, None)
    causes = [
        (c.before.action["cause"] if c.before else "", c.after.action["cause"] if c.after else "")
        for c in report.changes
    ]
    assert sorted(causes) == [("", "x@08:01:30"), ("x@08:00:30", "")]


class Alarming(RuleBasedStateMachine):
    """Alarms are set, moved and switched off while time passes and the shop restarts; a plain dict says what rings."""

    folder: Path

    @initialize()
    def open(self):
        import tempfile

        self.home = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self.shop = open_alarms(Path(self.home.name))
        self.now, self.n = 0, 0
        self.waiting: dict[tuple[str, str], int] = {}
        self.expected: list[tuple[str, str, int]] = []

    def ring_until(self, now: int) -> None:
        due = sorted((when, key) for key, when in self.waiting.items() if when <= now)
        for when, key in due:
            self.expected.append((*key, when))
            del self.waiting[key]
        self.now = now

    @rule(about=st.sampled_from("abc"), name=st.sampled_from("xy"), wait=st.integers(0, 300), step=st.integers(0, 40))
    def set_one(self, about, name, wait, step):
        self.n += 1
        self.ring_until(self.now + step)
        self.shop.loop.accept([told(self.n, about, name, wait, after(self.now))])
        self.waiting[about, name] = self.now + wait

    @rule(about=st.sampled_from("abc"), name=st.sampled_from("xy"))
    def switch_off(self, about, name):
        self.n += 1
        self.ring_until(self.now)
        self.shop.loop.accept([told(self.n, about, name, OFF, after(self.now))])
        self.waiting.pop((about, name), None)

    @rule(minutes=st.integers(1, 4))
    def pass_time(self, minutes):
        self.ring_until((self.now // 60 + minutes) * 60)
        pass_to(self.shop, self.now // 60)

    @rule()
    def restart(self):
        self.shop.close()
        self.shop = open_alarms(Path(self.home.name))

    @invariant()
    def what_rang_is_what_had_to(self):
        if hasattr(self, "shop"):
            found = [(r.about, r.name, round((r.due - NOW).total_seconds())) for r in rung(self.shop)]
            assert found == self.expected
            assert waiting(self.shop) == len(self.waiting)

    def teardown(self):
        if hasattr(self, "shop"):
            assert what_if(self.shop.machine(), None, None).changed == 0
            self.shop.close()
            self.home.cleanup()


TestAlarming = Alarming.TestCase
TestAlarming.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)

LIFE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from linkloop.core.clock import RealClock
from linkloop.engine import ringer
from tests.engine.alarm_shop import open_alarms, told
ringer.EVERY_S = 0.05
shop = open_alarms(Path(sys.argv[1]), RealClock())
shop.start()
print("ready", flush=True)
for line in sys.stdin:
    n = line.strip()
    shop.loop.accept([told(n, f"t{n}", "x", 0, datetime.now(UTC))])
    print(n, flush=True)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kills_lose_no_alarm_and_ring_none_twice(tmp_path):
    acknowledged: list[str] = []
    n = 0
    for kill in range(12):
        life = subprocess.Popen(
            [sys.executable, "-c", LIFE, str(tmp_path)], cwd=Path(__file__).parents[2], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=os.environ,
        )  # fmt: skip
        assert life.stdin is not None
        assert life.stdout is not None
        assert life.stdout.readline() == "ready\n"
        until = time.monotonic() + 0.1 + 0.04 * kill
        while time.monotonic() < until:
            n += 1
            life.stdin.write(f"{n}\n")
            life.stdin.flush()
            acknowledged.append(life.stdout.readline().strip())
        life.send_signal(signal.SIGKILL)
        life.wait()
    shop = open_alarms(tmp_path, RealClock())
    shop.ringer.sweep()
    heard = [ring.about for ring in rung(shop)]
    assert len(heard) == len(set(heard))
    assert {f"t{name}" for name in acknowledged} <= set(heard)
    assert sorted(d.action["order_id"] for d in decisions(shop)) == sorted(heard)
    shop.close()
    print(f"12 kills: {len(acknowledged)} alarms acknowledged, {len(heard)} rang, each once")
