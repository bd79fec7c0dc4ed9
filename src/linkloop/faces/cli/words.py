"""Words: everything that the command line says to a person, by key, in English and Chinese."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

LANGUAGES = ("zh", "en")
_spoken = "en"


def choose(args: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language of a call, before anything is parsed, so that even a usage error is in it.

    `--lang` counts, then LINKLOOP_LANGUAGE, LC_ALL, LC_MESSAGES, LANG; what is not Chinese is English.
    """
    said = spoken(args) or next(
        (environment[name] for name in ("LINKLOOP_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)),
        "",
    )
    return "zh" if said.lower().startswith("zh") else "en"


def spoken(args: Sequence[str]) -> str:
    """What `--lang` says in the arguments, empty where it does not stand."""
    said = ""
    for n, arg in enumerate(args):
        if arg == "--":
            break
        if arg == "--lang" and n + 1 < len(args):
            said = args[n + 1]
        elif arg.startswith("--lang="):
            said = arg.partition("=")[2]
    return said


def speak(lang: str) -> None:
    """Speak this language from now on, in every thread: a call of the command line has one reader."""
    global _spoken
    _spoken = lang


def language() -> str:
    """The language that is spoken: "zh" or "en"."""
    return _spoken


def say(key: str, **values: object) -> str:
    """The sentence of a key in the language that is spoken."""
    sentence = catalogue(language())[key]
    return sentence.format(**values) if values else sentence


def text(key: str, **values: object) -> Text:
    """The sentence of a key in both languages."""
    en, zh = (catalogue(lang)[key] for lang in ("en", "zh"))
    return Text(en=en.format(**values) if values else en, zh=zh.format(**values) if values else zh)


def error(kind: type[LinkloopError], code: str, where: str = "", **values: object) -> LinkloopError:
    """An error whose sentence is `error.<code>` and whose advice is `error.<code>.todo`."""
    return kind(code, text(f"error.{code}", **values), text(f"error.{code}.todo", **values), where=where)


@cache
def catalogue(name: str) -> dict[str, str]:
    """`words.<name>.json`: key → sentence; "click" holds the Chinese of click's own English."""
    found: dict[str, str] = json.loads((Path(__file__).parent / f"words.{name}.json").read_text(encoding="utf-8"))
    return found
