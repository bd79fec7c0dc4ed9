"""`linkloop identity`: compare senders who are nobody yet with the customers, and suggest who they may be."""

from __future__ import annotations

from linkloop.faces.cli.decisions import user
from linkloop.faces.cli.frame import command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import say


@command("identity")
def identity(session: Session) -> None:
    from linkloop.faces.desk.service_identity import suggest

    with session.desk() as desk:
        report = suggest(desk.shop, user())
    if session.json:
        session.data(report)
    else:
        session.line(say("identity.done", senders=report.senders, customers=report.customers, found=report.suggested))
        if report.suggested:
            session.line(say("identity.todo"))
