"""Feed: what a Model is, whose answers rest on rows of tables as they stood at a moment of the log."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeGuard

from linkloop.core.question import Given, Model, ModelCard, Question
from linkloop.core.table import Table

Read = Callable[..., Any]
"""As `Context.read`: the row with a key, or the rows whose index field has a value, at the horizon of the question."""


class FedModel(Protocol):
    """A Model that is fed by tables: it is told every version of their rows, and answers as of a log offset.

    `fed_by` names the tables; no link may say them (a replay makes again what links said). `feed` brings versions
    as (log offset, row), each once; they mostly come in the order of the log, but a version may come late. `unfeed`
    takes back what came with offsets above `offset`, whose transaction failed. `answer_at` answers from the versions
    with offsets up to `horizon` alone, to the same bytes whenever and in whatever process it is asked; `read` looks
    up single rows of tables that are too large to be fed. Calls are never concurrent.
    """

    @property
    def card(self) -> ModelCard: ...

    @property
    def fed_by(self) -> tuple[type[Table], ...]: ...

    def feed(self, versions: Sequence[tuple[int, Table]]) -> None: ...

    def unfeed(self, offset: int) -> None: ...

    def answer(self, question: Question[Any]) -> Given[Any]: ...

    def answer_at(self, question: Question[Any], horizon: int, read: Read) -> Given[Any]: ...


class RowModel(ABC):
    """A FedModel that looks its rows up as of the question's moment; no table feeds it, so links may say them."""

    @property
    @abstractmethod
    def card(self) -> ModelCard: ...

    @property
    def fed_by(self) -> tuple[type[Table], ...]:
        """No table."""
        return ()

    def feed(self, versions: Sequence[tuple[int, Table]]) -> None:
        """Nothing is fed."""
        return

    def unfeed(self, offset: int) -> None:
        """Nothing was fed."""
        return

    def answer(self, question: Any) -> Given[Any]:
        """As where no row is."""
        return self.answer_at(question, 0, _nothing)

    @abstractmethod
    def answer_at(self, question: Any, horizon: int, read: Read) -> Given[Any]: ...


def _nothing(table: type[Table], key: str | None = None, /, **where: str) -> Any:
    return [] if where else None


def is_fed(model: Model | FedModel) -> TypeGuard[FedModel]:
    """Whether a model is fed by tables."""
    return hasattr(model, "fed_by")
