"""`linkloop verify`: prove that no row of the ledger was changed, taken out or cut off."""

from __future__ import annotations

import re

import click

from linkloop.faces.cli.frame import command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import say


@command("verify")
@click.option("--head", default="")
def verify(session: Session, head: str) -> None:
    head = head.strip().lower()
    if head and not re.fullmatch(r"[0-9a-f]{64}", head):
        raise click.UsageError(say("usage.head"))
    with session.desk() as desk:
        verdict = desk.verify(head)
    if verdict.bad_seq:
        session.found_problem()
    if session.json:
        session.data(verdict)
    elif verdict.bad_seq:
        session.line(say("verify.bad", seq=verdict.bad_seq, rows=verdict.rows, problem=verdict.problem))
        session.line(say("verify.todo"))
    else:
        session.line(say("verify.good", rows=verdict.rows))
        session.line(say("verify.head", head=verdict.head))
