"""The risk query of the mission, word for word, in a town that lives through Double 11 of 2023: by every door."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

import linkloop
from linkloop.app.settings import load
from linkloop.app.shop import Shop
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from tests.faces.cli.calling import call

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("risk_query")]  # one town for all of them

QUERY = Path(__file__).parent / "risk_query.sql"
DAY, WEEK = "2023-11-11", [f"2023-11-{day}" for day in range(11, 18)]
TOML = """
[town]
start = 2023-11-09
orders_per_day = 150
history_days = 28
speed = 0
[channels]
enabled = false
"""


class Town(NamedTuple):
    """A shop that runs, standing still in the first minute of Double 11, and where to reach it."""

    folder: str
    shop: Shop
    desk: Desk
    url: str


def wait_for(what: Callable[[], object], seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, what
        time.sleep(0.1)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("double-eleven")
    (folder / "linkloop.toml").write_text(TOML, encoding="utf-8")
    shop = Shop(load(folder, {}))
    world: Any = shop.world("sim")
    world.pause()
    shop.start()
    desk = Desk(shop)
    try:
        for night in ("2023-11-09", "2023-11-10"):
            desk.town_do("step", to="day")
            wait_for(lambda: world.status().stepping_to is None)
            wait_for(lambda night=night: [e for e in desk.log(kind="day_closed") if e.body["day"] == night])
            wait_for(lambda: shop.slow.idle() and shop.effects.idle())
        with serving(desk) as url:
            yield Town(str(folder), shop, desk, url)
    finally:
        shop.stop()


def by_hand(desk: Desk) -> dict[str, tuple[float, int, str]]:
    """What the query must say, from the rows of the tables, without SQL's help."""
    east = {row["place"] for row in desk.rows("places", limit=100).items if row["region"] == "华东"}
    assert east
    demand: dict[str, float] = {}
    for row in every(desk, "forecasts"):
        if row["place"] in east and row["day"] in WEEK:
            demand[row["product_id"]] = demand.get(row["product_id"], 0.0) + row["mean"]
    stock: dict[str, int] = {}
    for row in every(desk, "stock_levels"):
        if row["place"] in east:
            stock[row["product_id"]] = stock.get(row["product_id"], 0) + row["on_hand"]
    found: dict[str, tuple[float, int, str]] = {}
    for product in demand.keys() | stock.keys():
        units, lies = demand[product], stock.get(product, 0)
        action = "紧急补货" if units > lies * 1.2 else "促销建议" if units < lies * 0.8 else "维持现状"
        found[product] = (units, lies, action)
    return found


def every(desk: Desk, table: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = desk.rows(table, limit=1000, cursor=cursor)
        yield from page.items
        if not (cursor := page.next):
            return


def told(columns: Any, rows: Any) -> dict[str, tuple[float, int, str]]:
    assert list(columns) == ["product_id", "predicted_demand", "current_stock", "action"]
    found = {product: (demand, stock, action) for product, demand, stock, action in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.timeout(600)
def test_the_query_as_it_is_written_says_what_the_tables_say(town: Town) -> None:
    """In the shop itself; every product is there, and Double 11 leaves none of the three actions out."""
    result = town.desk.sql(QUERY.read_text(encoding="utf-8"))
    rows = told(result.columns, result.rows)
    expected = by_hand(town.desk)
    assert rows.keys() == expected.keys()
    for product, (demand, stock, action) in expected.items():
        assert rows[product] == (pytest.approx(demand, abs=1e-5), stock, action), product
    assert {action for _, _, action in rows.values()} == {"紧急补货", "促销建议", "维持现状"}


def test_every_door_gives_the_same_rows(town: Town) -> None:
    query = QUERY.read_text(encoding="utf-8")
    here = town.desk.sql(query)
    expected = told(here.columns, here.rows)
    embedded: Any = linkloop.open(town.folder)
    try:
        assert told(*(lambda r: (r.columns, r.rows))(embedded.sql(query))) == expected
    finally:
        embedded.close()
    remote: Any = linkloop.open(town.url)
    try:
        assert told(*(lambda r: (r.columns, r.rows))(remote.sql(query))) == expected
    finally:
        remote.close()
    terminal = call("--folder", town.folder, "sql", f"@{QUERY}", "--json").json()
    assert told(terminal["columns"], terminal["rows"]) == expected
    with httpx.Client(base_url=town.url, trust_env=False, timeout=60) as client:
        plain = client.post("/api/v1/sql", json={"query": query}).json()
        assert told(plain["columns"], plain["rows"]) == expected
        # The console's workbench asks like this.
        page = client.post("/api/v1/sql/runs", json={"id": "double-eleven", "query": query}).json()
        assert told([column["name"] for column in page["columns"]], page["rows"]) == expected


def test_the_days_rows_were_written_down_on_its_eve(town: Town) -> None:
    days = {row[0]: row[1] for row in town.desk.sql("SELECT date, rows FROM supply_risk_days").rows}
    assert DAY in days
    assert min(days) == "2023-11-10"
    assert max(days) == "2023-11-18"
    count = town.desk.sql(f"SELECT count(*) FROM supply_risks WHERE date = '{DAY}'").rows
    assert count == ((days[DAY],),)
    found = town.desk.risks(region="华东")
    assert (found.date, found.today, found.written) == (DAY, DAY, True)
    rows = told(*(lambda r: (r.columns, r.rows))(town.desk.sql(QUERY.read_text(encoding="utf-8"))))
    (east,) = [one for one in found.regions if one.region == "华东"]
    assert east.by_ratio == {
        action: sum(1 for row in rows.values() if row[2] == action) for action in ("紧急补货", "促销建议", "维持现状")
    }


def test_the_clock_of_the_shop_is_in_2023(town: Town) -> None:
    assert town.shop.clock.now().astimezone(town.shop.zone).date().isoformat() == DAY
    assert {row[0] for row in town.desk.sql("SELECT DISTINCT year(placed_at) FROM orders").rows} == {2023}
