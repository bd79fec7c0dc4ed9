"""`linkloop ask`: put a typed question to the models that are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from linkloop.faces.cli.fields import parse
from linkloop.faces.cli.frame import command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import say

if TYPE_CHECKING:
    from linkloop.core.question import Answer
    from linkloop.faces.desk.views import QuestionInfo


@command("ask")
@click.argument("question", required=False)
@click.argument("fields", nargs=-1)
@click.option("--list", "listed", is_flag=True)
def ask(session: Session, question: str | None, fields: tuple[str, ...], listed: bool) -> None:
    if not listed and question is None:
        raise click.UsageError(say("usage.ask"))
    with session.desk(missing="borrow") as desk:
        known = desk.questions()
        if listed or question is None:
            _list(session, known)
            return
        info = next((one for one in known if one.name == question), None)
        answer = desk.ask(question, parse(fields, None if info is None else properties(info.asks)))
    if session.json:
        session.data(answer)
    else:
        _show(session, answer)


def properties(schema: dict[str, Any]) -> dict[str, Any]:
    """The fields of a struct's JSON Schema, which msgspec puts behind a reference."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: dict[str, Any] = (schema["$defs"][name] if name else schema).get("properties", {})
    return found


def _list(session: Session, known: list[QuestionInfo]) -> None:
    if session.json:
        session.data(known)
        return
    rows = [
        [one.name, ", ".join(properties(one.asks)), ", ".join(properties(one.answers)), ", ".join(one.models)]
        for one in known
    ]
    session.table([say("ask.question"), say("ask.fields"), say("ask.answers"), say("ask.models")], rows)


def _show(session: Session, answer: Answer[Any]) -> None:
    import msgspec

    value = msgspec.to_builtins(answer.value)
    session.table([say("field"), say("value")], [[name, value[name]] for name in value])
    session.line()
    session.line(say("ask.model", model=answer.model, version=answer.version, confidence=f"{answer.confidence:.2f}"))
    for hit in answer.hits:
        session.line(say("ask.hit", rule=hit.rule, text=hit.text))
    for near in answer.near:
        session.line(say("ask.near", rule=near.rule, text=near.text, missed=near.missed))
