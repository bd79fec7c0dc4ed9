"""`linkloop replay`: what a changed rule or limit would have decided, or one decision executed again."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.money import Money
from linkloop.faces.cli.frame import command
from linkloop.faces.cli.progress import Progress
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import error, language, say

if TYPE_CHECKING:
    from linkloop.core.decision import Decision
    from linkloop.engine.gate import GatePolicy
    from linkloop.engine.replay import Reexecution
    from linkloop.engine.whatif import ReplayReport

COUNTS = ("decisions", "allowed", "held", "refused", "repeated", "cases", "money_out")


@command("replay")
@click.option("--from", "start")
@click.option("--to", "end")
@click.option("--rules", multiple=True)
@click.option("--gate")
@click.option("--decision")
@click.option("--limit", type=click.IntRange(0, 10_000), default=20, show_default=True)
def replay(
    session: Session,
    start: str | None,
    end: str | None,
    rules: tuple[str, ...],
    gate: str | None,
    decision: str | None,
    limit: int,
) -> None:
    if decision is not None:
        if start or end or rules or gate:
            raise click.UsageError(say("usage.replay_decision"))
        with session.desk() as desk:
            again = desk.reexecute(decision)
        _show_again(session, again)
        return
    with session.desk() as desk:
        from linkloop.faces.desk.replaying import ReplayRequest

        zone = ZoneInfo(desk.shop.settings.zone)
        request = ReplayRequest(
            start=period_start(start, zone) if start else None,
            end=period_end(end, zone) if end else None,
            rules=[_rules(path) for path in rules],
            gate=_gate(gate) if gate else None,
            limit=limit,
        )
        progress = Progress(session.json)
        try:
            report = desk.replay(request, lambda done, of: progress.step(say("replay.going"), done, of))
        finally:
            progress.end()
        currency = desk.shop.settings.currency
    session.data(report) if session.json else _show(session, report, currency)


def period_start(text: str, zone: ZoneInfo) -> datetime:
    """A moment as a person writes it: ISO 8601, in the shop's time zone unless it names its own; a day is its start."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise click.UsageError(say("usage.moment", text=text)) from wrong
    return at if at.tzinfo else at.replace(tzinfo=zone)


def period_end(text: str, zone: ZoneInfo) -> datetime:
    """The moment before which a period ends; a bare day is in it to its last second."""
    at = period_start(text, zone)
    return at + timedelta(days=1) if len(text.strip()) <= len("2026-11-11") else at


def _rules(path: str) -> dict[str, Any]:
    import msgspec

    from linkloop.engine.rules import load

    body = _read(path)
    load(body, path)  # tells the file, row and cell of what is wrong before the replay begins
    found: dict[str, Any] = msgspec.json.decode(body)
    return found


def _gate(path: str) -> GatePolicy:
    import msgspec

    from linkloop.engine.gate import GatePolicy

    body = _read(path)
    try:
        found = tomllib.loads(body.decode()) if path.endswith(".toml") else msgspec.json.decode(body)
        return msgspec.convert(found.get("gate", found) if isinstance(found, dict) else found, GatePolicy)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise error(LinkloopError, "gate.invalid", where=path, problem=str(wrong)) from wrong


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as wrong:
        raise error(NotFound, "file.unreadable", where=path, problem=wrong.strerror or str(wrong)) from wrong


def _show_again(session: Session, again: Reexecution) -> None:
    if not again.same:
        session.found_problem()
    if session.json:
        session.data(again)
        return
    session.line(say("replay.same" if again.same else "replay.different", id=again.decision_id))
    if not again.same:
        rows = [[name, again.recorded.get(name), again.again.get(name)] for name in again.different]
        session.table([say("field"), say("replay.recorded"), say("replay.again")], rows)


def _show(session: Session, report: ReplayReport, currency: str) -> None:
    session.line(say("replay.period", since=report.since + 1, until=report.until))
    before = {tally.action_kind: tally for tally in report.before}
    after = {tally.action_kind: tally for tally in report.after}
    rows = []
    for kind in sorted(before.keys() | after.keys()):
        shown = [kind]
        for name in COUNTS:
            pair = [getattr(side[kind], name) if kind in side else 0 for side in (before, after)]
            said = [str(Money(n, currency)) if name == "money_out" else f"{n:,}" for n in pair]
            shown.append(said[0] if pair[0] == pair[1] else " → ".join(said))
        rows.append(shown)
    session.table([say("decisions.action"), *(say(f"replay.{name}") for name in COUNTS)], rows)
    session.line()
    session.line(
        say(
            "replay.changed",
            changed=report.changed,
            cases=report.cases_changed,
            before=Money(report.money_before, currency),
            after=Money(report.money_after, currency),
        )
    )
    if report.changes:
        session.table(
            [
                say("decisions.id"),
                say("decisions.link"),
                say("replay.before"),
                say("replay.after"),
                say("replay.fields"),
            ],
            [
                [one.decision_id, one.link, _brief(one.before), _brief(one.after), ", ".join(one.fields)]
                for one in report.changes
            ],
        )
    if report.changed > len(report.changes):
        session.note(say("replay.more", more=report.changed - len(report.changes)))


def _brief(one: Decision | None) -> str:
    if one is None:
        return say("replay.absent")
    return f"{one.action_kind} {one.about} {one.at_risk} {say(f'status.{one.status}')}: {one.reason.say(language())}"
