"""The town's controls: they do what they say, are audited with before and after, and refuse what makes no sense."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linkloop.app.shop import Shop
from linkloop.core.errors import LinkloopError, Refused
from linkloop.faces.desk.town import TownOrder, town, town_do
from linkloop.faces.desk.town_faults import fault_forms
from linkloop.store import audit
from linkloop.worlds.sim.faults import PaymentFault
from tests.faces.desk.town_shop import OPENS, settled, step, town_shop

pytestmark = pytest.mark.xdist_group("town-desk")  # one shop, lived through in the order of the tests


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with town_shop(tmp_path_factory.mktemp("shop"), orders_per_day=100.0, history_days=0) as shop:
        yield shop


def entries(shop: Shop, limit: int = 1) -> list[audit.Audited]:
    with shop.store.read() as connection:
        return audit.read(connection, what="town", limit=limit)


def test_it_steps_to_the_next_full_hour_and_to_the_next_midnight_of_the_shop(shop: Shop) -> None:
    town_do(shop, TownOrder(do="step", to="hour"), "ann")
    settled(shop)
    assert town(shop).at == OPENS + timedelta(hours=1)
    town_do(shop, TownOrder(do="step", to="day"), "ann")
    settled(shop)
    assert town(shop).at == OPENS.replace(hour=16)  # midnight in Shanghai
    assert shop.clock.now() == town(shop).at
    noted = entries(shop)[0]
    assert (noted.by, noted.what) == ("ann", "town.step")
    assert noted.after["stepping_to"] == "2026-03-02T16:00:00Z"


def test_a_fault_is_brought_and_ended_and_both_are_on_record_with_who_did_it(shop: Shop) -> None:
    fault = {"type": "PaymentFault", "provider": "card", "minutes": 45}
    on = town_do(shop, TownOrder(do="inject", fault=fault), "ann").troubles
    assert [one.fault for one in on] == [PaymentFault(provider="card", minutes=45)]
    after = town_do(shop, TownOrder(do="end", number=on[0].number), "bob")
    assert after.troubles == ()
    assert after.troubles_over[-1].number == on[0].number
    ended, brought = entries(shop, 2)
    assert (brought.by, brought.what, brought.about, brought.before["troubles"]) == (
        "ann", "town.inject", "PaymentFault", [],
    )  # fmt: skip
    assert [one["number"] for one in brought.after["troubles"]] == [on[0].number]
    assert (ended.by, ended.what, ended.about, ended.after["troubles"]) == ("bob", "town.end", "PaymentFault", [])


def test_pause_resume_and_speed_say_how_it_was_before(shop: Shop) -> None:
    town_do(shop, TownOrder(do="speed", speed=60.0), "ann")
    town_do(shop, TownOrder(do="resume"), "ann")
    town_do(shop, TownOrder(do="pause"), "ann")
    paused, resumed, sped = entries(shop, 3)
    assert [(e.what, e.before["paused"], e.after["paused"]) for e in (sped, resumed, paused)] == [
        ("town.speed", True, True), ("town.resume", True, False), ("town.pause", False, True),
    ]  # fmt: skip
    assert (sped.before["speed"], sped.after["speed"]) == (0.0, 60.0)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (TownOrder(do="step"), "town.order"),
        (TownOrder(do="speed"), "town.order"),
        (TownOrder(do="inject"), "town.order"),
        (TownOrder(do="inject", fault={"type": "Earthquake"}), "town.order"),
        (TownOrder(do="inject", fault={"type": "Festival", "minutes": "long"}), "town.order"),
        (TownOrder(do="inject", fault={"type": "Festival", "minutes": 0}), "sim.fault"),
        (TownOrder(do="end"), "town.order"),
        (TownOrder(do="end", number=99), "sim.trouble"),
    ],
)
def test_an_order_that_lacks_something_changes_nothing_and_leaves_no_entry(
    shop: Shop, order: TownOrder, code: str
) -> None:
    before, noted = town(shop), entries(shop)
    with pytest.raises((LinkloopError, Refused)) as refused:
        town_do(shop, order, "ann")
    assert refused.value.code == code
    assert (town(shop), entries(shop)) == (before, noted)


def test_the_forms_offer_every_fault_with_defaults_that_the_town_takes(shop: Shop) -> None:
    step(shop, 1)  # a town that has never lived has not told its catalog yet
    forms = fault_forms(shop)
    assert [form.type for form in forms] == [
        "DemandSpike", "Festival", "PaymentFault", "Typhoon", "SupplierStrike", "LostReceipts",
    ]  # fmt: skip
    for form in forms:
        fault = {"type": form.type, **{field.name: field.default for field in form.fields}}
        number = town_do(shop, TownOrder(do="inject", fault=fault), "ann").troubles[-1].number
        assert town_do(shop, TownOrder(do="end", number=number), "ann").troubles == ()
    choices = {field.name: [one.value for one in field.choices] for form in forms for field in form.fields}
    assert choices["provider"] == ["wechat_pay", "alipay", "card"]
    assert len(choices["product_id"]) == 120
    assert choices["effect"] == ["done", "none"]
    spike = forms[0].fields[0].choices[0].name
    assert (spike.en.isascii(), spike.zh.isascii()) == (True, False)


def test_a_shop_without_a_town_says_so(tmp_path: Path) -> None:
    from tests.engine.small_shop import open_small

    small, _ = open_small(tmp_path)
    with pytest.raises(LinkloopError) as refused:
        town_do(small, TownOrder(do="pause"), "ann")
    assert refused.value.code == "town.none"
    small.close()
