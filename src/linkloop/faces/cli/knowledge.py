"""`linkloop knowledge`: articles come in from files and sites, are listed, checked and withdrawn."""

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
    """A command of this group: its words stand under `help.knowledge.<name>`."""

    def key(self) -> str:
        return f"help.knowledge.{self.name}"


def _command(name: str) -> Callable[[Callable[..., Any]], _Ours]:
    def make(function: Callable[..., Any]) -> _Ours:
        return click.command(name, cls=_Ours)(click.pass_obj(function))

    return make


@click.group("knowledge", cls=WordedGroup)
def knowledge() -> None:
    pass


@_command("import")
@click.argument("place")
@click.option("--private", is_flag=True)
def import_(session: Session, place: str, private: bool) -> None:
    from linkloop.faces.desk.knowledge import take
    from linkloop.worlds.files.articles import read_path

    with session.desk(missing="create") as desk:
        if place.startswith(("http://", "https://")):
            from linkloop.worlds.files.site import Site

            found = Site(place, private=private).read()
        else:
            found = read_path(Path(place))
        taken = take(desk.shop, found.articles, f"cli:{user()}")
        if session.json:
            session.data({"changed": taken.changed, "same": taken.same, "bad": found.bad})
        else:
            session.line(say("knowledge.taken", changed=taken.changed, same=taken.same))
            for bad in found.bad:
                session.line(f"{bad.where} — {bad.says.say(session.lang)} — {bad.todo.say(session.lang)}")
        if found.bad:
            session.worst = 1


@_command("list")
@click.argument("text", required=False, default="")
def list_(session: Session, text: str) -> None:
    from linkloop.faces.desk.knowledge import all_articles

    with session.desk() as desk:
        low = text.casefold()
        found = [one for one in all_articles(desk.shop) if low in f"{one.article_id} {one.title}".casefold()]
        if session.json:
            session.data(found)
        elif not found:
            session.note(say("knowledge.none"))
        else:
            gone = say("knowledge.gone")
            rows = [[a.article_id, a.title, a.topic, a.language, gone if a.withdrawn else ""] for a in found]
            session.table([say(f"knowledge.{name}") for name in ("id", "title", "topic", "language", "state")], rows)


@_command("withdraw")
@click.argument("article_id")
def withdraw(session: Session, article_id: str) -> None:
    from linkloop.faces.desk import knowledge as articles

    with session.desk() as desk:
        gone = articles.withdraw(desk.shop, article_id, f"cli:{user()}")
        session.data(gone) if session.json else session.line(say("knowledge.withdrawn", title=gone.title))


@_command("check")
def check(session: Session) -> None:
    from linkloop.faces.desk import knowledge_gaps as missing

    with session.desk() as desk:
        problems, gaps = missing.problems(desk.shop), missing.gaps(desk.shop, 20)
        covered = missing.coverage(desk.shop)
        if session.json:
            session.data({"problems": problems, "gaps": gaps, "coverage": covered})
            return
        for one in problems:
            session.line(f"{one.article_id}: {one.says.say(session.lang)}")
        for gap in gaps:
            session.line(say("knowledge.gap", asked=gap.asked, example=gap.example))
        if covered.share is not None:
            share = f"{covered.share:.0%}"
            session.line(say("knowledge.covered", share=share, questions=covered.questions, days=covered.days))
        if not problems:
            session.note(say("knowledge.fine"))


@_command("learn")
def learn(session: Session) -> None:
    from linkloop.faces.desk.knowledge_learning import learn_finding

    with session.desk() as desk:
        learned = learn_finding(desk.shop, f"cli:{user()}")
        if session.json:
            session.data(learned)
            return
        if learned.encoder:
            session.line(say("knowledge.encoded", articles=learned.encoded, encoder=learned.encoder))
        else:
            session.note(say("knowledge.no_encoder"))
        for gate in learned.gates:
            name = gate.encoder or say("knowledge.gate.words")
            if not gate.order:
                session.line(say("knowledge.gate.few", name=name, questions=gate.questions))
                continue
            key = "knowledge.gate.open" if gate.open else "knowledge.gate.shut"
            shares = {"before": f"{gate.first_without:.1%}", "after": f"{gate.first_with:.1%}"}
            session.line(say(key, name=name, questions=gate.questions, **shares))


for each in (import_, list_, withdraw, check, learn):
    knowledge.add_command(each)
