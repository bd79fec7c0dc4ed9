"""Signing in and out, and what a session is worth meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from linkloop.faces.desk import passwords, people, sessions
from tests.faces.api.conftest import head, message, say
from tests.faces.api.signed import PASSWORD, House, house, sign_in

HOUR = 3600.0


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house"), {"Li Lei": "admin", "王芳": "service"}) as found:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, {"Li Lei": "admin"}) as found:
        yield found


def me(client: httpx.Client) -> dict[str, object]:
    return client.get("/api/v1/session").json()


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_without_an_account_this_machine_speaks_as_local(client: httpx.Client) -> None:
    told = me(client)
    assert (told["name"], told["role"], told["via"], told["local"], told["accounts"], told["csrf"]) == (
        "local", "admin", "local", True, False, "",
    )  # fmt: skip
    assert told["links"] == ["*"]


def test_with_an_account_everybody_signs_in(shared_house: House) -> None:
    with shared_house.client() as client:
        assert code(client.get("/api/v1/status")) == (401, "session.none")
        told = me(client)
        assert (told["signed_in"], told["accounts"], told["name"], told["role"], told["permissions"]) == (
            False, True, "", None, [],
        )  # fmt: skip
        assert client.get("/healthz").status_code == 200
        assert client.get("/").status_code in (200, 503)  # the page, or where it is not built, how to


def test_signing_in_gives_a_cookie_that_only_our_page_can_use(shared_house: House) -> None:
    with shared_house.client() as client:
        answer = sign_in(client, "li  LEI".replace("  ", " "))
        cookie = answer.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
        told = me(client)
        assert (told["name"], told["role"], told["via"]) == ("Li Lei", "admin", "session")
        before = head(client)
        assert code(say(client, "k", message(1))) == (403, "api.csrf")
        assert code(say(client, "k", message(1), **{"x-linkloop-csrf": "guess"})) == (403, "api.csrf")
        assert head(client) == before
        assert say(client, "k", message(1), **{"x-linkloop-csrf": str(told["csrf"])}).status_code == 202


def test_behind_tls_the_cookie_is_secure(shared_house: House) -> None:
    with shared_house.client() as client:
        host = shared_house.url.partition("://")[2]
        assert "; Secure" in sign_in(client, "Li Lei", origin=f"https://{host}").headers["set-cookie"]


@pytest.mark.parametrize(("name", "password"), [("Li Lei", "wrong"), ("nobody", PASSWORD), ("", ""), ("Li Lei", "")])
def test_a_wrong_name_and_a_wrong_password_look_alike(shared_house: House, name: str, password: str) -> None:
    with shared_house.client() as client:
        answer = sign_in(client, name, password)
        assert code(answer) == (401, "session.wrong")
        assert answer.json()["detail"] == "this name and password do not go together"
        assert "set-cookie" not in answer.headers


def test_nobody_is_checked_as_thoroughly_as_somebody(monkeypatch: pytest.MonkeyPatch, home: House) -> None:
    """The costly part of a sign-in runs once for every attempt, whoever it names."""
    checked: list[bool] = []
    real = passwords._hasher().verify

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            checked.append(kept == passwords._nobody())
            return real(kept, password)

        def __getattr__(self, name: str) -> object:
            return getattr(real.__self__, name)  # type: ignore[attr-defined]

    nobody, hasher = passwords._nobody(), Counting()
    monkeypatch.setattr(passwords, "_nobody", lambda: nobody)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    with home.client() as client:
        people.add(home.shop, "gone", "data", PASSWORD, "test", 1)
        people.set_disabled(home.shop, "gone", True, "test", 2)
        for name, stands_in in (("Li Lei", False), ("nobody", True), ("gone", True)):
            checked.clear()
            sign_in(client, name, "wrong password")
            assert checked == [stands_in], name
        assert code(sign_in(client, "gone")) == (401, "session.wrong")


def test_every_attempt_is_on_record_and_a_name_that_is_no_account_is_not(home: House) -> None:
    with home.client() as client:
        sign_in(client, "Li Lei", "wrong")
        sign_in(client, "my secret password typed into the name", "x")
        sign_in(client, "Li Lei")
    told = [(e.what, e.by, e.about, e.after.get("why")) for e in home.audit(what="session")]
    assert told == [
        ("session.refused", "", "Li Lei", "password"),
        ("session.refused", "", "", "unknown"),
        ("session.begin", "Li Lei", "Li Lei", None),
    ]


def test_signing_in_again_changes_the_cookie_and_ends_the_old_one(home: House) -> None:
    with home.signed_in("Li Lei") as client:
        old = client.cookies["linkloop_session"]
        assert sign_in(client, "Li Lei").status_code == 200
        assert client.cookies["linkloop_session"] != old
        with home.client(cookie=f"linkloop_session={old}") as thief:
            assert code(thief.get("/api/v1/status")) == (401, "session.expired")


def test_signing_out_ends_it_at_once(home: House) -> None:
    with home.signed_in("Li Lei") as client:
        cookie = client.cookies["linkloop_session"]
        assert client.delete("/api/v1/session").json() == {"ended": 1}
        assert "linkloop_session" not in client.cookies
        with home.client(cookie=f"linkloop_session={cookie}") as again:
            assert code(again.get("/api/v1/status")) == (401, "session.expired")
            assert me(again)["problem"] == "session.expired"


def test_a_session_that_idles_or_grows_old_ends(home: House) -> None:
    with home.signed_in("Li Lei") as client:
        home.clock += 11 * HOUR
        assert client.get("/api/v1/status").status_code == 200
        home.clock += 11 * HOUR
        assert client.get("/api/v1/status").status_code == 200  # it was used in between
        home.clock += 12 * HOUR + 1
        assert code(client.get("/api/v1/status")) == (401, "session.expired")
    with home.signed_in("Li Lei") as client:
        for _ in range(16):
            home.clock += 10 * HOUR
            assert client.get("/api/v1/status").status_code == 200
        home.clock += 9 * HOUR  # seven days and more since it began
        assert code(client.get("/api/v1/status")) == (401, "session.expired")


def test_the_cookie_is_kept_as_a_hash_only(home: House) -> None:
    with home.signed_in("Li Lei") as client:
        cookie = client.cookies["linkloop_session"]
    files = [path.read_bytes() for path in Path(home.shop.settings.folder).glob("log.db*")]
    assert not any(cookie.encode() in body or PASSWORD.encode() in body for body in files)


def test_a_new_password_ends_every_other_session(home: House) -> None:
    with home.signed_in("Li Lei") as here, home.signed_in("Li Lei") as there:
        wrong = here.post("/api/v1/session/password", json={"old": "no", "new": "nine slow tortoises"})
        assert code(wrong) == (401, "session.wrong")
        easy = here.post("/api/v1/session/password", json={"old": PASSWORD, "new": "1234567890"})
        assert code(easy) == (403, "people.password")
        assert there.get("/api/v1/status").status_code == 200
        done = here.post("/api/v1/session/password", json={"old": PASSWORD, "new": "nine slow tortoises"})
        assert done.json() == {"ended": 1}
        assert here.get("/api/v1/status").status_code == 200
        assert code(there.get("/api/v1/status")) == (401, "session.expired")
        with home.client() as client:
            assert sign_in(client, "Li Lei").status_code == 401
            assert sign_in(client, "Li Lei", "nine slow tortoises").status_code == 200


def test_sessions_are_listed_and_ended_from_another(home: House) -> None:
    people.add(home.shop, "王芳", "service", PASSWORD, "test", 1)
    with home.signed_in("Li Lei") as admin, home.signed_in("王芳") as fang, home.signed_in("王芳") as phone:
        mine = fang.get("/api/v1/sessions").json()
        assert [(one["person"], one["current"]) for one in mine].count(("王芳", True)) == 1
        assert len(mine) == 2
        assert len(fang.get("/api/v1/sessions", params={"everybody": True}).json()) == 2
        assert len(admin.get("/api/v1/sessions", params={"everybody": True}).json()) == 3
        theirs = next(one["id"] for one in admin.get("/api/v1/sessions").json())
        assert code(fang.delete(f"/api/v1/sessions/{theirs}")) == (404, "session.unknown")
        assert code(fang.delete("/api/v1/sessions", params={"person": "Li Lei"})) == (403, "access.denied")
        assert admin.get("/api/v1/status").status_code == 200
        assert fang.delete("/api/v1/sessions").json() == {"ended": 1}
        assert code(phone.get("/api/v1/status")) == (401, "session.expired")
        assert admin.delete("/api/v1/sessions", params={"person": "王芳"}).json() == {"ended": 1}
        assert code(fang.get("/api/v1/status")) == (401, "session.expired")


def test_who_is_shut_out_is_out_at_once_and_a_role_counts_at_once(home: House) -> None:
    people.add(home.shop, "王芳", "admin", PASSWORD, "test", 1)
    with home.signed_in("Li Lei") as admin, home.signed_in("王芳") as fang:
        assert fang.get("/api/v1/people").status_code == 200
        assert admin.patch("/api/v1/people/王芳", json={"role": "data"}).json()["role"] == "data"
        assert code(fang.get("/api/v1/people")) == (403, "access.denied")
        assert admin.patch("/api/v1/people/王芳", json={"disabled": True}).json()["sessions"] == 0
        assert code(fang.get("/api/v1/status")) == (401, "session.expired")
        with home.client() as client:
            assert sign_in(client, "王芳").status_code == 401
        assert code(admin.patch("/api/v1/people/Li Lei", json={"disabled": True})) == (403, "people.last_admin")
        assert code(admin.patch("/api/v1/people/Li Lei", json={"role": "data"})) == (403, "people.last_admin")


def test_the_first_account_ends_local_also_for_the_page_that_made_it(client: httpx.Client) -> None:
    body = {"name": "x", "role": "data", "password": PASSWORD}
    assert code(client.post("/api/v1/people", json=body)) == (403, "people.first")
    assert me(client)["local"] is True
    assert client.post("/api/v1/people", json={**body, "role": "admin"}).status_code == 201
    assert code(client.get("/api/v1/people")) == (401, "session.none")
    assert sign_in(client, "x").status_code == 200
    assert [one["name"] for one in client.get("/api/v1/people").json()] == ["x"]


def test_likes_follow_the_person(home: House) -> None:
    with home.signed_in("Li Lei") as client:
        assert client.put("/api/v1/session/likes", json={"language": "zh", "theme": "dark"}).status_code == 200
    with home.signed_in("Li Lei") as other:
        assert (me(other)["language"], me(other)["theme"]) == ("zh", "dark")
    assert "session.likes" in home.whats()


def test_wrong_passwords_make_who_tries_wait_and_the_wait_is_on_record_once(home: House) -> None:
    with home.client() as client:
        for _ in range(5):
            assert code(sign_in(client, "Li Lei", "wrong")) == (401, "session.wrong")
        for _ in range(3):
            waits = sign_in(client, "Li Lei")  # the right password does not count now
            assert (code(waits), waits.headers["retry-after"]) == ((429, "session.wait"), "1")
        home.clock += 1.1
        assert sign_in(client, "Li Lei", "wrong").status_code == 401
        assert sign_in(client, "Li Lei").headers["retry-after"] == "2"
        home.clock += 2.1
        assert sign_in(client, "Li Lei").status_code == 200
    why = [entry.after["why"] for entry in home.audit(what="session.refused")]
    assert why == ["password"] * 5 + ["waits"] + ["password", "waits"]


def test_a_settings_token_opens_the_door_too_and_is_on_record(tmp_path: Path) -> None:
    with house(tmp_path, {"Li Lei": "admin"}, token="s3cret") as home, home.client() as client:
        assert code(client.post("/api/v1/session", json={"token": "guess"})) == (401, "session.wrong")
        assert client.post("/api/v1/session", json={"token": "s3cret"}).status_code == 200
        told = me(client)
        assert (told["name"], told["role"], told["via"]) == ("token:settings", "admin", "token")
        assert code(client.put("/api/v1/settings/gate", json={})) == (403, "api.csrf")
        assert code(client.put("/api/v1/session/likes", json={}, headers={"x-linkloop-csrf": str(told["csrf"])})) == (
            403, "session.nobody",
        )  # fmt: skip
        assert [(e.what, e.by) for e in home.audit(what="session.begin")] == [("session.begin", "token:settings")]


def test_a_person_never_has_more_than_so_many_sessions(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST", 2)
    with home.signed_in("Li Lei") as first:
        home.clock += 1
        with home.signed_in("Li Lei"):
            home.clock += 1
            with home.signed_in("Li Lei") as last:
                assert len(last.get("/api/v1/sessions").json()) == 2
                assert first.get("/api/v1/status").status_code == 401


def test_a_stream_ends_soon_after_its_session(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from linkloop.faces.api import stream

    monkeypatch.setattr(stream, "RECHECK_S", 0.0)
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.1)
    with home.signed_in("Li Lei") as client, client.stream("GET", "/api/v1/stream") as following:
        assert following.status_code == 200
        lines = following.iter_lines()
        next(lines)
        with home.client(cookie=f"linkloop_session={client.cookies['linkloop_session']}") as other:
            csrf = {"x-linkloop-csrf": client.headers["x-linkloop-csrf"]}
            assert other.delete("/api/v1/session", headers=csrf).status_code == 200
        assert len(list(lines)) < 1000  # it comes to an end
