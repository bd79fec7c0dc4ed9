"""The matrix: all models that are here, by the question that they answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from linkloop.core.feed import is_fed
from linkloop.core.question import Model, ModelCard, Question
from linkloop.models.feeding import Feed
from linkloop.store.store import Store, head_of

REMEMBERS = 1024  # how long the last answers of a model took


class Matrix:
    """Models by question. Two models may answer one question; a name is held once per question."""

    def __init__(self, models: Iterable[Model] = (), snapshots: Path | None = None) -> None:
        self._by_question: dict[str, tuple[Model, ...]] = {}
        self._took: dict[tuple[str, str], deque[int]] = {}
        self.feed = Feed(snapshots)
        self.forced: frozenset[str] = frozenset()  # questions whose only model a what-if has chosen
        for model in models:
            self.register(model)

    def register(self, model: Model) -> None:
        """Add a model; one with the same name and question is replaced, so that a new version takes over at once."""
        card = model.card
        others = [m for m in self._by_question.get(card.question, ()) if m.card.name != card.name]
        self._by_question[card.question] = tuple(sorted([*others, model], key=lambda m: m.card.name))

    def remove(self, question: str, name: str) -> bool:
        """Take a model out; False when there was none."""
        before = self._by_question.get(question, ())
        after = tuple(m for m in before if m.card.name != name)
        self._by_question[question] = after
        return len(after) < len(before)

    def candidates(self, question: type[Question[Any]] | str) -> tuple[Model, ...]:
        """The models that answer a question (its class or its name), sorted by name; empty when there is none."""
        name = question if isinstance(question, str) else question.__name__
        return self._by_question.get(name, ())

    def models(self) -> list[Model]:
        """Every model, by question and name."""
        return [model for name in sorted(self._by_question) for model in self._by_question[name]]

    def warm(self, store: Store) -> None:
        """Feed every model that is fed by tables, so that no customer waits for it."""
        with store.read() as connection:
            for model in self.models():
                if is_fed(model):
                    self.feed.of(model).catch_up(connection, head_of(connection))

    def cards(self) -> list[ModelCard]:
        """The card of every model, by question and name."""
        return [model.card for model in self.models()]

    def timed(self, question: str, name: str, took_us: int) -> None:
        """Remember how long an answer took, in microseconds."""
        took = self._took.get((question, name))
        if took is None:
            took = self._took[question, name] = deque(maxlen=REMEMBERS)
        took.append(took_us)

    def took_us(self, question: str, name: str) -> list[int]:
        """How long the last answers of a model took since this matrix was made, oldest first."""
        return list(self._took.get((question, name), deque[int]()).copy())

    def with_model(self, model: Model) -> Matrix:
        """A copy for a what-if in which `model` is asked for sure: it alone answers its question."""
        copy = Matrix()
        copy.feed = self.feed
        copy.forced = self.forced | {model.card.question}
        copy._by_question = {**self._by_question, model.card.question: (model,)}
        return copy
