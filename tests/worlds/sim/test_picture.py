"""A picture holds a whole town and nothing that is code: what comes back lives on to the byte."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from linkloop.worlds.sim import picture
from linkloop.worlds.sim.faults import Festival, LostReceipts, SupplierStrike, Typhoon
from linkloop.worlds.sim.picture import NoPicture, restore, take
from linkloop.worlds.sim.town import A_MONDAY, Town
from tests.worlds.sim.test_suppliers import order


@pytest.fixture(scope="module")
def town() -> Town:
    """A town in the middle of everything."""
    town = Town(9, 100)
    town.warm_up(2)
    list(town.run_until(A_MONDAY + timedelta(days=4, hours=11)))
    for fault in (Typhoon(region="华东"), SupplierStrike(supplier_id="SUP-01"), Festival(factor=2.0),
                  LostReceipts(share=0.5)):  # fmt: skip
        town.inject(fault)
    order(town, "w1")
    order(town, "w2")
    list(town.run_until(A_MONDAY + timedelta(days=5)))
    return town


def test_a_town_that_is_restored_lives_on_exactly_as_the_one_in_the_picture(town: Town) -> None:
    taken = take(town, [], 3)
    twin, pending, entries = restore(taken)
    assert (pending, entries) == ([], 3)
    assert twin.status() == town.status()
    assert take(twin, [], 3) == taken
    until = town.now() + timedelta(days=3)
    lives, goes_on = (msgspec.json.encode(list(t.run_until(until))) for t in (town, twin))
    assert goes_on == lives
    assert len(lives) > 100_000


def test_who_shares_something_shares_it_still(town: Town) -> None:
    twin, _, _ = restore(take(town, [], 0))
    assert twin.remedies._book is twin.shoppers.book
    assert twin.retention.visit is not None
    assert twin.retention.visit.__self__ is twin.shoppers  # type: ignore[attr-defined]


def test_a_picture_of_other_code_or_of_nothing_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = take(town, [], 0)
    for wrong in (
        b"",
        b"\x00",
        taken[:-100],
        taken[:200] + b"\xff" + taken[201:],
        msgspec.msgpack.encode(["x", [], []]),
    ):
        with pytest.raises(NoPicture):
            restore(wrong)
    monkeypatch.setattr(picture, "version", lambda: "another")
    with pytest.raises(NoPicture):
        restore(taken)


@pytest.mark.parametrize(
    "node",
    [["actor", "Popen", {}], ["record", "Path", []], ["module", "os"], ["list", [["struct", "Popen", "ls"]]],
     ["list", [["method", ["node", 0], "clear"]]]],
)  # fmt: skip
def test_nothing_but_a_town_comes_out_of_a_picture(node: list) -> None:
    forged = msgspec.msgpack.encode([picture.version(), [["node", 0], ["node", 0], 0], [node]])
    with pytest.raises(NoPicture):
        restore(forged)
