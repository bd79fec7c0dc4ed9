"""Accounts, sessions and tokens against a model of a few dicts: whatever is done, who is in is who should be."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from linkloop.core.errors import LinkloopError
from linkloop.faces.desk import keys, passwords, people, sessions
from linkloop.faces.desk.roles import ROLES
from linkloop.store.audit import read
from tests.engine.small_shop import open_small

NAMES = st.sampled_from(["Li", "li", "Fang", "Wei"])
SOME_ROLES = st.sampled_from(sorted(ROLES))
SECOND = 1_000_000
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Identity(RuleBasedStateMachine):
    cookies: Bundle[str] = Bundle("cookies")
    secrets: Bundle[tuple[str, str]] = Bundle("secrets")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.shop, _ = open_small(self.folder)
        self.now = 1_700_000_000 * SECOND
        self.people: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.changes = 0

    def teardown(self) -> None:
        self.shop.close()
        shutil.rmtree(self.folder)

    def admins(self) -> set[str]:
        return {key for key, one in self.people.items() if one["role"] == "admin" and not one["disabled"]}

    def tried(self, allowed: bool, deed: Any, *given: Any) -> Any:
        """Do it; it is refused exactly when the model says so, and only what is done is on record."""
        if not allowed:
            with pytest.raises(LinkloopError):
                deed(self.shop, *given)
            return None
        return deed(self.shop, *given)

    @rule(name=NAMES, role=SOME_ROLES)
    def add(self, name: str, role: Any) -> None:
        key = name.casefold()
        allowed = key not in self.people and (bool(self.people) or role == "admin")
        self.tried(allowed, people.add, name, role, "password of " + name, "test", self.now)
        if allowed:
            self.people[key] = {"role": role, "disabled": False, "password": "password of " + name}
            self.changes += 1

    @rule(name=NAMES, role=SOME_ROLES)
    def change_role(self, name: str, role: Any) -> None:
        key = name.casefold()
        allowed = key in self.people and (role == "admin" or self.admins() != {key})
        self.tried(allowed, people.set_role, name, role, "test")
        if allowed:
            self.changes += self.people[key]["role"] != role
            self.people[key]["role"] = role

    @rule(name=NAMES, disabled=st.booleans())
    def switch(self, name: str, disabled: bool) -> None:
        key = name.casefold()
        allowed = key in self.people and not (disabled and self.admins() == {key})
        self.tried(allowed, people.set_disabled, name, disabled, "test", self.now)
        if allowed:
            self.changes += self.people[key]["disabled"] != disabled
            self.people[key]["disabled"] = disabled
            if disabled:
                self.end(lambda one: one["person"] == key)

    @rule(name=NAMES, n=st.integers(0, 2))
    def new_password(self, name: str, n: int) -> None:
        key, password = name.casefold(), f"another password {n}"
        self.tried(key in self.people, people.set_password, name, password, "test")
        if key in self.people:
            self.people[key]["password"] = password
            self.end(lambda one: one["person"] == key)
            self.changes += 1

    @rule(target=cookies, name=NAMES, right=st.booleans())
    def sign_in(self, name: str, right: bool) -> str:
        """As the route does it: the password is compared, and then a session begun for what was compared."""
        key = name.casefold()
        with self.shop.store.read() as connection:
            row = connection.execute(people.people.select().where(people.people.c.id == key)).first()
        password = self.people[key]["password"] if right and key in self.people else "guess"
        kept = row.password if row is not None and not row.disabled else ""
        good = passwords.right(kept, password)
        assert good == (right and key in self.people and not self.people[key]["disabled"])
        if not good:
            return ""
        cookie = sessions.begin(self.shop, name, kept, "127.0.0.1", "test", self.now)
        assert cookie
        self.end(lambda one: not self.open(one))
        self.sessions[cookie] = {"person": key, "at": self.now, "seen": self.now}
        self.changes += 1
        return cookie

    @rule(cookie=cookies)
    def use(self, cookie: str) -> None:
        with self.shop.store.read() as connection:
            found = sessions.find(connection, cookie, self.now)
        if found is not None:
            sessions.touch(self.shop, found.id, self.now)
            self.sessions[cookie]["seen"] = self.now

    @rule(cookie=consumes(cookies))
    def sign_out(self, cookie: str) -> None:
        with self.shop.store.read() as connection:
            found = sessions.find(connection, cookie, self.now)
        if found is not None:
            sessions.end(self.shop, found.id, "test")
            self.sessions.pop(cookie)
            self.changes += 1

    @rule(name=NAMES)
    def sign_out_everywhere(self, name: str) -> None:
        mine = [one for one in self.sessions.values() if one["person"] == name.casefold()]
        assert sessions.end_all(self.shop, name, "test") == len(mine)
        self.end(lambda one: one["person"] == name.casefold())
        self.changes += bool(mine)

    @rule(target=secrets, role=SOME_ROLES, days=st.integers(0, 2))
    def make_token(self, role: Any, days: int) -> tuple[str, str]:
        made = keys.make(self.shop, "a program", role, days, "test", self.now)
        self.tokens[made.secret] = {"role": role, "until": self.now + days * keys.DAY if days else 0, "revoked": False}
        self.changes += 1
        return made.key.id, made.secret

    @rule(token=secrets)
    def revoke(self, token: tuple[str, str]) -> None:
        keys.revoke(self.shop, token[0], "test", self.now)
        self.changes += not self.tokens[token[1]]["revoked"]
        self.tokens[token[1]]["revoked"] = True

    @rule(hours=st.sampled_from([1, 11, 12, 13, 80]))
    def wait(self, hours: int) -> None:
        self.now += hours * sessions.HOUR

    def open(self, one: dict[str, Any]) -> bool:
        return self.now < one["at"] + sessions.LONGEST and self.now < one["seen"] + sessions.IDLE

    def end(self, which: Any) -> None:
        self.sessions = {cookie: one for cookie, one in self.sessions.items() if not which(one)}

    @invariant()
    def who_is_in_is_who_should_be(self) -> None:
        with self.shop.store.read() as connection:
            for cookie, one in self.sessions.items():
                found = sessions.find(connection, cookie, self.now)
                person = self.people[one["person"]]
                expected = person["role"] if self.open(one) and not person["disabled"] else None
                assert (found.role if found else None) == expected
            for secret, token in self.tokens.items():
                good = not token["revoked"] and (not token["until"] or self.now < token["until"])
                holder = keys.holder(connection, secret, self.now)
                assert (holder.role if holder else None) == (token["role"] if good else None)
            assert sessions.find(connection, "", self.now) is None
            assert keys.holder(connection, "llt_guess", self.now) is None

    @invariant()
    def somebody_can_always_let_the_others_in(self) -> None:
        assert not self.people or self.admins()

    @invariant()
    def every_change_is_on_record_and_nothing_else(self) -> None:
        with self.shop.store.read() as connection:
            assert len(read(connection, limit=10_000)) == self.changes


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_whatever_is_done_who_is_in_is_who_should_be(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords._nobody.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", lambda: QUICK)
    try:
        machine = settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            database=None,
            derandomize=True,
        )
        test = Identity.TestCase
        test.settings = machine
        test("runTest").runTest()
    finally:
        passwords._nobody.cache_clear()
