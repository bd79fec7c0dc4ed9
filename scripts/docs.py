"""Writes what the code says of itself into docs/: the reference pages and the map, in English and Chinese.

python scripts/docs.py           write them
python scripts/docs.py --check   exit 1 and name those that are not as the code says
"""

from __future__ import annotations

import json
import sys
import tempfile
import typing
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import click
import msgspec

from linkloop.app.settings import Settings
from linkloop.app.shop import LOOP_SAYS, Shop, installed_links, installed_worlds
from linkloop.core.event import Event
from linkloop.core.question import answer_type
from linkloop.core.table import table_name
from linkloop.core.vocabulary import actions, events, questions, tables
from linkloop.engine.wiring import Edge, edges
from linkloop.faces.cli.chart import Word, by_word, mermaid, svg
from linkloop.faces.cli.clickwords import teach
from linkloop.faces.cli.commands import root
from linkloop.faces.cli.config import SECRETS, flat, variable
from linkloop.faces.cli.frame import Context
from linkloop.faces.cli.words import catalogue, speak
from linkloop.faces.desk import glossary
from linkloop.store.columns import OFFSET, arrow_schema
from linkloop.store.sql.views import about, shipped_views

DOCS = Path(__file__).resolve().parent.parent / "docs"
GLOSSARY = glossary.nouns()
SQL = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN"}
LANGS = ("en", "zh")
MADE = ("Made by `scripts/docs.py` from the code; do not edit.", "由 `scripts/docs.py` 根据代码生成，请勿手改。")
PAGES: dict[str, dict[str, dict[str, str]]] = json.loads(
    (DOCS / "reference" / "pages.json").read_text(encoding="utf-8")
)


class Page:
    """Lines of one page in one language: 0 is English, 1 Chinese."""

    def __init__(self, name: str, lang: int) -> None:
        self.lang = lang
        other = f"{name}.md" if lang else f"{name}.zh.md"
        told = {part: said[LANGS[lang]] for part, said in PAGES[name].items()}
        self.lines = [f"# {told['title']}", "", f"[{('中文', 'English')[lang]}]({other})", ""]
        self.lines += [f"<!-- {MADE[lang]} -->", "", told["intro"], ""]

    def say(self, en: str, zh: str) -> str:
        return (en, zh)[self.lang]

    def section(self, title: str, name: str, doc: str) -> None:
        told = GLOSSARY[name] if self.lang else " ".join(doc.split())
        self.lines += [f"## {title}", "", told, ""]

    def facts(self, facts: dict[str, str]) -> None:
        colon = self.say(": ", "：")
        self.lines += [f"* {name}{colon}{value}" for name, value in facts.items() if value] + [""]

    def table(self, heads: list[str], rows: list[list[str]]) -> None:
        self.lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
        self.lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows] + [""]

    def text(self) -> str:
        return "\n".join(self.lines).rstrip() + "\n"


def sql_type(kind: object) -> str:
    return SQL.get(str(kind), "TIMESTAMPTZ" if str(kind).startswith("timestamp") else str(kind).upper())


def ours(found: dict[str, Any]) -> dict[str, Any]:
    return {name: kind for name, kind in sorted(found.items()) if kind.__module__.startswith("linkloop.")}


def columns(page: Page, kind: type[msgspec.Struct], skip: set[str]) -> None:
    """The SQL columns of a Table class."""
    defaults = {field.name: field for field in msgspec.structs.fields(kind)}
    rows = []
    for column in arrow_schema(kind):  # type: ignore[arg-type]
        field = defaults.get(column.name) or defaults.get(column.name.removesuffix("_currency"))
        if column.name in skip or column.name == OFFSET or field is None:
            continue
        nested = column.name in defaults and sql_type(column.type) == "VARCHAR" and is_nested(field.type)
        rows.append(
            [
                f"`{column.name}`",
                sql_type(column.type) + (" (JSON)" if nested else ""),
                page.say("yes", "是") if field.required else "",
                page.say(word.en, word.zh) if (word := glossary.column(table_name(kind), column.name)) else "",
            ]
        )
    heads = (("column", "列"), ("type", "类型"), ("needed", "必填"), ("meaning", "含义"))
    page.table([page.say(*head) for head in heads], rows)


def is_nested(hint: Any) -> bool:
    inner = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) in (UnionType, typing.Union):
        return any(map(is_nested, inner))
    return get_origin(hint) in (tuple, list, dict) or (isinstance(hint, type) and issubclass(hint, msgspec.Struct))


def type_name(hint: Any) -> str:
    """A type as a reader of the docs knows it."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin is typing.Annotated:
        return type_name(inner[0])
    if origin in (UnionType, typing.Union):
        return " / ".join(type_name(one) for one in inner if one is not type(None))
    if origin in (tuple, list):
        return f"[{type_name(inner[0])}]"
    if origin is dict:
        return f"{{{type_name(inner[0])}: {type_name(inner[1])}}}"
    return getattr(hint, "__name__", str(hint))


def fields(page: Page, kind: type[msgspec.Struct]) -> None:
    hints = get_type_hints(kind, include_extras=True)
    rows = [
        [f"`{field.name}`", type_name(hints[field.name]), page.say("yes", "是") if field.required else ""]
        for field in msgspec.structs.fields(kind)
    ]
    page.table([page.say("field", "字段"), page.say("type", "类型"), page.say("needed", "必填")], rows)


def code(names: typing.Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def tables_page(lang: int, words: dict[str, Word]) -> str:
    page = Page("tables", lang)
    for name, kind in ours(tables()).items():
        if not issubclass(kind, Event):
            page.section(f"`{name}`", name, kind.__doc__ or "")
            page.facts(
                {page.say("Key", "键"): code(kind.__key__), page.say("Read by", "可按此读取"): code(kind.__index__)}
            )
            columns(page, kind, set())
    page.lines += [f"## {page.say('Views', '视图')}", ""]
    page.table(
        [page.say("view", "视图"), page.say("what it shows", "内容")],
        [[f"`{name}`", GLOSSARY[name] if lang else about(text)] for name, text in shipped_views().items()],
    )
    return page.text()


def events_page(lang: int, words: dict[str, Word]) -> str:
    page = Page("events", lang)
    shared = {field.name for field in msgspec.structs.fields(Event)}
    for name, kind in ours(events()).items():
        word = words[kind.__name__]
        page.section(f"`{name}` · {kind.__name__}", name, kind.__doc__ or "")
        deadline = f"{kind.__deadline_ms__} ms" if kind.__deadline_ms__ else ""
        page.facts(
            {
                page.say("Said by", "说出者"): code(word.speakers),
                page.say("Heard by", "听取者"): code(word.hearers),
                page.say("In order per", "按此保序"): code([kind.__about__]),
                page.say("Answered within", "答复时限"): deadline,
            }
        )
        columns(page, kind, shared)
    return page.text()


def actions_page(lang: int, words: dict[str, Word]) -> str:
    page = Page("actions", lang)
    for name, kind in ours(actions()).items():
        word = words[name]
        page.section(f"`{name}`", name, kind.__doc__ or "")
        page.facts(
            {
                page.say("Decided by", "决定者"): code(word.speakers),
                page.say("Carried out by", "执行者"): code(word.hearers),
                page.say("Same effect", "同一效果"): code(kind.__same__),
                page.say("In order per", "按此保序"): code([kind.__about__] if kind.__about__ else []),
                page.say("Limits per customer count by", "客户限额依据"): code(
                    [kind.__customer__] if kind.__customer__ else []
                ),
                page.say("Undone by", "撤销动作"): code([kind.__undo__] if kind.__undo__ else []),
            }
        )
        fields(page, kind)
    return page.text()


def questions_page(lang: int, words: dict[str, Word], models: dict[str, list[str]]) -> str:
    page = Page("questions", lang)
    for name, kind in ours(questions()).items():
        page.section(f"`{name}`", name, kind.__doc__ or "")
        page.facts({page.say("Answered by", "回答者"): code(models[name])})
        page.lines += [page.say("Asks:", "所问："), ""]
        fields(page, kind)
        page.lines += [page.say("Answers:", "所答："), ""]
        fields(page, answer_type(kind))
    return page.text()


def settings_page(lang: int) -> str:
    page = Page("settings", lang)
    meanings = catalogue(LANGS[lang])
    for name, value in flat(Settings()).items():
        page.lines += [f"## `{name}`", "", meanings[f"setting.{name}"], ""]
        shown = value if isinstance(value, list | tuple) and value and isinstance(value[0], dict) else [value]
        page.facts({page.say("Variable", "环境变量"): code([variable(name)] if variable(name) else [])})
        page.lines += [page.say("Default:", "默认："), "", "```json"]
        page.lines += [msgspec.json.encode(one).decode() for one in shown] + ["```", ""]
        if name in SECRETS:
            page.lines += [page.say("A secret: it is never shown.", "密钥：任何地方都不显示。"), ""]
    return page.text()


def cli_page(lang: int) -> str:
    page = Page("cli", lang)

    def tell(command: click.Command, path: list[str]) -> None:
        parent = Context(root, info_name="linkloop") if len(path) > 1 else None
        for name in path[1:-1]:
            parent = Context(root.commands[name], info_name=name, parent=parent)
        context = command.make_context(path[-1], [], parent, resilient_parsing=True, terminal_width=100)
        page.lines.extend([f"## `{' '.join(path)}`", "", "```text", command.get_help(context), "```", ""])
        for name, child in getattr(command, "commands", {}).items():
            tell(child, [*path, name])

    tell(root, ["linkloop"])
    return page.text()


def map_page(lang: int, found: list[Edge]) -> str:
    page = Page("map", lang)
    words = catalogue(LANGS[lang])
    svg_file = ("map.svg", "map.zh.svg")[lang]
    page.lines += [f"![{PAGES['map']['title'][LANGS[lang]]}]({svg_file})", "", "```mermaid", mermaid(found), "```", ""]
    nobody = words["map.nobody"]
    page.table(
        [words[f"map.{name}"] for name in ("word", "how", "speakers", "hearers")],
        [
            [word.name, words[f"map.{word.how}"], ", ".join(word.speakers) or nobody, ", ".join(word.hearers) or nobody]
            for word in by_word(found)
        ],
    )
    return page.text()


def pages() -> dict[str, str]:
    """Every page that is made, by its path below docs/."""
    made: dict[str, str] = {}
    teach()
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Settings(folder=folder))
        models = {name: [m.card.name for m in shop.matrix.candidates(kind)] for name, kind in questions().items()}
        shop.close()
        found = edges(installed_links(), installed_worlds(Settings(folder=folder)), LOOP_SAYS)
    for lang, suffix in enumerate(("", ".zh")):
        speak(LANGS[lang])
        words = {word.name: word for word in by_word(found)}
        made[f"reference/tables{suffix}.md"] = tables_page(lang, words)
        made[f"reference/events{suffix}.md"] = events_page(lang, words)
        made[f"reference/actions{suffix}.md"] = actions_page(lang, words)
        made[f"reference/questions{suffix}.md"] = questions_page(lang, words, models)
        made[f"reference/settings{suffix}.md"] = settings_page(lang)
        made[f"reference/cli{suffix}.md"] = cli_page(lang)
        made[f"map{suffix}.md"] = map_page(lang, found)
        made[f"map{suffix}.svg"] = svg(found) + "\n"
    speak("en")
    return made


def names() -> set[str]:
    """What the Chinese glossary must hold: every table, event, action, question and view of ours."""
    kinds = {table_name(kind) for kind in ours(tables()).values()}
    return kinds | set(ours(actions())) | set(ours(questions())) | set(shipped_views())


def main(check: bool) -> int:
    stale = [
        name for name, text in pages().items() if not (DOCS / name).exists() or (DOCS / name).read_text("utf-8") != text
    ]
    if check:
        for name in stale:
            print(f"docs/{name} is not as the code says: run `python scripts/docs.py`", file=sys.stderr)
        return int(bool(stale))
    for name, text in pages().items():
        if name in stale:
            (DOCS / name).write_text(text, encoding="utf-8")
            print(f"wrote docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
