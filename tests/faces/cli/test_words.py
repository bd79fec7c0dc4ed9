"""The catalogue: complete in both languages, used in full, and the only place where the command line has words."""

from __future__ import annotations

import ast
import re
import string
from functools import cache
from pathlib import Path

import click
import pytest

from linkloop.core.decision import Status
from linkloop.faces import cli
from linkloop.faces.cli.clickwords import translate, translate_number
from linkloop.faces.cli.words import catalogue, choose, say, speak, spoken

SOURCE = Path(cli.__file__).parent
FILES = sorted(SOURCE.glob("*.py"))
_TO_PROGRAMMERS = (
    "DeprecationWarning",
    "Arguments take",
    "No options defined",
    "Could not determine",
    "Boolean option",
)
# What click says to a programmer, or in parts of it that we do not use: prompts, editors, passwords, completion, files.
NOT_SAID = {
    "d", "{editor}: Editing failed", "{editor}: Editing failed: {e}", "Windows error: {error}", "deprecated",
    "Value must be an iterable.", "Name '{name}' defined twice", "Do you want to continue?",
    "Confirm the action without prompting.", "unknown error", "Could not open file {filename!r}: {message}",
    "Invalid start character for option ({option})", "Repeat for confirmation",
    "Error: The two entered values do not match.", "Error: invalid input", "Unknown color {colour!r}",
    "Press any key to continue...", "Choice({choices})", "{value!r} is not a valid UUID.", "file", "directory", "path",
    "{name} {filename!r} does not exist.", "{name} {filename!r} is a file.", "{name} {filename!r} is a directory.",
    "{name} {filename!r} is not readable.", "{name} {filename!r} is not writable.",
    "{name} {filename!r} is not executable.", "Unknown standard stream '{name}'", "%(prog)s, version %(version)s",
    "{value!r} does not match the formats {formats}.", "{len_type} values are required, but {len_value} were given.",
    "{value!r} is not a valid boolean. Recognized values: {states}",
    "{len_type} values are required, but {len_value} was given.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    speak("en")
    yield
    speak("en")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_things():
    en, zh = catalogue("en"), catalogue("zh")
    assert list(en) == list(zh)
    assert {key: fields(en[key]) for key in en} == {key: fields(zh[key]) for key in zh}
    assert [key for key in en if not en[key].strip() or not zh[key].strip()] == []


def test_chinese_is_chinese():
    same = {key for key, said in catalogue("zh").items() if not re.search(r"[\u4e00-\u9fff]", said)}
    assert same == {"ask.model", "doctor.line", "doctor.todo", "import.file"} & same


def test_no_sentence_mixes_the_languages_up():
    assert [
        key for key, said in catalogue("en").items() if re.search(r"[\u4e00-\u9fff]", said.replace("环环", ""))
    ] == [
        "help.risk",  # the region of its example
        "help.ask",  # its example is a Chinese message
    ]


@cache
def nodes() -> list[tuple[str, ast.Call]]:
    return [
        (f"{path.name}:{node.lineno}", node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def calls(*names: str) -> list[tuple[str, ast.Call]]:
    """Calls of functions and methods of these names, with where they stand."""
    return [
        (where, node)
        for where, node in nodes()
        if (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")) in names
    ]


def texts(node: ast.AST) -> list[str]:
    """The string literals below a node; `*` stands for what an f-string fills in at run time."""
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values)]
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    return [text for child in ast.iter_child_nodes(node) for text in texts(child)]


@cache
def keys_said() -> frozenset[str]:
    found = {text for _, node in calls("say", "text") if node.args for text in texts(node.args[0])}
    for _, node in calls("error"):
        (code,) = texts(node.args[1])
        found |= {f"error.{code}", f"error.{code}.todo"}
    return frozenset(found)


def matches(pattern: str, key: str) -> bool:
    return bool(re.fullmatch(re.escape(pattern).replace(r"\*", ".+"), key))


def test_every_key_that_is_said_is_there():
    keys = catalogue("en")
    assert [said for said in sorted(keys_said()) if not any(matches(said, key) for key in keys)] == []


def test_no_sentence_is_left_over():
    said = keys_said() | {"help.*", "metavar.*", "setting.*", "doctor.name.*"}
    assert [key for key in catalogue("en") if not any(matches(pattern, key) for pattern in said)] == []


def test_every_status_and_ledger_entry_has_a_word():
    from typing import get_args

    assert {f"status.{name}" for name in get_args(Status)} == {k for k in catalogue("en") if k.startswith("status.")}
    written: set[str] = set()
    for path in (SOURCE.parents[1] / "engine").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                at = {"decision": 1, "move": 3}.get(node.func.attr)  # where each takes what it writes into the ledger
                written |= set(texts(node.args[at])) if at and len(node.args) > at else set()
    assert {
        "decided", "repeated", "approved", "adjusted", "refused", "lapsed", "undone", "unclear", "settled", "retried",
    } <= written  # fmt: skip
    assert {f"entry.{name}" for name in written} <= set(catalogue("en"))


def spoken_raw(node: ast.AST) -> list[str]:
    """Literals with words in them that reach a person past the catalogue."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "cell"):
        return []
    if isinstance(node, ast.Subscript):
        return spoken_raw(node.value)
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and re.search(r"[^\W\d_]{2,}", node.value) else []
    return [text for child in ast.iter_child_nodes(node) for text in spoken_raw(child)]


def test_no_raw_text_is_printed():
    printed = calls("line", "note", "echo", "UsageError", "step")
    raw = [(where, text) for where, node in printed if node.args for text in spoken_raw(node.args[0])]
    assert [one for one in raw if one[1] not in ("error", "mermaid", "dot", "svg")] == []


def test_every_word_of_click_that_a_person_can_see_has_its_chinese():
    found = set()
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        if path.stem in ("shell_completion", "_winconsole", "testing"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                text = node.args[1 if node.func.id == "ngettext" else 0]
                if isinstance(text, ast.Constant):
                    found.add(text.value)
    ours = {text for text in found if not text.startswith(_TO_PROGRAMMERS)} - NOT_SAID
    assert ours - set(catalogue("click")) == set()
    assert set(catalogue("click")) - found == {"required"}  # which click looks up by a variable


def test_click_is_translated_by_the_language_that_is_spoken():
    assert translate("Options") == "Options"
    assert translate_number("one", "{n} many", 1) == "one"
    speak("zh")
    assert translate("Options") == "选项"
    assert translate("not in the catalogue") == "not in the catalogue"
    assert say("verify.head", head="ab") == "链头：ab"


@pytest.mark.parametrize(
    ("args", "environment", "lang"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ([], {"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
        ([], {"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        ([], {"LC_ALL": "en_US", "LINKLOOP_LANGUAGE": "zh"}, "zh"),
        (["--lang", "en", "sql"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["sql", "--lang=zh"], {}, "zh"),
        (["sql", "--", "--lang", "zh"], {}, "en"),
        (["sql", "--lang"], {}, "en"),
    ],
)
def test_the_language_is_chosen_by_option_then_environment(args, environment, lang):
    assert choose(args, environment) == lang


def test_the_last_language_that_is_said_counts():
    assert spoken(["--lang", "en", "sql", "--lang", "zh"]) == "zh"
