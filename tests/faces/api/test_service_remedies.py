"""Over HTTP: what other ways of choosing remedies would have been worth, and the latest rescues."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from linkloop.app.shop import Shop
from linkloop.commerce.remedies import RemedyGiven, RemedyOption, Rescue
from linkloop.core.table import Table
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from tests.engine.small_shop import NOW, open_small, said

OPTIONS = (
    RemedyOption(name="none", kind="none", amount=0, score=0.0, propensity=0.5),
    RemedyOption(name="10%", kind="money", amount=2_000, score=0.0, propensity=0.5),
)
KEPT = {"none": 0.2, "10%": 0.8}
CHOICES = 400


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop, _ = open_small(tmp_path)
    rows: list[Table] = []
    for n in range(CHOICES):
        name = "10%" if n % 2 else "none"
        stayed = (n // 2) % 10 < KEPT[name] * 10
        rows.append(
            RemedyGiven(
                order_id=f"o{n:04}", customer_id=f"c{n}", remedy=name, mood="angry", cause="late", late_days=3.0,
                order_value=20_000, worth=60_000, orders=1, kind="money" if n % 2 else "none", propensity=0.5,
                options=OPTIONS, settled=True, learned=True, stayed=stayed,
            )
        )  # fmt: skip
    due = NOW + timedelta(seconds=30)
    begun = {"customer_id": "c1", "trigger": "mood", "cause": "late", "began_at": NOW, "due_at": due}
    rows.append(Rescue(conversation_id="v1", order_id="o1", step="remedy", remedy="10%", **begun))
    rows.append(Rescue(conversation_id="v2", order_id="o2", step="person", **begun))
    taken = NOW + timedelta(seconds=12)
    rows.append(Rescue(conversation_id="v3", order_id="o3", step="taken", who="anna", done_at=taken, **begun))
    shop.loop.accept([said("log", *rows)])
    yield shop
    shop.close()


def test_policies_are_valued_with_intervals_that_hold_the_truth(shop: Shop) -> None:
    with serving(Desk(shop)) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        found = client.get("/api/v1/service/remedies/evaluation").json()
    assert (found["choices"], found["stayed"]) == (CHOICES, CHOICES // 2)
    policies = {policy["name"]: policy for policy in found["policies"]}
    assert list(policies) == ["logged", "greedy", "none", "5%", "10%", "20%", "coupon 10%"]
    for name, share in KEPT.items():
        ips, snips, robust = policies[name]["stay"]
        for one in (ips, snips, robust):
            assert one["low"] <= share <= one["high"]
            assert one["effective"] == pytest.approx(CHOICES / 2)
            assert one["uncovered"] == 0.0
        assert snips["value"] == pytest.approx(share)
    worth = {name: policies[name]["worth"][1]["value"] for name in ("none", "10%", "logged", "greedy")}
    assert worth["none"] == pytest.approx(0.2 * 60_000)
    assert worth["10%"] == pytest.approx(0.8 * 60_000 - 2_000)
    assert worth["greedy"] == worth["10%"]  # it was learned that money pays
    assert worth["logged"] == pytest.approx((worth["none"] + worth["10%"]) / 2)
    assert all(policy["title"]["en"] and policy["title"]["zh"] for policy in found["policies"])


def test_rescues_are_told_newest_first_with_the_seconds_that_they_took(shop: Shop) -> None:
    with serving(Desk(shop)) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        found = client.get("/api/v1/service/rescues", params={"limit": 2}).json()
        every = client.get("/api/v1/service/rescues").json()
    assert [line["rescue"]["conversation_id"] for line in found] == ["v3", "v2"]
    assert [line["seconds"] for line in every] == [12.0, None, 0.0]
    assert all(line["in_time"] for line in every)
