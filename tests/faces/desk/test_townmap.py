"""The map agrees with the shop's tables, counted by SQL, and what the shop made of a trouble is told with its case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from linkloop.app.shop import Shop
from linkloop.core.errors import NotFound
from linkloop.faces.desk.connectors import connectors
from linkloop.faces.desk.echo import echo
from linkloop.faces.desk.loopfigures import loop_figures
from linkloop.faces.desk.modelcards import models_today
from linkloop.faces.desk.town import TownOrder, town, town_do
from linkloop.faces.desk.townmap import SAMPLE, town_map
from linkloop.faces.desk.wires import link_card, wire_map
from tests.faces.desk.town_shop import step, town_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop after a morning; payments by alipay have failed for its last hour."""
    with town_shop(tmp_path_factory.mktemp("shop")) as shop:
        step(shop, 1)
        town_map(shop)  # the first look is early: what is shown later has been read on
        fault = {"type": "PaymentFault", "provider": "alipay", "success_rate": 0.1, "minutes": 600}
        town_do(shop, TownOrder(do="inject", fault=fault), "ann")
        step(shop, 2)
        yield shop


def sql(shop: Shop, query: str, **params: Any) -> list[dict[str, Any]]:
    return shop.door.query(query, params, max_rows=10_000).dicts()


def test_parcels_on_the_lanes_are_those_of_the_table(shop: Shop) -> None:
    found = sql(shop, "SELECT origin, destination, status, count(*) AS n FROM parcels GROUP BY ALL")
    told = {(lane.origin, lane.city): lane for lane in town_map(shop).lanes}
    assert sum(row["n"] for row in found if row["status"] == "shipped") > 0
    for (origin, city), lane in told.items():
        mine = {row["status"]: row["n"] for row in found if (row["origin"], row["destination"]) == (origin, city)}
        assert lane.packed == mine.get("packed", 0)
        assert lane.parcels == mine.get("shipped", 0) + mine.get("delayed", 0)
        assert len(lane.sample) == min(lane.parcels, len(lane.sample)) <= SAMPLE
    ways = {(row["origin"], row["destination"]) for row in found if row["status"] not in ("delivered", "returned")}
    assert set(told) == ways
    assert town_map(shop).elsewhere == 0


def test_orders_of_the_last_hour_are_counted_by_the_city_of_their_customer(shop: Shop) -> None:
    at = town(shop).at
    query = """SELECT c.city, count(*) AS orders, CAST(sum(e.total) AS BIGINT) AS fen FROM order_placed e
               JOIN customers c USING (customer_id)
               WHERE e."at" > CAST($at AS TIMESTAMPTZ) - INTERVAL 1 HOUR GROUP BY 1"""
    expected = {row["city"]: (row["orders"], row["fen"]) for row in sql(shop, query, at=at.isoformat())}
    told = {city.city: (city.orders_hour, city.sales_hour.amount) for city in town_map(shop).cities if city.orders_hour}
    assert told == expected
    assert sum(orders for orders, _ in told.values()) > 30


def test_stock_of_the_warehouses_is_the_stock_of_the_table(shop: Shop) -> None:
    found = sql(shop, """SELECT place, CAST(sum(on_hand) AS BIGINT) AS units, CAST(sum(on_order) AS BIGINT) AS coming,
                         count(*) FILTER (on_hand <= 0) AS out FROM stock_levels GROUP BY 1 ORDER BY 1""")  # fmt: skip
    told = [(place.place, place.on_hand, place.on_order, place.sold_out) for place in town_map(shop).places]
    assert told == [(row["place"], row["units"], row["coming"], row["out"]) for row in found]


def test_regions_have_the_towns_weather_and_sum_their_cities(shop: Shop) -> None:
    shown = town_map(shop)
    assert {region.region: region.sky for region in shown.regions} == town(shop).weather
    assert sum(region.parcels for region in shown.regions) == sum(lane.parcels for lane in shown.lanes)


def test_the_echo_of_a_payment_fault_is_its_alert_with_the_case_and_how_soon_it_came(shop: Shop) -> None:
    trouble = town(shop).troubles[0]
    told = echo(shop, trouble.number)
    alert = sql(shop, "SELECT alert_id, case_id, opened_at FROM alerts WHERE metric = 'provider:alipay'")[0]
    assert [(one.alert_id, one.case_id) for one in told.alerts] == [(alert["alert_id"], alert["case_id"])]
    assert 0 < told.alerts[0].after_s < 2 * 3600
    assert told.noticed_after_s == told.alerts[0].after_s
    assert [(event.kind, event.count, event.case_id) for event in told.events] == [
        ("payments_failing", 1, alert["case_id"])
    ]
    with pytest.raises(NotFound, match=r"town\.trouble"):
        echo(shop, 999)


def test_wires_count_what_the_log_holds(shop: Shop) -> None:
    today = "CAST('2026-03-02 00:00+08' AS TIMESTAMPTZ)"
    shown = wire_map(shop)
    wires = {(wire.speaker, wire.word, wire.hearer): wire for wire in shown.wires}
    for word, table in (("OrderPlaced", "order_placed"), ("PaymentTried", "payment_tried"), ("Browsed", "browsed")):
        count = sql(shop, f'SELECT count(*) AS n FROM {table} e WHERE e."at" >= {today}')[0]["n"]
        assert wires["sim", word, "watch"].today == count > 0
        assert wires["sim", word, "watch"].per_minute > 0
    assert ("watch", "PaymentsFailing", "service") in wires
    assert wires["watch", "PaymentsFailing", "service"].today == 1
    replies = sql(shop, "SELECT count(*) AS n FROM decisions WHERE action_kind = 'Reply'")[0]["n"]
    assert (wires["service", "Reply", "sim"].today, wires["service", "Reply", "channels"].today) == (replies, 0)
    assert wires["sim", "DayClosed", "stock"].slow
    assert {node.name for node in shown.nodes} >= {"sim", "channels", "files", "loop", "watch", "service", "stock"}


def test_a_link_tells_what_it_hears_and_its_figures(shop: Shop) -> None:
    card = link_card(shop, "service")
    messages = sql(shop, "SELECT count(*) AS n FROM message_received")[0]["n"]
    heard = {one.kind: one for one in card.hears}
    assert (heard["message_received"].today, heard["message_received"].deadline_ms) == (messages, 300)
    decided = {one.action: one for one in card.decides}
    # Not every reply answers a message: a broken promise, a finished action and the thirty seconds speak, too.
    query = "SELECT status, count(*) AS n FROM decisions WHERE action_kind = 'Reply' GROUP BY 1"
    replies = {row["status"]: row["n"] for row in sql(shop, query)}
    assert {status: n for status, n in decided["Reply"].statuses.items() if n} == replies
    assert decided["Reply"].today == sum(replies.values())
    query = """SELECT count(*) AS n FROM message_received m WHERE EXISTS (SELECT 1 FROM decisions d
               WHERE d.action_kind = 'Reply' AND d.action->>'in_reply_to' = m.message_id)"""
    answered = sql(shop, query)[0]["n"]
    assert 0.9 * messages < answered <= decided["Reply"].today  # who waits for a person is not told so at each thanks
    asks = {f"rules:{name}" for name in (
        "AddressPolicy", "AnswerTarget", "CancelPolicy", "CouponPolicy", "ExchangePolicy", "InvoicePolicy",
        "PriceProtectionPolicy", "ProofPolicy", "RefundPolicy", "RemedyPolicy", "RescuePolicy", "ReturnPolicy",
    )}  # fmt: skip
    assert {table.name for table in card.tables} == asks
    assert len(card.tables) == len(asks)
    assert all(one.about.zh != one.about.en for one in (*card.hears, *card.says, *card.decides))
    with pytest.raises(NotFound, match=r"link\.unknown"):
        link_card(shop, "nobody")


def test_models_are_counted_from_the_ledger(shop: Shop) -> None:
    told = {model.card.name: model for model in models_today(shop)}
    query = "SELECT asked FROM decisions WHERE asked LIKE '%\"Understand\"%'"
    asked = sum(
        (one["question"], one["model"]) == ("Understand", "messages")
        for row in sql(shop, query)
        for one in json.loads(row["asked"])
    )
    read = told["messages"]
    assert asked > 100
    assert (read.asked, sum(read.bins), read.kind, read.link) == (asked, asked, "learned", "service")
    assert sum(answer.count for answer in read.answers) <= asked
    assert read.timed >= asked
    assert read.p50_us is not None
    assert read.p99_us is not None
    assert 0 < read.p50_us <= read.p99_us
    table = told["rules:ReplenishPolicy"]
    assert (table.kind, table.sure is None) == ("table", table.asked == 0)


def test_connectors_tell_who_spoke_and_what_waits(shop: Shop) -> None:
    told = {one.name: one for one in connectors(shop)}
    assert (told["sim"].kind, told["sim"].state) == ("town", "paused")
    lines = sql(shop, "SELECT count(*) AS n FROM browsed")[0]["n"]
    assert told["sim"].today > lines
    assert (told["webchat"].today, told["webchat"].last_heard) == (0, None)
    assert told["files"].state == "waiting"


def test_the_loop_tells_how_long_work_took(shop: Shop) -> None:
    told = loop_figures(shop)
    assert (told.running, told.dead_letters) == (True, 0)
    assert told.timed > 0
    assert told.p50_ms is not None
    assert told.p99_ms is not None
    assert 0 < told.p50_ms <= told.p99_ms
    with shop.store.read() as connection:
        assert told.head == connection.exec_driver_sql('SELECT max("offset") FROM log').scalar()
