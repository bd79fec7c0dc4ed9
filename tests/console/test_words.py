"""Words: both catalogs are complete and in their language, and no text on a page comes from anywhere else."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from linkloop import commerce
from linkloop.core import vocabulary
from tests.console.node import node

ROOT = Path(__file__).parents[2]
SRC = ROOT / "console" / "src"
WORDS = SRC / "words"
HAN = re.compile(r"[㐀-䶿一-鿿]")
WORD = re.compile(r"\b[A-Za-z]*[a-z][A-Za-z]*\b")  # capitals alone are an abbreviation, or SQL
BLANK = re.compile(r"\{(\w+)\}")
# Chinese that an English page shows on purpose: the product's own name, and the way to the other language.
IN_BOTH = re.compile("环环|中文")
# English texts that show a piece of a Chinese file.
QUOTES_CHINESE = {"intake.how.date.about", "intake.how.number.about"}
# Texts that are the same in every language and in no catalog, each with its reason.
NO_CATALOG = {
    ("pages/worlds/NewHook.tsx", "erp"): "an example of an address, which has Latin letters only",
}


@cache
def catalog(lang: str) -> dict[str, str]:
    """Every key of a language; a key that two files have counts as a fault in `test_keys_…`."""
    found: dict[str, str] = {}
    for file in sorted((WORDS / lang).glob("*.json")):
        found |= json.loads(file.read_text(encoding="utf-8"))
    return found


@cache
def findings(folder: Path = SRC) -> list[dict[str, Any]]:
    """What scripts/words.mjs finds in the sources."""
    command = [node(), str(ROOT / "scripts" / "words.mjs"), str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def of(what: str, folder: Path = SRC) -> list[tuple[str, str]]:
    """File and text of the findings of one kind."""
    return [(one["file"], one["text"]) for one in findings(folder) if one["what"] == what]


def fitting(patterns: set[str]) -> re.Pattern[str]:
    """A pattern of all keys that the code builds: `{}` stands for anything but nothing."""
    return re.compile("|".join(".+".join(map(re.escape, pattern.split("{}"))) for pattern in sorted(patterns)) or "$^")


def test_both_languages_have_the_same_files_and_keys() -> None:
    for name in sorted(path.name for path in WORDS.glob("*/*.json")):
        en, zh = (json.loads((WORDS / lang / name).read_text(encoding="utf-8")) for lang in ("en", "zh"))
        assert list(en) == list(zh), f"{name}: the keys or their order differ"


def test_keys_are_in_one_file_only() -> None:
    keys = [key for path in WORDS.glob("en/*.json") for key in json.loads(path.read_text(encoding="utf-8"))]
    assert sorted(key for key in set(keys) if keys.count(key) > 1) == []


def test_no_text_is_empty_and_all_have_the_same_blanks() -> None:
    en, zh = catalog("en"), catalog("zh")
    assert [key for key in en if not en[key].strip() or not zh[key].strip()] == []
    assert [key for key in en if set(BLANK.findall(en[key])) != set(BLANK.findall(zh[key]))] == []


def test_each_text_is_in_its_language() -> None:
    en, zh = catalog("en"), catalog("zh")
    assert {key for key, text in en.items() if HAN.search(IN_BOTH.sub("", text))} == QUOTES_CHINESE
    # A Chinese text without Chinese is one that is the same in English: a name, a unit, an abbreviation.
    latin = {key: text for key, text in zh.items() if not HAN.search(text) and WORD.search(BLANK.sub("", text))}
    del latin["app.language.other"]  # a reader of Chinese is offered English, in English
    assert {
        key: text
        for key, text in latin.items()
        if WORD.findall(BLANK.sub("", text)) != WORD.findall(BLANK.sub("", en[key])) or len(WORD.findall(text)) > 3
    } == {}


def test_the_code_asks_for_no_key_that_is_not_there() -> None:
    known = catalog("en")
    assert sorted({(file, key) for file, key in of("asked") if key not in known}) == []


def test_every_key_is_asked_for() -> None:
    said = {text for _, text in of("key")}
    built = fitting({text for text in said if "{}" in text})
    assert sorted(key for key in catalog("en") if key not in said and not built.fullmatch(key)) == []


def first_words(lang: str) -> set[str]:
    """The keys of the catalogs that come with the shell."""
    [names] = re.findall(r"\{([^}]+)\}\.json", (WORDS / f"{lang}.ts").read_text(encoding="utf-8"))
    files = [WORDS / lang / f"{name}.json" for name in names.split(",")]
    return {key for file in files for key in json.loads(file.read_text(encoding="utf-8"))}


def test_the_shell_and_today_say_only_what_the_first_words_have() -> None:
    first, known = first_words("en"), catalog("en")
    assert first == first_words("zh")
    assert 0 < len(first) < len(known) / 2
    early = ("app/", "format/", "live/", "pages/identity/", "pages/today/", "palette/", "ui/")
    said = {text for file, text in of("key") if file.startswith(early)}
    built = fitting({text for text in said if "{}" in text})
    assert sorted(key for key in known if key not in first and (key in said or built.fullmatch(key))) == []


def test_no_text_on_a_page_comes_from_outside_the_catalogs() -> None:
    assert sorted(set(of("raw")) - set(NO_CATALOG)) == []


def test_exceptions_are_still_needed() -> None:
    assert sorted(set(NO_CATALOG) - set(of("raw"))) == []


def test_colours_come_from_the_tokens() -> None:
    assert of("colour") == []


CASES: list[tuple[str, list[tuple[str, str]]]] = [
    ("<p>Hello there</p>", [("raw", "Hello there")]),
    ("<p>你好</p>", [("raw", "你好")]),
    ("<p>{late ? 'too late' : t('a.b')}</p>", [("raw", "too late"), ("asked", "a.b"), ("key", "a.b")]),
    ("<Button title='Save it' className='big red' />", [("raw", "Save it")]),
    ("<Button aria-label={`Save ${n} rows`} />", [("raw", "Save"), ("raw", "rows")]),
    ("<Table columns={[{ title: 'Price' }]} />", [("raw", "Price")]),
    ("<p>{name && 'is here'}</p>", [("raw", "is here")]),
    ("<p>{n} % → {m} · <code>linkloop up</code></p>", []),
    ("<p style={{ color: '#ff0000' }} />", [("colour", "#ff0000")]),
    ("<p style={{ background: `rgba(0, 0, 0, ${a})` }} />", [("colour", "rgba(0, 0, 0, ")]),
    ("<p>{t(late ? 'a.late' : 'a.soon')}</p>", [(k, f"a.{w}") for w in ("late", "soon") for k in ("asked", "key")]),
    ("<p>{t(`a.state.${state}`)}</p>", [("key", "a.state.{}")]),
]


def test_what_counts_as_a_raw_text(tmp_path: Path) -> None:
    for n, (code, _) in enumerate(CASES):
        text = f"// Not this comment.\nexport const one = () => {code};\n"
        (tmp_path / f"{n:02}.tsx").write_text(text, encoding="utf-8")
    found = {f"{n:02}.tsx": [] for n in range(len(CASES))}
    for one in findings(tmp_path):
        found[one["file"]].append((one["what"], one["text"]))
    assert [sorted(said) for said in found.values()] == [sorted(expected) for _, expected in CASES]


def test_colours_and_texts_of_style_sheets_are_found(tmp_path: Path) -> None:
    sheet = '.a { color: #fff; }\n/* #000 */\n.b {\n  content: "More";\n  color: var(--ll-ink);\n}\n'
    (tmp_path / "A.module.css").write_text(sheet, encoding="utf-8")
    shutil.copytree(tmp_path, tmp_path / "theme", ignore=lambda *_: ["theme"])  # the tokens themselves may
    assert [(one["what"], one["line"]) for one in findings(tmp_path)] == [("colour", 1), ("raw", 4)]


def words_of(noun: str) -> dict[str, type]:
    """The vocabulary's events or actions by name."""
    for module in pkgutil.iter_modules(commerce.__path__, "linkloop.commerce."):
        importlib.import_module(module.name)
    return dict(getattr(vocabulary, noun)())


@pytest.mark.parametrize("place", ["map", "decisions", "today", "case", "settings", "worlds"])
def test_every_action_has_its_name_where_actions_are_named(place: str) -> None:
    family = "decisions.kind" if place == "decisions" else f"{place}.action"
    ours = [kind.__name__ for kind in words_of("actions").values() if kind.__module__.startswith("linkloop.")]
    assert [name for name in ours if f"{family}.{name}" not in catalog("zh")] == []


def test_every_event_has_its_name_on_the_map() -> None:
    ours = [kind.__name__ for kind in words_of("events").values() if kind.__module__.startswith("linkloop.")]
    assert [name for name in ours if f"map.event.{name}" not in catalog("zh")] == []
