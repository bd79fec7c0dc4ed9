"""linkloop labels: what messages really asked for comes in from a file, and the shop's own model learns from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkloop.links.service import labels, train
from linkloop.links.service.weights import load
from tests.faces.cli.calling import call

ROWS = "message_id,text,intent\n" + "".join(f"m{n},{word} glimfarb,invoice\n" for n, word in enumerate("abcdef"))


@pytest.fixture(autouse=True)
def few_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that learning takes seconds."""
    monkeypatch.setattr(train, "TEXTS", 420)
    monkeypatch.setattr(labels, "WITH_ENCODER", 210)


def taken(folder: Path, text: str = ROWS) -> Path:
    file = folder / "labels.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_labels_come_in_once_and_are_learned(tmp_path: Path) -> None:
    file, shop = taken(tmp_path), ("--folder", str(tmp_path / "shop"))
    assert call(*shop, "labels", "import", str(file), "--json").json() == {"changed": 6, "same": 0, "bad": []}
    assert call(*shop, "labels", "import", str(file), "--json").json() == {"changed": 0, "same": 6, "bad": []}
    told = call(*shop, "labels", "learn", "--to", str(tmp_path / "own.safetensors"))
    assert told.code == 0
    assert f'messages = "labels://{tmp_path}/own.safetensors"' in told.out
    assert load(tmp_path / "own.safetensors").card["labels"] == 6
    (tmp_path / "shop" / "linkloop.toml").write_text(
        f'[model]\nmessages = "labels://{tmp_path}/own.safetensors"\n', encoding="utf-8"
    )
    said = call(*shop, "ask", "Understand", "text=my glimfarb", "--json").json()
    assert said["version"] == "2+6"
    assert said["value"]["intents"][0]["intent"] == "invoice"


def test_a_row_that_cannot_be_one_is_named_in_both_languages(tmp_path: Path) -> None:
    file = taken(tmp_path, "消息;意图\n发票呢;invoice\n;invoice\n你好;hello\n")
    told = call("--folder", str(tmp_path / "shop"), "labels", "import", str(file), "--lang", "zh")
    assert told.code == 1
    assert "新增或更改 1 条" in told.out
    assert "labels.csv:3" in told.out
    assert "没有 'hello' 这个意图" in told.out
    assert "intent: 'hello' is not known" in call("--folder", str(tmp_path / "shop"), "labels", "import", str(file)).out


@pytest.mark.parametrize(
    ("rows", "wanted"), [("text\nx\n", "no column for the text and the intent"), (None, "is not there")]
)
def test_a_file_without_labels_is_refused(tmp_path: Path, rows: str | None, wanted: str) -> None:
    file = taken(tmp_path, rows) if rows else tmp_path / "none.csv"
    told = call("--folder", str(tmp_path / "shop"), "labels", "import", str(file))
    assert told.code != 0
    assert wanted in told.err


@pytest.mark.parametrize(
    ("rows", "more", "wanted"),
    [
        ("text,intent\nx,invoice\n", (), "1 labels are too few"),
        (ROWS, ("--encoder",), "no encoder that works in this process"),
    ],
)
def test_what_cannot_be_learned_says_what_to_do(tmp_path: Path, rows: str, more: tuple[str, ...], wanted: str) -> None:
    shop = ("--folder", str(tmp_path / "shop"))
    call(*shop, "labels", "import", str(taken(tmp_path, rows)))
    told = call(*shop, "labels", "learn", "--to", str(tmp_path / "w"), *more)
    assert told.code != 0
    assert wanted in told.err
    assert not (tmp_path / "w").exists()


def test_a_folder_that_is_not_there_is_said_before_learning(tmp_path: Path) -> None:
    shop = ("--folder", str(tmp_path / "shop"))
    call(*shop, "labels", "import", str(taken(tmp_path)))
    told = call(*shop, "labels", "learn", "--to", str(tmp_path / "none" / "w"))
    assert told.code != 0
    assert "there is no folder for" in told.err
