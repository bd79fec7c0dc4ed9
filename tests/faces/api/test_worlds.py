"""Worlds over HTTP: the town's map and orders, connectors and hooks, the map and models; roles decide who may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from linkloop.app.shop import Shop
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from linkloop.store import audit
from tests.faces.desk.town_shop import settled, town_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with town_shop(tmp_path_factory.mktemp("shop"), orders_per_day=200.0, history_days=0) as shop:
        yield shop


@pytest.fixture(scope="module")
def client(shop: Shop) -> Iterator[httpx.Client]:
    with serving(Desk(shop)) as url, httpx.Client(base_url=f"{url}/api/v1", trust_env=False, timeout=60) as client:
        yield client


def noted(shop: Shop, what: str) -> list[audit.Audited]:
    with shop.store.read() as connection:
        return audit.read(connection, what=what)


def test_the_town_is_ordered_and_its_map_shows_what_came_of_it(client: httpx.Client, shop: Shop) -> None:
    assert client.post("/town", json={"do": "step", "to": "hour"}).status_code == 200
    settled(shop)
    shown = client.get("/town/map").json()
    assert shown["at"] == client.get("/town").json()["at"] == "2026-03-02T02:00:00Z"
    assert [place["place"] for place in shown["places"]] == ["WH-EAST", "WH-NORTH", "WH-SOUTH"]
    assert (len(shown["cities"]), len(shown["regions"])) == (25, 7)
    assert sum(lane["packed"] for lane in shown["lanes"]) > 0


def test_a_trouble_is_brought_watched_and_ended_by_who_asks(client: httpx.Client, shop: Shop) -> None:
    kinds = {one["type"]: one["fields"] for one in client.get("/town/faults").json()}
    fault = {"type": "Typhoon", **{field["name"]: field["default"] for field in kinds["Typhoon"]}}
    number = client.post("/town", json={"do": "inject", "fault": fault}).json()["troubles"][0]["number"]
    echo = client.get(f"/town/troubles/{number}/echo").json()
    assert (echo["type"], echo["on"], echo["noticed_after_s"], echo["alerts"]) == ("Typhoon", True, None, [])
    assert client.post("/town", json={"do": "end", "number": number}).json()["troubles"] == []
    assert [(entry.by, entry.what) for entry in noted(shop, "town")[:2]] == [
        ("local", "town.end"), ("local", "town.inject"),
    ]  # fmt: skip
    assert client.get("/town/troubles/999/echo").status_code == 404


@pytest.mark.parametrize("order", [{"do": "jump"}, {"do": "speed", "speed": -1}, {"do": "end"}, {"do": "end", "x": 1}])
def test_a_wrong_order_is_refused_and_nothing_changes(client: httpx.Client, shop: Shop, order: dict) -> None:
    before, entries = client.get("/town").json(), noted(shop, "town")
    assert client.post("/town", json=order).status_code in (400, 422)
    assert (client.get("/town").json(), noted(shop, "town")) == (before, entries)


def test_a_hook_is_opened_tried_used_rekeyed_and_closed_and_no_secret_is_ever_told_again(
    client: httpx.Client, shop: Shop
) -> None:
    opened = client.post("/connectors/hooks", json={"name": "erp", "kinds": ["orders"]})
    assert opened.status_code == 201
    secret = opened.json()["secret"]
    assert secret.startswith("whsec_")
    listed = {one["name"]: one for one in client.get("/connectors").json()}
    example = listed["erp"]["hook"]["example"]
    tried = client.post("/connectors/hooks/erp/test", json={"body": example}).json()
    assert tried["said"] == ["orders order_id-1"]
    assert client.get("/tables/orders/row", params={"key": "order_id-1"}).status_code == 404  # nothing was kept
    address = str(client.base_url).removesuffix("/api/v1/") + listed["erp"]["hook"]["path"]
    taken = httpx.post(address, content=example, headers=tried["headers"], trust_env=False)
    assert taken.status_code == 202
    assert client.get("/tables/orders/row", params={"key": "order_id-1"}).status_code == 200
    new = client.post("/connectors/hooks/erp/rotate").json()
    assert new["secret"] != secret
    assert new["old_until"] is not None
    again = {one["name"]: one for one in client.get("/connectors").json()}["erp"]["hook"]
    assert (again["taken"], again["refused"], again["old_until"]) == (1, 0, new["old_until"])
    assert client.delete("/connectors/hooks/erp").status_code == 204
    assert "erp" not in {one["name"] for one in client.get("/connectors").json()}
    told = json.dumps([client.get("/connectors").json(), [str(entry) for entry in noted(shop, "hook")]])
    assert secret not in told
    assert new["secret"] not in told
    assert [entry.what for entry in noted(shop, "hook")] == ["hook.close", "hook.rotate", "hook.open"]


def test_a_test_delivery_with_a_bad_field_names_it(client: httpx.Client) -> None:
    client.post("/connectors/hooks", json={"name": "wms", "kinds": []})
    bad = client.post("/connectors/hooks/wms/test", json={"body": '{"type": "orders", "data": {"order_id": 7}}'})
    assert bad.status_code in (400, 422)
    assert bad.json()["where"] == "data.order_id"
    assert client.post("/connectors/hooks/none/test", json={"body": "{}"}).status_code == 404
    assert "decisions" not in client.get("/connectors/kinds").json()


def test_the_map_the_links_the_models_and_the_loop_are_told(client: httpx.Client) -> None:
    wires = client.get("/map/wires").json()["wires"]
    assert {"watch", "service", "stock"} <= {wire["hearer"] for wire in wires}
    assert client.get("/map/links/watch").json()["title"]["zh"].startswith("监测")
    assert client.get("/map/links/nobody").status_code == 404
    assert {one["card"]["question"] for one in client.get("/models/today").json()} >= {"Understand", "ReplenishPolicy"}
    assert client.get("/loop").json()["running"] is True


def test_a_chat_is_followed_to_its_case_and_decision(client: httpx.Client, shop: Shop) -> None:
    channels = shop.world("channels")
    session = channels.webchat.connect()  # type: ignore[union-attr]
    taken = channels.webchat.handle(session, b'{"type":"say","client_id":"c1","text":"Where is my parcel?"}')  # type: ignore[union-attr]
    assert json.loads(taken)["type"] == "accepted"
    told = client.get(f"/chats/{session.id}/behind").json()
    assert [one["text"] for one in told] == ["Where is my parcel?"]
    assert [(d["action_kind"], d["case_id"]) for d in told[0]["decisions"]] == [("Reply", told[0]["case_id"])]
    assert client.get("/chats/nobody/behind").json() == []


def test_without_the_permission_to_run_the_town_is_looked_at_and_left_alone(tmp_path: Path) -> None:
    import time

    from linkloop.faces.desk import people

    password = "correct horse battery staple 9"
    with town_shop(tmp_path, orders_per_day=100.0, history_days=0) as shop:
        now = int(time.time() * 1e6)
        for role in ("admin", "service", "operator"):
            people.add(shop, role, role, password, "admin", now)  # type: ignore[arg-type]
        with serving(Desk(shop)) as url:
            answers = {}
            for role in ("service", "operator", "admin"):
                with httpx.Client(base_url=url, trust_env=False, timeout=60) as visitor:
                    visitor.post("/api/v1/session", json={"name": role, "password": password})
                    csrf = {"x-linkloop-csrf": visitor.get("/api/v1/session").json()["csrf"]}
                    answers[role] = (
                        visitor.get("/api/v1/town").status_code,
                        visitor.post("/api/v1/town", json={"do": "pause"}, headers=csrf).status_code,
                        visitor.post("/api/v1/connectors/hooks", json={"name": role}, headers=csrf).status_code,
                    )
        assert answers == {"service": (200, 403, 403), "operator": (200, 200, 403), "admin": (200, 200, 201)}
        assert [entry.by for entry in noted(shop, "town")] == ["admin", "operator"]
        assert [entry.about for entry in noted(shop, "hook")] == ["admin"]
