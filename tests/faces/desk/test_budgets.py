"""Budgets: what a policy may say, and how much of it is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkloop.app.shop import Shop
from linkloop.core.errors import Conflict, LinkloopError
from linkloop.engine.gate import GatePolicy, Hold, Limit
from linkloop.faces.desk.budgets import check, gate, set_gate, spending
from linkloop.faces.desk.desk import Desk
from linkloop.store.audit import read
from tests.engine.small_shop import late_parcel, open_small

POLICY = GatePolicy(
    limits=(
        Limit(name="each", action="Compensate", per="customer", period="week", count=4, money=10_000),
        Limit(name="all", action="Compensate", period="day", money=16_000),
        Limit(name="replies", action="Reply", period="hour", count=5),
    ),
    holds=(Hold(action="Compensate", above=9_000),),
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop, _ = open_small(tmp_path)
    yield shop
    shop.close()


def live(shop: Shop, policy: GatePolicy = POLICY) -> None:
    set_gate(shop, policy, gate(shop).version, "li")


def test_what_went_out_counts_against_its_limits_and_what_is_held_does_not(shop: Shop) -> None:
    live(shop)
    late_parcel(shop, 1, 500, "c1")  # ¥50
    late_parcel(shop, 2, 300, "c1")  # ¥30
    late_parcel(shop, 3, 400, "c|2")  # ¥40, of a customer whose id holds the mark of scopes
    late_parcel(shop, 4, 950, "c3")  # ¥95 is held for a person
    each, all_, replies = spending(shop)
    assert (each.customer, each.count, each.money, each.share, each.customers, each.full) == ("c1", 2, 8_000, 0.8, 2, 0)
    assert (all_.count, all_.money, all_.share, all_.customer) == (3, 12_000, 0.75, "")
    assert (replies.count, replies.money, replies.share) == (0, 0, 0.0)
    assert [one.period for one in (each, all_, replies)] == ["2026-W48", "2026-11-24", "2026-11-24T16"]


def test_a_policy_is_live_for_the_next_decision_and_after_a_restart(shop: Shop, tmp_path: Path) -> None:
    live(shop, GatePolicy(forbidden=("Compensate",)))
    late_parcel(shop, 1, 100)
    [decision] = Desk(shop).decisions().items
    assert decision.status == "refused"
    again, _ = open_small(tmp_path)
    assert again.gate.policy == GatePolicy(forbidden=("Compensate",))
    assert (gate(again).by, gate(again).version) == ("li", gate(shop).version)
    again.close()


def test_a_change_of_what_somebody_else_changed_is_refused_and_changes_nothing(shop: Shop) -> None:
    old = gate(shop).version
    live(shop)
    with pytest.raises(Conflict, match=r"gate\.changed"):
        set_gate(shop, GatePolicy(), old, "wei")
    assert shop.gate.policy == POLICY
    with shop.store.read() as connection:
        assert [(entry.by, entry.what) for entry in read(connection)] == [("li", "gate.set")]


def test_setting_what_is_live_already_is_no_change(shop: Shop) -> None:
    live(shop)
    live(shop)
    with shop.store.read() as connection:
        assert len(read(connection)) == 1


@pytest.mark.parametrize(
    ("policy", "where"),
    [
        (GatePolicy(currency="yuan"), "currency"),
        (GatePolicy(limits=(Limit(name="", count=1),)), "limits[0].name"),
        (GatePolicy(limits=(Limit(name="a|b", count=1),)), "limits[0].name"),
        (GatePolicy(limits=(Limit(name="a", count=1), Limit(name="a", count=2))), "limits[0].name"),
        (GatePolicy(limits=(Limit(name="a"),)), "limits[0]"),
        (GatePolicy(limits=(Limit(name="a", count=-2, money=1),)), "limits[0].count"),
        (GatePolicy(limits=(Limit(name="a", money=2**60),)), "limits[0].money"),
        (GatePolicy(limits=(Limit(name="a", count=1, action="Fly"),)), "limits[0].action"),
        (GatePolicy(holds=(Hold(action="Fly"),)), "holds[0].action"),
        (GatePolicy(holds=(Hold(above=-2),)), "holds[0].above"),
        (GatePolicy(holds=(Hold(confidence_below=1.1),)), "holds[0].confidence_below"),
        (GatePolicy(holds=(Hold(confidence_below=float("nan")),)), "holds[0].confidence_below"),
        (GatePolicy(forbidden=("*",)), "forbidden[0]"),
    ],
)
def test_a_policy_that_does_not_mean_what_it_says_is_refused_by_its_field(
    shop: Shop, policy: GatePolicy, where: str
) -> None:
    before = shop.gate.policy
    with pytest.raises(LinkloopError) as refused:
        set_gate(shop, policy, gate(shop).version, "li")
    assert (refused.value.code, refused.value.where) == ("gate.invalid", where)
    assert shop.gate.policy == before


def test_the_shipped_policy_is_a_good_one(shop: Shop) -> None:
    check(shop.gate.policy)
    assert gate(shop).by == ""
