"""Who may speak to the server."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from linkloop.core.errors import Refused
from linkloop.faces.api.security import check_binding, loopback
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from tests.faces.api.conftest import head, message, running, say


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        running(tmp_path_factory.mktemp("guarded")) as shop,
        serving(Desk(shop), token="s3cret") as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8787", "", "localhost.evil.example", "127.0.0.1.nip.io"]
)
def test_a_rebound_name_is_turned_away(shared: httpx.Client, host: str) -> None:
    answer = shared.get("/api/v1/status", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "api.host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8787", "[::1]:8787", "192.168.1.5"])
def test_this_machine_and_plain_numbers_are_let_in(shared: httpx.Client, host: str) -> None:
    assert shared.get("/api/v1/status", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_changes_nothing(shared: httpx.Client, headers: dict[str, str]) -> None:
    before = head(shared)
    answer = say(shared, "k", message(1), **headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "api.origin")
    assert head(shared) == before


def test_our_own_page_may_write(shared: httpx.Client) -> None:
    own = {"origin": str(shared.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
    assert say(shared, "k", message(1), **own).status_code == 202


def test_no_cors_header_is_ever_sent(shared: httpx.Client) -> None:
    answer = shared.get("/api/v1/status", headers={"origin": "http://evil.example"})
    assert [name for name in answer.headers if name.startswith("access-control")] == []
    assert shared.options("/api/v1/status", headers={"origin": "http://evil.example"}).headers.get(
        "access-control-allow-origin"
    ) is None  # fmt: skip


def test_a_form_is_not_json(shared: httpx.Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = shared.post("/api/v1/events", content=b'{"items": []}', headers={"content-type": kind})
        assert (answer.status_code, answer.json()["code"]) == (415, "http.415")


def test_a_token_that_is_set_is_needed(guarded: httpx.Client) -> None:
    for given in (
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Basic s3cret"},
        {"cookie": "linkloop_token=x"},
    ):
        answer = guarded.get("/api/v1/status", headers=given)
        assert (answer.status_code, answer.json()["code"]) == (401, "api.token")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert guarded.get("/metrics").status_code == 401
    assert guarded.get("/api/v1/openapi.json").status_code == 401
    assert guarded.get("/healthz").status_code == 200
    assert guarded.get("/readyz").status_code == 200
    good = {"authorization": "Bearer s3cret", "host": "shop.example"}
    assert guarded.get("/api/v1/status", headers=good).status_code == 200


def test_a_browser_gets_the_token_as_a_cookie_that_scripts_cannot_read(guarded: httpx.Client) -> None:
    assert "set-cookie" not in guarded.get("/", params={"token": "wrong"}).headers
    answer = guarded.get("/", params={"token": "s3cret"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert guarded.get("/api/v1/status", headers={"cookie": cookie.split(";")[0]}).status_code == 200


def test_a_socket_of_another_site_is_refused(shared: httpx.Client) -> None:
    url = str(shared.base_url).replace("http", "ws").rstrip("/") + "/chat"
    with pytest.raises(InvalidStatus):
        connect(url, origin="http://evil.example", proxy=None)  # type: ignore[arg-type]


def test_a_server_that_others_can_reach_needs_a_token() -> None:
    with pytest.raises(Refused) as refused:
        check_binding("0.0.0.0", "")
    assert refused.value.code == "api.token_needed"
    check_binding("0.0.0.0", "s3cret")
    check_binding("::1", "")
    assert [loopback(h) for h in ("127.0.0.1", "127.9.9.9", "localhost", "::1", "0.0.0.0", "10.0.0.1", "shop")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip


def test_answers_carry_safe_headers(shared: httpx.Client) -> None:
    for path in ("/api/v1/status", "/nothing", "/api/v1/decisions/x"):
        headers = shared.get(path).headers
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
