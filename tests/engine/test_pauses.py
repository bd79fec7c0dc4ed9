"""The collector waits for a quiet moment, and is as it was once the loop has stopped."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkloop.engine.pauses import AT_LATEST_S, EVERY_S, MIDDLE, NEVER, YOUNG, Pauses
from tests.engine.small_shop import open_small


class Knot:
    """Two of them that hold each other are never freed by counting."""

    other: Knot


def knot() -> weakref.ref[Knot]:
    one, two = Knot(), Knot()
    one.other, two.other = two, one
    return weakref.ref(one)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a process in which no other test's shop runs."""
    others, held = Pauses._running, gc.get_threshold()
    monkeypatch.setattr(Pauses, "_running", 0)
    gc.unfreeze()
    yield
    if others:
        gc.set_threshold(*held)
        gc.freeze()


@pytest.fixture
def pauses() -> Iterator[Pauses]:
    pauses = Pauses()
    pauses.start(100.0)
    yield pauses
    pauses.stop()


def test_a_knot_is_undone_when_it_is_due_and_quiet(pauses: Pauses) -> None:
    seen = knot()
    assert pauses.step(100.0 + EVERY_S - 1, quiet=True) is False
    assert seen() is not None
    assert pauses.step(100.0 + EVERY_S, quiet=True) is True
    assert seen() is None
    assert pauses.step(100.0 + EVERY_S + 1, quiet=True) is False


def test_while_messages_come_it_waits_but_not_for_ever(pauses: Pauses) -> None:
    assert pauses.step(100.0 + EVERY_S, quiet=False) is False
    assert pauses.step(100.0 + AT_LATEST_S - 1, quiet=False) is False
    assert pauses.step(100.0 + AT_LATEST_S, quiet=False) is True


def test_the_last_of_two_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    one, two = Pauses(), Pauses()
    one.start(0.0)
    two.start(0.0)
    assert gc.get_freeze_count() > 0
    one.stop()
    assert gc.get_threshold() == (YOUNG, MIDDLE, NEVER)
    two.stop()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_a_loop_sets_it_while_it_runs(tmp_path: Path) -> None:
    before = gc.get_threshold()
    shop, _ = open_small(tmp_path)
    shop.loop.start()
    assert gc.get_threshold() == (YOUNG, MIDDLE, NEVER)
    shop.loop.pauses._last = time.monotonic() - EVERY_S
    seen = knot()
    deadline = time.monotonic() + 30
    while seen() is not None and time.monotonic() < deadline:
        time.sleep(0.05)  # nobody waits: the loop finds a quiet moment within a second or two
    assert seen() is None
    shop.loop.stop()
    shop.loop.stop()
    assert gc.get_threshold() == before
    shop.close()
