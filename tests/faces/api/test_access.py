"""What each role may do: every route, every role, checked by the API before it reads what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from litestar.routes import HTTPRoute, WebSocketRoute

from linkloop.core.errors import LinkloopError
from linkloop.faces.api import access
from linkloop.faces.api.access import WHO, Person, check, check_link
from linkloop.faces.api.app import Api
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.roles import LINKS, PERMISSIONS, ROLES, Role, covered, covers
from linkloop.store.schema import audit, ledger, log, people, sessions, settings, tokens
from tests.engine.small_shop import late_parcel, open_small
from tests.faces.api.signed import House, house

# Open to everybody, and why. A line here is a decision.
OPEN = {
    ("GET", "/api/v1/session"): "who asks; tells a stranger only that signing in is needed",
    ("POST", "/api/v1/session"): "signing in",
    ("GET", "/healthz"): "probes",
    ("GET", "/readyz"): "probes",
    ("POST", "/hooks/{name}"): "signed by the sender",
    ("POST", "/hooks/platforms/{name}"): "signed by the platform",
    ("GET", "/hooks/platforms/{name}"): "a platform's challenge, signed by it",
    ("WS", "/chat"): "a visitor, who has a session of the chat",
    ("GET", "/widget.js"): "the script for a shop's own pages",
    ("GET", "/widget/demo"): "a page that shows it",
    ("GET", "/widget/demo.css"): "its style",
    ("GET", "/"): "the pages, which hold no data",
    ("GET", "/{path}"): "the pages, which hold no data",
}


def routes(api: Api) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and `opt` of everything that the application serves, but the framework's own."""
    for route in api.litestar.routes:
        path = re.sub(r"\{(\w+):(\w+)\}", lambda m: "{1}" if m[2] == "int" else f"{{{m[1]}}}", route.path)
        if path.startswith("/api/openapi"):
            continue
        if isinstance(route, WebSocketRoute):
            yield "WS", path, dict(route.route_handler.opt)
        elif isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                    yield str(method), path, dict(handler.opt)


def url_of(path: str) -> str:
    """An address that the route takes: a number where it wants one, else x."""
    return re.sub(r"\{(\w+)\}", lambda m: "1" if m[1] == "1" else "x", path)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("routes")
    pages = folder / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("<p>page</p>")
    shop, _ = open_small(folder)
    found = list(routes(Api(Desk(shop), pages=pages)))
    shop.close()
    return found


def test_every_route_names_what_it_takes(table: list[tuple[str, str, dict[str, Any]]]) -> None:
    known = {*PERMISSIONS, "self", "anyone"}
    assert len(table) > 60
    assert [(method, path) for method, path, opt in table if opt.get("may") not in known] == []


def test_what_is_open_is_open_on_purpose(table: list[tuple[str, str, dict[str, Any]]]) -> None:
    assert {(method, path) for method, path, opt in table if opt.get("may") == "anyone"} == set(OPEN)


def test_who_may_only_see_may_change_nothing(table: list[tuple[str, str, dict[str, Any]]]) -> None:
    """A change asks for more than seeing: what is sent by POST and needs only that writes nothing."""
    reads = {
        "/api/v1/questions/{question}/ask", "/api/v1/decisions/{decision_id}/reexecute",
        "/api/v1/decisions/{decision_id}/preview", "/api/v1/data/tables/{table}/rows",
        "/api/v1/rules/{name}/check", "/api/v1/rules/{name}/try", "/api/v1/rules/{name}/merge",
        "/api/v1/simulate", "/api/v1/stock/products/{product_id}/what-if",
        "/api/v1/network/what-if",
    }  # fmt: skip
    loose = {path for method, path, opt in table if method not in ("GET", "WS") and opt.get("may") == "see"}
    assert loose - reads == set()


# -- the check itself, for every role and permission


def asked(needed: str | None, person: Person | None, method: str = "GET") -> str:
    """The code of the refusal, or "" when it may go on."""
    scope: dict[str, Any] = {"type": "http", "method": method, "path": "/x"}
    if person is not None:
        scope[WHO] = person
    opt = {} if needed is None else {"may": needed}
    try:
        check(SimpleNamespace(scope=scope), SimpleNamespace(opt=opt))  # type: ignore[arg-type]
    except LinkloopError as error:
        return error.code
    return ""


@pytest.mark.parametrize("role", get_args(Role))
def test_a_role_may_what_its_set_says_and_nothing_else(role: Role) -> None:
    for permission in PERMISSIONS:
        expected = "" if permission in ROLES[role] else "access.denied"
        assert asked(permission, Person("x", role, "session")) == expected, permission
    assert asked("self", Person("x", role, "token")) == asked("anyone", Person("x", role)) == ""


@pytest.mark.parametrize("needed", [*PERMISSIONS, "self", None, "nonsense"])
def test_nobody_may_only_what_anyone_may(needed: str | None) -> None:
    assert asked(needed, None) == "session.none"
    assert asked("anyone", None) == ""


def test_an_unmarked_route_is_closed_to_everybody() -> None:
    for needed in (None, "nonsense", ""):
        assert asked(needed, Person("root", "admin", "session")) == "access.unmarked"


def test_the_seven_roles_are_these() -> None:
    assert {role: sorted(held) for role, held in ROLES.items()} == {
        "operator": ["data", "decide", "rules", "run", "see", "sql"],
        "planner": ["decide", "rules", "see", "sql"],
        "service": ["decide", "see"],
        "live": ["decide", "see"],
        "marketer": ["decide", "see", "sql"],
        "data": ["data", "run", "see", "sql"],
        "admin": sorted(PERMISSIONS),
    }
    assert set(access.NAMES) == set(ROLES)
    assert set(access.DOES) == set(PERMISSIONS)


def test_a_role_decides_for_its_links() -> None:
    links = ["service", "stock", "demand", "network", "promo", "content", "live", "host", "watch", "person:li"]
    assert {role: [link for link in links if covers(role, link)] for role in ROLES} == {
        "operator": links, "admin": links, "data": [], "service": ["service"], "live": ["live", "host"],
        "planner": ["stock", "demand", "network"], "marketer": ["promo", "content"],
    }  # fmt: skip
    assert covered("admin", links) == ["*"]
    assert covered("data", links) == []
    assert covered("planner", ["watch", "stock"]) == ["stock"]
    assert set(LINKS) <= set(ROLES)
    with pytest.raises(LinkloopError, match=r"access\.link"):
        check_link(Person("li", "service"), "stock")


# -- over HTTP: what is refused changes nothing


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house"), {"root": "admin"}) as found:
        late_parcel(found.shop, 1, 800)
        yield found


def rows(home: House) -> list[int]:
    with home.shop.store.read() as connection:
        counted = (audit, ledger, log, people, sessions, settings, tokens)
        return [connection.execute(sa.select(sa.func.count()).select_from(one)).scalar_one() for one in counted]


@pytest.mark.parametrize("role", [role for role in get_args(Role) if role != "admin"])
def test_what_a_role_may_not_is_refused_on_every_route_and_changes_nothing(
    home: House, table: list[tuple[str, str, dict[str, Any]]], role: Role
) -> None:
    denied = [(m, p, o["may"]) for m, p, o in table if o.get("may") in PERMISSIONS and o["may"] not in ROLES[role]]
    assert denied
    with home.program(role) as client:
        client.get("/api/v1/session")
        before = rows(home)
        for method, path, needed in denied:
            url = url_of(path)
            answer = client.request(method, url, content=b"[[", headers={"content-type": "application/json"})
            assert (answer.status_code, answer.json()["code"], answer.json()["where"]) == (
                403, "access.denied", needed,
            ), f"{method} {path}"  # fmt: skip
        assert rows(home) == before


def test_nobody_gets_anything_from_any_route(home: House, table: list[tuple[str, str, dict[str, Any]]]) -> None:
    with home.client() as client:
        before = rows(home)
        for method, path, opt in table:
            if opt.get("may") == "anyone":
                continue
            answer = client.request(method, url_of(path), content=b"[[")
            assert (answer.status_code, answer.json()["code"]) == (401, "session.none"), f"{method} {path}"
            assert answer.headers["www-authenticate"] == "Bearer"
        assert rows(home) == before


def test_a_role_decides_for_its_links_only_and_under_its_own_name(home: House) -> None:
    [held] = Desk(home.shop).decisions("held").items  # of the link `helper`, which no bound role covers
    with home.program("service") as client:
        before = rows(home)
        for deed in ("approve", "refuse", "undo"):
            answer = client.post(f"/api/v1/decisions/{held.id}/{deed}", json={"by": "root", "note": "mine"})
            assert (answer.status_code, answer.json()["code"]) == (403, "access.link"), deed
        assert rows(home) == before
        assert Desk(home.shop).decision(held.id).status == "held"
    with home.signed_in("root") as client:
        done = client.post(f"/api/v1/decisions/{held.id}/refuse", json={"by": "somebody else", "note": "no"})
        assert (done.status_code, done.json()["by"]) == (200, "root")


def test_a_token_of_a_program_counts_until_it_is_revoked_or_expires(home: House) -> None:
    with home.signed_in("root") as client:
        made = client.post("/api/v1/tokens", json={"name": "ERP", "role": "data", "days": 1})
        assert made.status_code == 201
        secret, key = made.json()["secret"], made.json()["key"]["id"]
        assert secret not in client.get("/api/v1/tokens").text
        with home.client(authorization=f"Bearer {secret}") as program:
            assert program.get("/api/v1/session").json()["name"] == "token:ERP"
            assert program.get("/api/v1/tables").status_code == 200
            used = {one["id"]: one["used"] for one in client.get("/api/v1/tokens").json()}
            assert used[key] is not None
            assert client.delete(f"/api/v1/tokens/{key}").status_code == 200
            answer = program.get("/api/v1/tables")
            assert (answer.status_code, answer.json()["code"]) == (401, "api.token")
        with home.program("data", "short") as program:
            assert program.get("/api/v1/tables").status_code == 200
            home.clock += 86_401
            assert program.get("/api/v1/tables").status_code == 401
    with home.signed_in("root") as client:
        files = [path.read_bytes() for path in Path(home.shop.settings.folder).glob("log.db*")]
        assert not any(secret.encode() in body for body in files)
        assert client.delete("/api/v1/tokens/nothing").json()["code"] == "tokens.unknown"


def test_a_wrong_bearer_is_not_mended_by_a_cookie(home: House) -> None:
    with home.signed_in("root") as client:
        answer = client.get("/api/v1/status", headers={"authorization": "Bearer llt_wrong"})
        assert (answer.status_code, answer.json()["code"]) == (401, "api.token")


def test_the_document_says_how_to_sign_in(home: House) -> None:
    with home.program("data") as client:
        document = client.get("/api/v1/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    assert document["security"] == [{"token": []}, {"session": []}]


def test_too_many_requests_of_one_are_told_to_wait_and_others_are_not(home: House) -> None:
    with home.signed_in("root") as client, home.program("data", "other") as other:
        answers = [client.get("/api/v1/session") for _ in range(1_020)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert (refused[0].json()["code"], refused[0].headers["retry-after"]) == ("api.rate", "1")
        assert other.get("/api/v1/session").status_code == 200
        home.clock += 10
        assert client.get("/api/v1/session").status_code == 200


def test_an_address_beyond_this_machine_needs_an_account(home: House) -> None:
    from linkloop.faces.api.security import check_binding

    check_binding("0.0.0.0", "", accounts=True)
    with pytest.raises(LinkloopError, match=r"api\.token_needed"):
        check_binding("0.0.0.0", "", accounts=False)


def test_only_local_is_believed_when_it_names_somebody() -> None:
    assert Person("local", "admin").said("wei") == "wei"
    assert Person("local", "admin").said("") == "local"
    assert Person("li", "admin", "session").said("wei") == "li"
