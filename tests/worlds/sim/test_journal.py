"""A town that was killed goes on as if it had not been: the journal holds what it was asked, the picture saves time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from linkloop.commerce.stock import Replenish
from linkloop.core.action import Errand, effect_key
from linkloop.core.errors import Conflict, LinkloopError
from linkloop.core.money import Money
from linkloop.core.world import Delivery
from linkloop.worlds.sim.faults import Festival
from linkloop.worlds.sim.journal import Birth, Disturbed, Journal, born
from linkloop.worlds.sim.town import A_MONDAY, Town

BIRTH = Birth(seed=3, orders_per_day=100.0, start=A_MONDAY, zone="Asia/Shanghai", shop="town", festivals=True,
              history_days=5)  # fmt: skip


def _ids(said: list[Delivery]) -> list[tuple[str, str]]:
    return [(delivery.source, delivery.external_id) for delivery in said]


def _ask(town: Town, journal: Journal, wave: str) -> Errand:
    product = town.catalog.products[3]
    action = Replenish(at_risk=Money(0, "CNY"), product_id=product.product_id, place="WH-EAST", wave=wave, quantity=60,
                       supplier_id=product.supplier_id)  # fmt: skip
    errand = Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")
    journal.ask(town.now(), errand)
    assert town.perform(errand).status == "done"
    return errand


def _live(folder: Path, picture: bool) -> tuple[list[Delivery], list[Delivery], Errand]:
    """A town that lives six hours, is asked, disturbed and asked again, and then goes on for three days: what it said
    up to the last entry, what it said afterwards, and the last errand."""
    journal = Journal(folder, BIRTH)
    town, _ = journal.revive()
    said = list(town.run_until(A_MONDAY + timedelta(hours=6)))
    _ask(town, journal, "w1")
    said += town.run_until(A_MONDAY + timedelta(hours=8))
    if picture:
        journal.keep(town, [])
    journal.note(Disturbed(at=town.now(), fault=Festival(factor=2.0, minutes=60)))
    town.inject(Festival(factor=2.0, minutes=60))
    said += town.run_until(A_MONDAY + timedelta(hours=10))
    last = _ask(town, journal, "w2")
    return said, list(town.run_until(A_MONDAY + timedelta(days=3))), last


@pytest.mark.parametrize("picture", [True, False])
def test_a_revived_town_says_again_and_goes_on_exactly(tmp_path: Path, picture: bool) -> None:
    before, after, last = _live(tmp_path, picture)
    town, again = Journal(tmp_path, BIRTH).revive()
    assert town.now() == A_MONDAY + timedelta(hours=10)
    assert again == before[len(before) - len(again) :]
    assert (len(again) < len(before)) == picture
    settled = town.settled(last.key)
    assert settled is not None
    assert settled.status == "done"
    assert msgspec.json.encode(list(town.run_until(A_MONDAY + timedelta(days=3)))) == msgspec.json.encode(after)


def test_a_picture_that_cannot_be_read_costs_only_time(tmp_path: Path) -> None:
    before, _, _ = _live(tmp_path, picture=True)
    (tmp_path / "town.picture").write_bytes(b"not a picture")
    _, again = Journal(tmp_path, BIRTH).revive()
    assert _ids(again) == _ids(before)


def test_a_line_that_a_crash_cut_off_is_cut_away(tmp_path: Path) -> None:
    _live(tmp_path, picture=False)
    path = tmp_path / "journal.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    town, _ = Journal(tmp_path, BIRTH).revive()
    assert town.now() == A_MONDAY + timedelta(hours=8)
    assert path.read_bytes() == b"".join(whole.splitlines(keepends=True)[:-1])


def test_a_journal_that_cannot_be_read_is_refused_by_line_and_left_alone(tmp_path: Path) -> None:
    _live(tmp_path, picture=False)
    path = tmp_path / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    broken = b"".join([lines[0], b"{]\n", *lines[2:]])
    path.write_bytes(broken)
    with pytest.raises(LinkloopError) as refused:
        Journal(tmp_path, BIRTH)
    assert refused.value.where == f"{path}:2"
    assert path.read_bytes() == broken


def test_a_folder_of_another_town_is_refused(tmp_path: Path) -> None:
    Journal(tmp_path, BIRTH).close()
    assert born(tmp_path) == BIRTH
    assert born(tmp_path / "none") is None
    with pytest.raises(Conflict, match=r"sim\.journal"):
        Journal(tmp_path, msgspec.structs.replace(BIRTH, seed=4))
    assert born(tmp_path) == BIRTH
