"""Story two, as far as the links reach: a spike is seen, ordered for, promised; failing payments are warned of."""

import time

import pytest

from linkloop.app.settings import Settings, Town
from linkloop.app.shop import Shop, installed_links
from linkloop.faces.desk.desk import Desk
from linkloop.worlds.sim.faults import DemandSpike, LostReceipts, PaymentFault
from linkloop.worlds.sim.running import TownWorld

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live_spike")]  # one town for all of them

PRODUCT_SQL = """
    SELECT l.product_id, sum(quantity) AS units FROM order_lines l JOIN products USING (product_id)
    GROUP BY 1 ORDER BY 2 DESC LIMIT 1
"""


def wait_for(what, seconds=90):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.1)
    raise TimeoutError(what)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A town of 1,000 orders a day, lived for some hours with everything on, then a spike and a broken provider."""
    folder = str(tmp_path_factory.mktemp("shop"))
    settings = Settings(folder=folder, town=Town(orders_per_day=1000, speed=3600, history_days=21))
    shop = Shop(settings, links=installed_links())
    desk = Desk(shop)
    town = shop.world("sim")
    assert isinstance(town, TownWorld)
    shop.start()
    start = town.status().at
    wait_for(lambda: (town.status().at - start).total_seconds() > 3 * 3600)
    product = desk.sql(PRODUCT_SQL).dicts()[0]["product_id"]
    town.inject(LostReceipts(share=0.5, effect="done", minutes=600))
    town.inject(DemandSpike(product_id=product, factor=40.0, minutes=90))
    town.inject(PaymentFault(provider="wechat_pay", success_rate=0.1, minutes=60))
    try:
        wait_for(lambda: desk.log(kind="payments_failing"))
        wait_for(lambda: [e for e in desk.log(kind="demand_spiked") if e.body["product_id"] == product])
        for decision in wait_for(lambda: [d for d in desk.decisions("held").items if d.cause_kind == "DemandSpiked"]):
            desk.approve(decision.id, "planner", "the campaign is real")  # more money than the gate lets go alone
        wait_for(lambda: desk.log(kind="stock_promised"))
        wait_for(lambda: (town.status().at - start).total_seconds() > 8 * 3600)
        town.pause()
        wait_for(lambda: shop.effects.idle() and not ({"sending", "unclear"} & desk.status().outbox.keys()))
        yield desk, product
    finally:
        shop.stop()


@pytest.mark.timeout(300)
def test_the_spike_is_one_story_from_orders_to_the_promise(lived):
    desk, product = lived
    spike = next(e for e in desk.log(kind="demand_spiked", limit=1000) if e.body["product_id"] == product)
    assert spike.body["observed"] > 2 * spike.body["expected"]
    assert spike.body["p_value"] < 0.001
    case = desk.case(spike.case_id).timeline
    orders = [e.body for e in case if e.kind == "decisions" and e.body["action_kind"] == "Replenish"]
    assert orders
    assert {o["action"]["product_id"] for o in orders} >= {product}
    kinds = [e.kind for e in case if e.is_event]
    assert kinds.index("demand_spiked") < kinds.index("stock_promised")


def test_the_order_explains_itself_in_both_languages(lived):
    desk, _ = lived
    decision = next(
        d for d in desk.decisions(limit=500).items if d.action_kind == "Replenish" and d.cause_kind == "DemandSpiked"
    )
    why = desk.why(decision.id)
    assert why.cause is not None
    assert why.cause.kind == "demand_spiked"
    assert all(s.en and s.zh for s in why.sentences)
    assert any(a.chosen for a in decision.alternatives)
    assert decision.asked[0].question == "ReplenishPolicy"
    assert decision.asked[0].hits


def test_failing_payments_raise_an_alert_with_what_waits(lived):
    desk, _ = lived
    failing = desk.log(kind="payments_failing")[0].body
    assert failing["provider"] == "wechat_pay"
    assert failing["success_rate"] < failing["expected_rate"]
    assert failing["money_waiting"]["amount"] > 0
    alerts = desk.sql("SELECT metric, status FROM alerts").dicts()
    assert any("wechat_pay" in alert["metric"] for alert in alerts)


def test_answers_that_were_lost_on_the_way_were_looked_up_not_resent(lived):
    desk, _ = lived
    with desk.shop.store.read() as connection:
        unclear = connection.exec_driver_sql("SELECT count(*) FROM ledger WHERE entry = 'unclear'").scalar()
        open_ = connection.exec_driver_sql(
            "SELECT count(*) FROM outbox WHERE status IN ('sending','unclear','dead')"
        ).scalar()
    assert unclear > 0
    assert open_ == 0
    counts = desk.sql("SELECT count(*) AS n, count(DISTINCT reference) AS refs FROM stock_promised").dicts()[0]
    assert counts["n"] == counts["refs"]


def test_the_ledger_holds_and_decisions_execute_again_to_the_same_bytes(lived):
    desk, _ = lived
    assert desk.verify().bad_seq == 0
    decisions = [d for d in desk.decisions(limit=60).items if d.link in ("stock", "service")]
    assert decisions
    assert [d.id for d in decisions if not desk.reexecute(d.id).same] == []


def test_nothing_was_left_dead(lived):
    desk, _ = lived
    assert desk.dead_letters() == []


def test_hot_and_cold_rows_are_one_table(lived):
    desk, _ = lived
    with desk.shop.store.read() as connection:
        logged = connection.exec_driver_sql("SELECT count(*) FROM log WHERE kind = 'order_placed'").scalar()
    assert desk.sql("SELECT count(*) AS n FROM order_placed").dicts() == [{"n": logged}]
    desk.shop.lander.land(100_000)
    assert desk.sql("SELECT count(*) AS n FROM order_placed").dicts() == [{"n": logged}]
