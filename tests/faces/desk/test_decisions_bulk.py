"""One word on many decisions: each gets its own answer; nothing is lost and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from linkloop.app.shop import Shop
from linkloop.core.decision import Decision
from linkloop.core.errors import Refused
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.engine.gate import GatePolicy, Hold, Limit
from linkloop.faces.desk.verdict_bulk import BulkResult, bulk, bulk_preview
from linkloop.store.writes import Writes
from tests.engine.small_shop import decisions, late_parcel, open_small, settle


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Three held compensations of ¥80, ¥90 and ¥100."""
    shop, _ = open_small(tmp_path)
    shop.effects.recover()
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    for n, yuan in enumerate((800, 900, 1000)):
        late_parcel(shop, n, yuan, f"c{n}")
    yield shop
    shop.close()


def all_may(decision: Decision) -> None:
    """Everybody may."""


def ids(shop: Shop) -> list[str]:
    return [decision.id for decision in decisions(shop)]


def said(result: BulkResult) -> list[tuple[bool, str]]:
    return [(answer.done, answer.code) for answer in result.answers]


def done_by_world(shop: Shop) -> list[str]:
    return shop.worlds[0].done()  # type: ignore[attr-defined,no-any-return]


def test_all_are_approved_and_sent_once(shop: Shop) -> None:
    result = bulk(shop, "approve", ids(shop), "wei", "fine", all_may)
    assert (result.done, result.failed, result.at_risk) == (3, 0, [Money(27_000, "CNY")])
    settle(shop)
    assert [(d.status, d.by, d.note) for d in decisions(shop)] == [("done", "wei", "fine")] * 3
    assert len(done_by_world(shop)) == 3


def test_one_that_somebody_was_faster_with_stops_no_other(shop: Shop) -> None:
    first, second, third = ids(shop)
    shop.loop.do(lambda turn: turn.verdicts.refuse(turn.w, second, "li", "no"))
    result = bulk(shop, "approve", [first, second, "nobody", third], "wei", "", all_may)
    assert said(result) == [(True, ""), (False, "decision.not_held"), (False, "decision.unknown"), (True, "")]
    assert (result.done, result.failed, result.at_risk) == (2, 2, [Money(18_000, "CNY")])
    settle(shop)
    assert [(d.status, d.by) for d in decisions(shop)] == [("done", "wei"), ("refused", "li"), ("done", "wei")]
    assert len(done_by_world(shop)) == 2


def test_an_id_that_comes_twice_is_done_once(shop: Shop) -> None:
    first = ids(shop)[0]
    assert said(bulk(shop, "approve", [first, first], "wei", "", all_may)) == [(True, "")]
    assert said(bulk(shop, "approve", [first], "wei", "", all_may)) == [(False, "decision.not_held")]
    settle(shop)
    assert len(done_by_world(shop)) == 1


def test_the_gates_refusals_stay_and_the_preview_foretells_them(shop: Shop) -> None:
    shop.gate.policy = GatePolicy(
        holds=(Hold(action="Compensate", above=0),),
        limits=(Limit(name="budget", action="Compensate", money=18_000, then="refuse"),),
    )
    foretold = bulk_preview(shop, "approve", ids(shop), all_may)
    assert said(foretold) == [(True, ""), (True, ""), (False, "gate.refused")]  # ¥80 + ¥90 fit, ¥100 more do not
    assert [d.status for d in decisions(shop)] == ["held"] * 3
    result = bulk(shop, "approve", ids(shop), "wei", "", all_may)
    assert said(result) == said(foretold)
    assert result.at_risk == foretold.at_risk == [Money(17_000, "CNY")]
    settle(shop)
    assert [d.status for d in decisions(shop)] == ["done", "done", "held"]


def test_a_person_whose_role_does_not_cover_a_link_gets_that_as_the_answer(shop: Shop) -> None:
    second = ids(shop)[1]

    def may(decision: Decision) -> None:
        if decision.id == second:
            raise Refused("access.link", Text(en="not yours", zh="无权"))

    assert said(bulk(shop, "refuse", ids(shop), "wei", "no", may)) == [
        (True, ""), (False, "access.link"), (True, ""),
    ]  # fmt: skip
    assert [d.status for d in decisions(shop)] == ["refused", "held", "refused"]
    assert said(bulk_preview(shop, "refuse", [second], may)) == [(False, "access.link")]


def test_a_commit_that_fails_keeps_nothing_and_says_so_of_each(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Writes) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Writes, "flush", broken)
        try:
            result = bulk(shop, "approve", ids(shop), "wei", "", all_may)
        except OSError:  # turned by hand, the turn raises too; its work has the answer already
            result = None
    assert result is None or said(result) == [(False, "server.fault")] * 3
    assert [d.status for d in decisions(shop)] == ["held"] * 3
    assert done_by_world(shop) == []
    assert bulk(shop, "approve", ids(shop), "wei", "", all_may).done == 3
    settle(shop)
    assert len(done_by_world(shop)) == 3


def test_what_is_too_late_is_told_before_and_after(shop: Shop) -> None:
    first = decisions(shop)[0]
    with shop.store.write() as w:
        w.decision(msgspec.structs.replace(first, decide_by=shop.clock.now() - timedelta(seconds=1)), "x", 0, "test")
    assert said(bulk_preview(shop, "approve", [first.id], all_may)) == [(False, "decision.too_late")]
    assert said(bulk_preview(shop, "refuse", [first.id], all_may)) == [(True, "")]
    assert said(bulk(shop, "approve", [first.id], "wei", "", all_may)) == [(False, "decision.too_late")]
    assert said(bulk(shop, "refuse", [first.id], "wei", "late", all_may)) == [(True, "")]
