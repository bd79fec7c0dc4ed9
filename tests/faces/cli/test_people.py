"""Accounts from the command line."""

from __future__ import annotations

import io
import sys

import pytest

from linkloop.faces.cli import people
from tests.faces.cli.calling import call

GOOD = "seven grey herons"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch):
    """What stands on stdin where there is no terminal."""

    def say(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    return say


def people_of(shop: str) -> dict[str, tuple[str, bool]]:
    found = call("--folder", shop, "people", "list", "--json").json()
    return {one["name"]: (one["role"], one["disabled"] is not None) for one in found}


def audit_of(shop: str) -> list[tuple[str, str, str]]:
    from linkloop.store.audit import read
    from linkloop.store.store import open_store

    store = open_store(f"sqlite:///{shop}/log.db")
    with store.read() as connection:
        found = [(e.what, e.about, e.by) for e in read(connection)]
    store.close()
    return found[::-1]


def test_accounts_are_added_changed_and_shut_out_and_all_is_on_record(shop, typed, monkeypatch):
    monkeypatch.setattr(people, "user", lambda: "wei")
    assert "Nobody has an account" in call("--folder", shop, "people", "list").err
    typed(GOOD + "\n")
    first = call("--folder", shop, "people", "add", "Li Lei", "--role", "admin")
    assert (first.code, first.out) == (0, "Li Lei may sign in now, as admin.\n")
    assert "everybody signs in" in first.err
    typed("four purple kettles\n")
    assert call("--folder", shop, "people", "add", "王芳", "--role", "service", "--json").json()["role"] == "service"
    assert call("--folder", shop, "people", "role", "王芳", "planner").out == "王芳 is planner now.\n"
    assert call("--folder", shop, "people", "disable", "王芳").code == 0
    assert people_of(shop) == {"Li Lei": ("admin", False), "王芳": ("planner", True)}
    assert call("--folder", shop, "people", "enable", "王芳").out == "王芳 may sign in again.\n"
    typed("nine slow tortoises\n")
    assert call("--folder", shop, "people", "reset", "li lei").out == "Li Lei has a new password; sessions ended: 0.\n"
    assert audit_of(shop) == [
        ("people.add", "Li Lei", "cli:wei"),
        ("people.add", "王芳", "cli:wei"),
        ("people.role", "王芳", "cli:wei"),
        ("people.disable", "王芳", "cli:wei"),
        ("people.enable", "王芳", "cli:wei"),
        ("people.reset", "Li Lei", "cli:wei"),
    ]
    table = call("--folder", shop, "people", "list", "--lang", "zh").out
    assert "管理员" in table
    assert "从未" in table


@pytest.mark.parametrize(
    ("args", "password", "code"),
    [
        (("add", "x", "--role", "data"), GOOD, "people.first"),
        (("add", "x", "--role", "admin"), "short", "people.password"),
        (("add", "local", "--role", "admin"), GOOD, "people.name"),
        (("add", "a/b", "--role", "admin"), GOOD, "people.name"),
        (("role", "nobody", "admin"), "", "people.unknown"),
        (("reset", "nobody"), GOOD, "people.unknown"),
        (("disable", "nobody"), "", "people.unknown"),
    ],
)
def test_a_refusal_changes_nothing(shop, typed, args, password, code):
    typed(password + "\n")
    called = call("--folder", shop, "people", *args, "--json")
    assert (called.code, called.out) == (3, "")
    assert f'"code":"{code}"' in called.err
    assert (people_of(shop), audit_of(shop)) == ({}, [])


def test_the_last_admin_can_neither_be_shut_out_nor_be_made_less(shop, typed):
    typed(GOOD + "\n")
    call("--folder", shop, "people", "add", "li", "--role", "admin")
    for args in (("disable", "li"), ("role", "li", "data")):
        called = call("--folder", shop, "people", *args, "--json")
        assert (called.code, "people.last_admin" in called.err) == (3, True)
    assert people_of(shop) == {"li": ("admin", False)}


def test_at_a_terminal_the_password_is_asked_twice_and_never_shown(shop, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    asked: list[str] = []
    answers = iter([GOOD, "another one altogether", GOOD, GOOD])

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return next(answers)

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(people, "getpass", ask)
    called = call("--folder", shop, "people", "add", "li", "--role", "admin")
    assert (called.code, "not the same" in called.err, people_of(shop)) == (3, True, {})
    done = call("--folder", shop, "people", "add", "li", "--role", "admin")
    assert (done.code, GOOD in done.out + done.err) == (0, False)
    assert asked == ["New password of li: ", "Once more: "] * 2


def test_an_account_lets_a_shop_be_reached_from_outside(shop, typed):
    from linkloop.app.settings import load
    from linkloop.faces.cli.up import anybody

    settings = load(shop, {})
    assert not anybody(settings)
    typed(GOOD + "\n")
    call("--folder", shop, "people", "add", "li", "--role", "admin")
    assert anybody(settings)
