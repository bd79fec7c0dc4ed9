"""The docs are true: generated pages are fresh, commands run as they stand, options exist, and links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from linkloop.faces.cli.commands import root
from scripts.docs import DOCS, GLOSSARY, names, pages

HOUSE = DOCS.parent
GUIDES = [*HOUSE.glob("*.md"), DOCS / "guide.md", DOCS / "guide.zh.md"]
ALL = [*GUIDES, *(path for path in DOCS.rglob("*.md") if path not in GUIDES), *(HOUSE / "src").rglob("README.md")]
REFERENCE = ("tables", "events", "actions", "questions", "settings", "cli")
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def made() -> dict[str, str]:
    return pages()


@pytest.mark.parametrize(
    "name",
    [f"reference/{page}{zh}.md" for page in REFERENCE for zh in ("", ".zh")]
    + ["map.md", "map.zh.md", "map.svg", "map.zh.svg"],
)
def test_a_generated_page_is_as_the_code_says(name):
    assert (DOCS / name).read_text(encoding="utf-8") == made()[name], "run `python scripts/docs.py`"


def test_no_other_page_is_generated_and_none_is_left_over():
    here = {str(path.relative_to(DOCS)) for path in [*(DOCS / "reference").glob("*.md"), *DOCS.glob("map*")]}
    assert here == set(made())


def test_the_chinese_of_every_word_is_there_and_no_more():
    assert sorted(names() ^ set(GLOSSARY)) == []


def commands(group: click.Group, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    found: dict[tuple[str, ...], click.Command] = {}
    for name, command in group.commands.items():
        found[(*path, name)] = command
        if isinstance(command, click.Group):
            found |= commands(command, (*path, name))
    return found


def options(command: click.Command) -> set[str]:
    return {"--help", *(opt for param in command.params for opt in (*param.opts, *param.secondary_opts))}


def test_every_command_and_option_is_in_the_reference():
    for page in ("cli.md", "cli.zh.md"):
        text = (DOCS / "reference" / page).read_text(encoding="utf-8")
        for path, command in commands(root).items():
            section = text.partition(f"## `linkloop {' '.join(path)}`\n")[2].partition("\n## ")[0]
            assert section, path
            missing = [opt for opt in options(command) if opt.startswith("--") and opt not in section]
            assert missing == [], path


def said() -> list[tuple[str, str]]:
    """Every `linkloop …` that a page tells the reader to type, with its page."""
    found = []
    for path in ALL:
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "reference":
            continue
        quoted = [code for code in re.findall(r"`([^`\n]+)`", BLOCK.sub("", text)) if code.startswith("linkloop ")]
        blocks = "\n".join(body for kind, body in BLOCK.findall(text) if kind.split()[:1] == ["sh"])
        lines = re.findall(r"(?:^|\$\(|/)linkloop [^\n)|#]*", blocks.replace("\\\n", " "), re.MULTILINE)
        found += [(path.name, line[line.index("linkloop") :]) for line in [*quoted, *lines]]
    return found


def test_every_command_that_is_told_exists_with_its_options():
    known = commands(root)
    wrong = []
    for page, line in said():
        words = [word for word in re.sub(r"(['\"]).*?(\1|$)", "TEXT", line).split()[1:] if word not in ("…", "...")]
        while words and words[0].startswith("--"):
            words = words[2:] if words[0] in ("--folder", "--lang") else words[1:]
        name = tuple(words[:2]) if tuple(words[:2]) in known else tuple(words[:1])
        if not name:
            continue
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        if name not in known or not given <= options(known[name]):
            wrong.append((page, line))
    assert len(said()) > 30
    assert wrong == []


def test_both_guides_have_the_same_blocks():
    en, zh = (BLOCK.findall((DOCS / name).read_text(encoding="utf-8")) for name in ("guide.md", "guide.zh.md"))
    assert en == zh


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_guide_runs_as_it_stands(tmp_path):
    """All blocks marked `run`, in order, in one shell and one folder, as a reader would."""
    script = ["set -euo pipefail"]
    for number, (kind, body) in enumerate(BLOCK.findall((DOCS / "guide.md").read_text(encoding="utf-8"))):
        if kind.split()[1:] != ["run"]:
            continue
        script.append(f"echo '── block {number}' >&2")
        script.append(f"python - <<'PYTHON'\n{body}PYTHON" if kind.startswith("python") else body)
    assert len(script) > 20
    home = {k: v for k, v in os.environ.items() if not k.startswith("LINKLOOP_")}
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=tmp_path,
        env={**home, "LC_ALL": "C.UTF-8", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for expected in (
        "Rows in 3 = kept 2 + quarantined 1",
        "Rows in 1 = kept 1 + quarantined 0",
        "Approved Reply c1",
        "comes out the same, byte for byte",
        "0 → 1",
        "The ledger holds: 2 rows",
        "anxious",
    ):
        assert expected in done.stdout
    assert (tmp_path / "orders-out.csv").read_text(encoding="utf-8").count("\n") == 4


def anchors(path: Path) -> set[str]:
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(HOUSE)))
def test_links_lead_somewhere(path):
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    broken = []
    for target in re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", text):
        if re.match(r"(https?|mailto):", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / unquote(file)) if file else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []
