"""`linkloop doctor`: look at everything that can be wrong with a shop, and say how to mend it."""

from __future__ import annotations

from linkloop.faces.cli.frame import command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import catalogue, language, say


@command("doctor")
def doctor(session: Session) -> None:
    with session.desk() as desk:
        findings = desk.doctor()
    if any(one.verdict == "error" for one in findings):
        session.found_problem()
    if session.json:
        session.data(findings)
        return
    for one in findings:
        session.line(
            say("doctor.line", mark=say(f"doctor.{one.verdict}"), name=name_of(one.name), text=one.text.say(language()))
        )
        if todo := one.todo.say(language()):
            session.line(say("doctor.todo", todo=todo))


def name_of(check: str) -> str:
    """What a check looks at, in the reader's language; one that this catalogue does not know keeps its own name."""
    return catalogue(language()).get(f"doctor.name.{check}", check)
