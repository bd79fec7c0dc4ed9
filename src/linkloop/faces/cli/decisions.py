"""`linkloop decisions`: what was decided and why, and what a person does about it."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

import click

from linkloop.core.decision import Status
from linkloop.core.money import Money
from linkloop.faces.cli.explaining import show_decision, show_why
from linkloop.faces.cli.fields import parse
from linkloop.faces.cli.frame import command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import language, say

if TYPE_CHECKING:
    from linkloop.core.decision import Decision
    from linkloop.faces.desk.desk import Desk

DEEDS = ("approve", "refuse", "undo", "retry", "drop")


@command("decisions")
@click.argument("which", required=False)
@click.option("--status", type=click.Choice(get_args(Status)))
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--after", default="")
@click.option("--why", is_flag=True)
@click.option("--approve", is_flag=True)
@click.option("--refuse", is_flag=True)
@click.option("--undo", is_flag=True)
@click.option("--set", "changes", multiple=True)
@click.option("--dead", is_flag=True)
@click.option("--retry", is_flag=True)
@click.option("--drop", is_flag=True)
@click.option("--by", default="")
@click.option("--note", default="")
def decisions(session: Session, which: str | None, **options: Any) -> None:
    wanted = [deed for deed in DEEDS if options[deed]]
    if len(wanted) > 1:
        raise click.UsageError(say("usage.one_deed", deeds=", ".join(f"--{deed}" for deed in wanted)))
    if which is None and (wanted or options["why"]):
        raise click.UsageError(say("usage.which", deed=f"--{(*wanted, 'why')[0]}"))
    if options["changes"] and wanted != ["approve"]:
        raise click.UsageError(say("usage.set"))
    with session.desk() as desk:
        if which is None:
            _letters(session, desk, options["limit"]) if options["dead"] else _list(session, desk, options)
        elif wanted in (["retry"], ["drop"]):
            _letter(session, desk, which, wanted[0], options["by"] or user())
        elif wanted:
            _do(session, desk, which, wanted[0], options)
        else:
            _one(session, desk, which, options["why"])


def user() -> str:
    """Who sits at this terminal: the name that goes into the ledger unless `--by` says another."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "cli"


def _list(session: Session, desk: Desk, options: dict[str, Any]) -> None:
    page = desk.decisions(status=options["status"] or "", limit=options["limit"], cursor=options["after"])
    if session.json:
        session.data(page)
        return
    if not page.items:
        session.note(say("decisions.none"))
        return
    zone = ZoneInfo(desk.shop.settings.zone)
    rows = [
        [
            one.id,
            one.at.astimezone(zone).strftime("%m-%d %H:%M") if one.at else "",
            say(f"status.{one.status}"),
            one.link,
            one.action_kind,
            one.about,
            str(one.at_risk),
            one.reason.say(language()),
        ]
        for one in page.items
    ]
    session.table(
        [say(f"decisions.{name}") for name in ("id", "at", "status", "link", "action", "about", "risk", "reason")], rows
    )
    if page.next:
        session.note(say("decisions.more", cursor=page.next))


def _one(session: Session, desk: Desk, which: str, why: bool) -> None:
    if why:
        found = desk.why(which)
        session.data(found) if session.json else show_why(session, found, ZoneInfo(desk.shop.settings.zone))
        return
    decision = desk.decision(which)
    session.data(decision) if session.json else show_decision(session, decision, ZoneInfo(desk.shop.settings.zone))


def _do(session: Session, desk: Desk, which: str, deed: str, options: dict[str, Any]) -> None:
    by, note = options["by"] or user(), options["note"]
    if deed == "approve":
        changes = _changes(desk.decision(which), options["changes"]) if options["changes"] else None
        done = desk.approve(which, by, note, changes)
    else:
        done = (desk.refuse if deed == "refuse" else desk.undo)(which, by, note)
    if session.json:
        session.data(done)
        return
    session.line(
        say(
            f"decisions.did_{deed}",
            id=done.id,
            kind=done.action_kind,
            about=done.about,
            by=by,
            status=say(f"status.{done.status}"),
        )
    )
    if done.status == "allowed" and not desk.shop.running():
        session.note(say("decisions.not_running"))


def _changes(decision: Decision, pairs: tuple[str, ...]) -> dict[str, Any]:
    """Changed fields; a bare number for a field of money is in major units of the currency that stands there."""
    changes = parse(pairs)
    for name, value in changes.items():
        old = decision.action.get(name)
        if isinstance(old, dict) and set(old) == {"amount", "currency"} and isinstance(value, (int, float, str)):
            money = Money.of(str(value), old["currency"])
            changes[name] = {"amount": money.amount, "currency": money.currency}
    return changes


def _letters(session: Session, desk: Desk, limit: int) -> None:
    letters = desk.dead_letters(limit=limit)
    if session.json:
        session.data(letters)
        return
    if not letters:
        session.note(say("letters.none"))
        return
    zone = ZoneInfo(desk.shop.settings.zone)
    rows = [
        [
            one.id,
            f"{one.at.astimezone(zone):%m-%d %H:%M}",
            say(f"letters.{one.what}"),
            one.consumer,
            one.ref,
            _last_line(one.problem),
        ]
        for one in letters
    ]
    session.table([say(f"letters.{name}") for name in ("id", "at", "what", "consumer", "ref", "problem")], rows)
    session.note(say("letters.todo"))


def _letter(session: Session, desk: Desk, which: str, deed: str, by: str) -> None:
    (desk.retry if deed == "retry" else desk.drop)(which, by)
    if session.json:
        session.data({"id": which, "done": deed, "by": by})
    else:
        session.line(say(f"letters.did_{deed}", id=which, by=by))


def _last_line(problem: str) -> str:
    lines = problem.strip().splitlines()
    return lines[-1].strip() if lines else ""
