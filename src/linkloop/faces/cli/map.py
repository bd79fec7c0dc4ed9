"""`linkloop map`: who says what and who hears it, drawn from the Link and World objects."""

from __future__ import annotations

import click

from linkloop.faces.cli.chart import by_word, dot, mermaid, svg
from linkloop.faces.cli.frame import command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import say

FORMATS = ("text", "mermaid", "dot", "svg", "json")


@command("map")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
def map_(session: Session, form: str) -> None:
    with session.desk(missing="borrow") as desk:
        edges = desk.map()
    if session.json or form == "json":
        session.data(edges)
    elif form == "text":
        rows = [
            [
                word.name,
                say(f"map.{word.how}"),
                ", ".join(word.speakers) or say("map.nobody"),
                ", ".join(word.hearers) or say("map.nobody"),
            ]
            for word in by_word(edges)
        ]
        session.table([say("map.word"), say("map.how"), say("map.speakers"), say("map.hearers")], rows)
    else:
        session.line({"mermaid": mermaid, "dot": dot, "svg": svg}[form](edges))
