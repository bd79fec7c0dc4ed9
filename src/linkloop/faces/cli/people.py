"""`linkloop people`: who may sign in and as what; also the way back in when nobody can."""

from __future__ import annotations

import sys
import time
from getpass import getpass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from linkloop.core.errors import Refused
from linkloop.faces.cli.decisions import user
from linkloop.faces.cli.frame import WordedGroup, command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import error, say

if TYPE_CHECKING:
    from linkloop.faces.desk.people import Account

ROLES = ("operator", "planner", "service", "live", "marketer", "data", "admin")


@click.group("people", cls=WordedGroup)
def people() -> None:
    pass


@command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
def add(session: Session, name: str, role: str) -> None:
    from linkloop.faces.desk import people as accounts

    with session.desk(missing="create") as desk:
        first = not accounts.list_accounts(desk.shop)
        made = accounts.add(desk.shop, name, role, asked(name), by(), now())  # type: ignore[arg-type]
        _tell(session, made, say("people.added", name=made.name, role=say(f"role.{made.role}")))
        if first and not session.json:
            session.note(say("people.first"))


@command("list")
def list_(session: Session) -> None:
    from linkloop.faces.desk import people as accounts

    with session.desk() as desk:
        found = accounts.list_accounts(desk.shop)
        if session.json:
            session.data(found)
        elif not found:
            session.note(say("people.none"))
        else:
            zone = ZoneInfo(desk.shop.settings.zone)
            rows = [
                [
                    one.name,
                    say(f"role.{one.role}"),
                    one.seen.astimezone(zone).strftime("%Y-%m-%d %H:%M") if one.seen else say("people.never"),
                    str(one.sessions),
                    say("people.off") if one.disabled else say("people.on"),
                ]
                for one in found
            ]
            session.table([say(f"people.{column}") for column in ("name", "role", "seen", "sessions", "state")], rows)


@command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
def role_(session: Session, name: str, role: str) -> None:
    from linkloop.faces.desk import people as accounts

    with session.desk() as desk:
        changed = accounts.set_role(desk.shop, name, role, by())  # type: ignore[arg-type]
        _tell(session, changed, say("people.now", name=changed.name, role=say(f"role.{changed.role}")))


@command("reset")
@click.argument("name")
def reset(session: Session, name: str) -> None:
    from linkloop.faces.desk import people as accounts

    with session.desk() as desk:
        known = accounts.account(desk.shop, name)
        ended = accounts.set_password(desk.shop, name, asked(known.name), by())
        _tell(session, accounts.account(desk.shop, name), say("people.reset", name=known.name, ended=ended))


@command("disable")
@click.argument("name")
def disable(session: Session, name: str) -> None:
    _switch(session, name, disabled=True)


@command("enable")
@click.argument("name")
def enable(session: Session, name: str) -> None:
    _switch(session, name, disabled=False)


def _switch(session: Session, name: str, *, disabled: bool) -> None:
    from linkloop.faces.desk import people as accounts

    with session.desk() as desk:
        changed = accounts.set_disabled(desk.shop, name, disabled, by(), now())
        told = say("people.disabled", name=changed.name) if disabled else say("people.enabled", name=changed.name)
        _tell(session, changed, told)


def _tell(session: Session, account: Account, told: str) -> None:
    session.data(account) if session.json else session.line(told)


def asked(name: str) -> str:
    """A new password: asked twice at a terminal without showing it, else the first line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass(say("people.password", name=name))
    if getpass(say("people.again")) != first:
        raise error(Refused, "people.differ", where=name)
    return first


def by() -> str:
    """Who is put on record: the one who sits at this machine's terminal."""
    return f"cli:{user()}"


def now() -> int:
    """Real time, in microseconds since 1970."""
    return int(time.time() * 1e6)


for each in (add, list_, role_, reset, disable, enable):
    people.add_command(each)
