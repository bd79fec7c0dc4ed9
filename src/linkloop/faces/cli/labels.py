"""`linkloop labels`: what messages really asked for comes in, and the shop's own model learns from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from linkloop.faces.cli.decisions import user
from linkloop.faces.cli.frame import Worded, WordedGroup
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import say


class _Ours(Worded):
    """A command of this group: its words stand under `help.labels.<name>`."""

    def key(self) -> str:
        return f"help.labels.{self.name}"


def _command(name: str) -> Callable[[Callable[..., Any]], _Ours]:
    def make(function: Callable[..., Any]) -> _Ours:
        return click.command(name, cls=_Ours)(click.pass_obj(function))

    return make


@click.group("labels", cls=WordedGroup)
def labels() -> None:
    pass


@_command("import")
@click.argument("labels_file", type=click.Path(path_type=Path))
def import_(session: Session, labels_file: Path) -> None:
    from linkloop.faces.desk.own_labels import take_labels
    from linkloop.worlds.files.labels import read_labels

    with session.desk(missing="create") as desk:
        found = read_labels(labels_file, f"cli:{user()}", desk.shop.clock.now())
        changed = take_labels(desk.shop, found.rows, f"cli:{user()}")
        if session.json:
            session.data({"changed": changed, "same": len(found.rows) - changed, "bad": found.bad})
        else:
            session.line(say("labels.taken", changed=changed, same=len(found.rows) - changed))
            for bad in found.bad:
                session.line(f"{bad.where} — {bad.says.say(session.lang)} — {bad.todo.say(session.lang)}")
        if found.bad:
            session.worst = 1


@_command("learn")
@click.option("--to", "labels_to", type=click.Path(path_type=Path), required=True)
@click.option("--encoder", is_flag=True)
def learn(session: Session, labels_to: Path, encoder: bool) -> None:
    from linkloop.faces.desk.own_labels import learn_labels

    with session.desk() as desk:
        learned = learn_labels(desk.shop, labels_to, encoder)
    if session.json:
        session.data(learned)
        return
    session.line(say("labels.learned", labels=learned.labels, file=learned.file))
    session.line(say("labels.use", setting=learned.setting))


for each in (import_, learn):
    labels.add_command(each)
