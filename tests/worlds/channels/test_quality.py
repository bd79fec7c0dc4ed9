"""Every channel says what it does and does not, and what it says is done names tests that there are."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from linkloop.worlds.channels.claims import FOLDER, NAMES, kinds, quality
from linkloop.worlds.channels.kinds import KINDS

TESTS = Path(__file__).parents[2]
CONTRACT = "worlds/channels/contract.py"


def test_every_kind_of_channel_has_a_quality_file() -> None:
    assert set(kinds()) == {*KINDS, "webchat", "hook"}


@pytest.mark.parametrize("kind", sorted({*KINDS, "webchat", "hook"}))
def test_what_is_claimed_names_tests_that_there_are(kind: str) -> None:
    found = quality(kind)
    assert [one.name for one in found.claims] == list(NAMES)
    for claim in found.claims:
        for test in claim.tests:
            path, _, name = test.partition("::")
            assert name in defined(TESTS / path), f"{kind}.{claim.name}: there is no {test}"
    if any(test.startswith(CONTRACT) for claim in found.claims for test in claim.tests):
        assert any("(PlatformContract)" in text and kind in path for path, text in sources()), (
            f"{kind} runs no contract"
        )


@pytest.mark.parametrize("kind", sorted({*KINDS, "webchat", "hook"}))
def test_nobody_claims_more_than_was_tried(kind: str) -> None:
    found = quality(kind)
    assert found.real is False, "say in CHANGELOG.md how it was tried against the real platform, and change this test"
    assert found.tested_against.en != found.tested_against.zh
    for claim in found.claims:
        assert bool(claim.tests) == (claim.status == "done")
        assert bool(claim.why.en) == bool(claim.why.zh) == (claim.status != "done")


def test_a_file_that_claims_without_a_test_or_a_reason_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = (FOLDER / "telegram.toml").read_text(encoding="utf-8")
    monkeypatch.setattr("linkloop.worlds.channels.claims.FOLDER", tmp_path)
    for n, (before, after) in enumerate(
        (
            ('status = "done"', 'status = "perfect"'),
            ("[typing]", "[typping]"),
            ("real = false", ""),
            ('zh = "接口', 'zhh = "接口'),
        )
    ):
        assert before in good
        (tmp_path / f"one{n}.toml").write_text(good.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(ValueError, match=f"one{n}"):
            quality(f"one{n}")


def defined(path: Path) -> set[str]:
    """The tests in a file, methods by class and by their own name."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
            found |= methods | {f"{node.name}::{one}" for one in methods}
    return found


def sources() -> list[tuple[str, str]]:
    return [(path.name, path.read_text(encoding="utf-8")) for path in Path(__file__).parent.glob("test_*.py")]
