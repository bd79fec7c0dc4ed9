"""The town as a World: it lives in a thread, waits for its inlet, can be paused, and survives its own death."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from math import inf, nan
from pathlib import Path
from time import monotonic, sleep

import pytest

from linkloop.commerce.conversations import Reply
from linkloop.commerce.orders import Order
from linkloop.commerce.remedies import Compensate
from linkloop.commerce.stock import Replenish, StockPromised
from linkloop.core.action import Errand, effect_key
from linkloop.core.clock import RealClock, SimClock
from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.money import Money
from linkloop.core.world import Accepted, Delivery, Setup
from linkloop.worlds.sim import open_world
from linkloop.worlds.sim.faults import Festival, PaymentFault
from linkloop.worlds.sim.running import TownWorld
from linkloop.worlds.sim.town import A_MONDAY, Town

PATIENCE = 30.0


class Ledger:
    """An inlet in memory that accepts each (source, external id) once, after refusing the first `failures` batches."""

    def __init__(self, failures: int = 0) -> None:
        self.deliveries: list[Delivery] = []
        self.repeated = 0
        self._ids: set[tuple[str, str]] = set()
        self._failures = failures
        self._changed = threading.Condition()

    def accept(self, deliveries: list[Delivery]) -> list[Accepted]:
        with self._changed:
            if self._failures:
                self._failures -= 1
                raise OSError("disk full")
            for delivery in deliveries:
                known = (delivery.source, delivery.external_id) in self._ids
                self._ids.add((delivery.source, delivery.external_id))
                self.repeated += known
                if not known:
                    self.deliveries.append(delivery)
            self._changed.notify_all()
        return [Accepted(first=0, last=0) for _ in deliveries]

    def post(self, deliveries: list[Delivery]) -> None:
        self.accept(deliveries)

    def wait_for(self, count: int) -> None:
        """Return when this many deliveries are here."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.deliveries) >= count, PATIENCE)

    def said(self, kind: type) -> Iterator[object]:
        return (item for delivery in list(self.deliveries) for item in delivery.said if type(item) is kind)


def _setup(folder: Path, **options: object) -> Setup:
    chosen = {"seed": 5, "orders_per_day": 100.0, "speed": 0.0, "history_days": 0, "start": A_MONDAY} | options
    return Setup(folder=str(folder), shop="demo", zone="Asia/Shanghai", currency="CNY", options=chosen)


def _replenish(wave: str) -> Errand:
    supplier = Town(5).catalog.products[0].supplier_id
    action = Replenish(at_risk=Money(0, "CNY"), product_id="SKU-001", place="WH-EAST", wave=wave, quantity=60,
                       supplier_id=supplier)  # fmt: skip
    return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")


def _ended(world: TownWorld, ledger: Ledger) -> list[Delivery]:
    world.stop()
    return ledger.deliveries


def test_it_says_what_the_town_says_and_moves_the_clock(tmp_path: Path) -> None:
    world, ledger, clock = open_world(_setup(tmp_path)), Ledger(), SimClock(A_MONDAY)
    world.start(ledger, clock)
    ledger.wait_for(500)
    said = _ended(world, ledger)
    alone = list(Town(5, 100.0, A_MONDAY, shop="demo").run_until(clock.now()))
    assert said == alone[: len(said)]
    assert world.status().at == clock.now() > A_MONDAY


def test_an_inlet_that_fails_is_tried_again_and_nothing_is_lost(tmp_path: Path) -> None:
    world, ledger = open_world(_setup(tmp_path)), Ledger(failures=3)
    world.start(ledger, SimClock(A_MONDAY))
    ledger.wait_for(50)
    said = _ended(world, ledger)
    assert said == list(Town(5, 100.0, A_MONDAY, shop="demo").run_until(world.status().at))[: len(said)]
    assert world.status().problem == ""


def test_a_town_that_stops_goes_on_where_it_was(tmp_path: Path) -> None:
    ledger, clock = Ledger(), SimClock(A_MONDAY)
    for count in (200, 400):
        world = open_world(_setup(tmp_path))
        assert world.perform(_replenish(f"w{count}")).status == "done"
        world.start(ledger, clock)
        ledger.wait_for(count)
        world.stop()
    assert open_world(_setup(tmp_path)).status().errands_done == 2
    assert ledger.repeated == 0
    assert len({(d.source, d.external_id) for d in ledger.deliveries}) == len(ledger.deliveries)


def test_a_town_that_is_killed_says_again_what_may_have_been_lost(tmp_path: Path) -> None:
    ledger, clock = Ledger(), SimClock(A_MONDAY)
    killed = open_world(_setup(tmp_path))
    killed.start(ledger, clock)
    ledger.wait_for(200)
    killed.pause()
    errand = _replenish("w1")
    assert killed.perform(errand).status == "done"
    before = list(ledger.deliveries)
    again = open_world(_setup(tmp_path))  # from the journal alone: the other one never said goodbye
    settled = again.settled(errand.key)
    assert settled is not None
    assert settled.status == "done"
    again.start(ledger, clock)
    ledger.wait_for(len(before) + 100)
    again.stop()
    assert ledger.deliveries[: len(before)] == before
    assert ledger.repeated > 0
    killed.stop()


def test_a_paused_town_stands_still_but_carries_out_errands(tmp_path: Path) -> None:
    world, ledger = open_world(_setup(tmp_path)), Ledger()
    world.pause()
    world.start(ledger, SimClock(A_MONDAY))
    assert world.perform(_replenish("w1")).status == "done"
    assert (world.status().at, world.status().paused) == (A_MONDAY, True)
    assert ledger.deliveries == []
    world.resume()
    ledger.wait_for(20)
    assert not world.status().paused
    world.stop()
    assert len(list(ledger.said(StockPromised))) == 1


def test_at_a_speed_time_passes_in_step_and_errands_come_from_other_threads(tmp_path: Path) -> None:
    world, ledger, clock = open_world(_setup(tmp_path, speed=3600.0)), Ledger(), SimClock(A_MONDAY)
    world.start(ledger, clock)
    ledger.wait_for(2)
    threads = [threading.Thread(target=world.perform, args=(_replenish(f"w{n}"),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.wait_for(60)
    world.stop()
    assert world.status().errands_done == 8
    assert clock.now() == world.status().at


def test_the_speed_is_any_number_from_zero_and_nothing_else(tmp_path: Path) -> None:
    world = open_world(_setup(tmp_path))
    world.set_speed(inf)
    assert world.status().speed == 0.0
    world.set_speed(12.5)
    for wrong in (-1.0, nan):
        with pytest.raises(Refused, match=r"sim\.speed"):
            world.set_speed(wrong)
    assert world.status().speed == 12.5
    world.stop()


def test_a_real_clock_is_left_alone(tmp_path: Path) -> None:
    world, ledger = open_world(_setup(tmp_path)), Ledger()
    world.start(ledger, RealClock())
    ledger.wait_for(5)
    world.stop()
    assert world.status().at > A_MONDAY


def test_faults_outlive_the_town(tmp_path: Path) -> None:
    world = open_world(_setup(tmp_path))
    until = world.inject(PaymentFault(provider="card", minutes=45))
    world.stop()
    troubles = open_world(_setup(tmp_path)).status().troubles
    assert [(t.fault, t.until) for t in troubles] == [(PaymentFault(provider="card", minutes=45), until)]


def test_the_past_is_told_as_often_as_asked_and_never_changes(tmp_path: Path) -> None:
    world = open_world(_setup(tmp_path, history_days=3))
    first = world.past()
    assert world.past() == first
    assert 200 < len(first[Order]) < 400
    assert world.status().at == A_MONDAY
    assert world.status().orders == len(first[Order])
    world.stop()


def test_it_takes_replies_into_its_own_channels_only(tmp_path: Path) -> None:
    world = open_world(_setup(tmp_path))

    def reply(channel: str) -> Reply:
        return Reply(at_risk=Money(0, "CNY"), conversation_id="T1", in_reply_to="M1", channel=channel, customer_id="",
                     text="hi")  # fmt: skip

    assert world.takes(reply("wechat"))
    assert world.takes(reply("mini_program"))  # where an order was placed: a late parcel is told of there
    assert not world.takes(reply("webchat"))
    amount = Money(1, "CNY")
    assert world.takes(Compensate(at_risk=amount, order_id="x", customer_id="y", cause="z", amount=amount))
    world.stop()


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"orders_per_day": 0}, {"colour": "red"}, {"history_days": 1.5}])
def test_settings_that_make_no_sense_are_refused_by_name(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(LinkloopError, match=r"sim\.settings") as refused:
        open_world(_setup(tmp_path / "town", **wrong))
    assert next(iter(wrong)) in refused.value.text.en
    assert not (tmp_path / "town").exists()


def test_a_new_town_opens_at_nine_in_the_morning_of_its_zone(tmp_path: Path) -> None:
    world = open_world(_setup(tmp_path, start=None))
    local = world.status().at.astimezone(RealClock().now().tzinfo) + timedelta(hours=8)
    assert (local.hour, local.minute) == (9, 0)
    world.stop()


def _standing(world: TownWorld) -> None:
    """Return when the town stands still."""
    deadline = monotonic() + PATIENCE
    while not world.status().paused:
        assert monotonic() < deadline
        sleep(0.01)


def test_a_paused_town_steps_to_a_moment_says_all_of_it_and_stands_still_again(tmp_path: Path) -> None:
    world, ledger, clock = open_world(_setup(tmp_path)), Ledger(), SimClock(A_MONDAY)
    world.pause()
    world.start(ledger, clock)
    for hours in (1, 25):
        there = A_MONDAY + timedelta(hours=hours)
        world.step(there)
        _standing(world)
        assert (world.status().at, world.status().stepping_to, clock.now()) == (there, None, there)
        assert ledger.deliveries == list(Town(5, 100.0, A_MONDAY, shop="demo").run_until(there))
    world.stop()


def test_a_running_town_that_steps_pauses_there_too_and_a_pause_ends_the_step(tmp_path: Path) -> None:
    world, ledger = open_world(_setup(tmp_path, speed=1.0)), Ledger()
    world.start(ledger, SimClock(A_MONDAY))
    world.step(A_MONDAY + timedelta(hours=2))
    _standing(world)
    assert world.status().at == A_MONDAY + timedelta(hours=2)
    world.pause()
    world.step(A_MONDAY + timedelta(days=30))
    assert world.status().stepping_to == A_MONDAY + timedelta(days=30)
    world.pause()
    assert (world.status().stepping_to, world.status().paused) == (None, True)
    assert world.status().at < A_MONDAY + timedelta(days=30)
    world.stop()


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=-1), timedelta(days=31, seconds=1)])
def test_a_step_back_or_too_far_is_refused_and_the_town_stays_paused(tmp_path: Path, ahead: timedelta) -> None:
    world = open_world(_setup(tmp_path))
    world.pause()
    with pytest.raises(Refused, match=r"sim\.step"):
        world.step(A_MONDAY + ahead)
    assert (world.status().paused, world.status().stepping_to) == (True, None)
    world.stop()


def test_a_trouble_that_a_person_ended_stays_ended_after_a_restart(tmp_path: Path) -> None:
    world = open_world(_setup(tmp_path))
    world.inject(PaymentFault(provider="card", minutes=45))
    world.inject(Festival(factor=2.0, minutes=60))
    world.end(1)
    with pytest.raises(Refused, match=r"sim\.trouble"):
        world.end(1)
    world.stop()
    (tmp_path / "town.picture").unlink()
    status = open_world(_setup(tmp_path)).status()
    assert [(t.number, t.fault) for t in status.troubles] == [(2, Festival(factor=2.0, minutes=60))]
    assert [(t.number, t.since, t.until) for t in status.troubles_over] == [(1, A_MONDAY, A_MONDAY)]
