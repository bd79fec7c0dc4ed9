"""Question: a typed judgement that a Model can give, with the Model's card."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_args

import msgspec

A = TypeVar("A", bound=msgspec.Struct)
A_co = TypeVar("A_co", bound=msgspec.Struct, covariant=True)


class Question(msgspec.Struct, Generic[A], frozen=True, kw_only=True):
    """What is asked; `class Understand(Question[Understanding])` says what comes back.

    Of a question that is `__long__` the ledger keeps the answer's digest: thousands of numbers that nobody reads, and
    that the facts behind the decision give again.
    """

    __doc_zh__: ClassVar[str] = ""
    __long__: ClassVar[bool] = False


def answer_type(question: type[Question[Any]]) -> type[msgspec.Struct]:
    """The class of a question's answer, read from its declaration."""
    for base in getattr(question, "__orig_bases__", ()):
        if args := get_args(base):
            kind: type[msgspec.Struct] = args[0]
            return kind
    raise TypeError(f"{question.__name__} must be declared as Question[ItsAnswer]")


class RuleHit(msgspec.Struct, frozen=True, gc=False):
    """A rule that fired, or nearly did: `missed` names the one condition that kept it from firing."""

    rule: str
    text: str = ""
    missed: str = ""


class ModelCard(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a model. Latency is per call; cost in micro-units of `currency`; quality as measured."""

    name: str
    version: str
    question: str
    driver: str
    parameters: int = 0
    adapter: str = ""
    latency_ms_p50: float = 0.0
    latency_ms_p99: float = 0.0
    cost_micros: int = 0
    currency: str = "CNY"
    languages: tuple[str, ...] = ()
    quality: dict[str, float] = {}
    measured_on: str = ""
    trained_by: str = ""
    licence: str = "Apache-2.0"


class Given(msgspec.Struct, Generic[A], frozen=True, kw_only=True):
    """What a model gives back: the value, how sure it is (0 to 1), and the rules behind it where it has rules."""

    value: A
    confidence: float = 1.0
    hits: tuple[RuleHit, ...] = ()
    near: tuple[RuleHit, ...] = ()


class Answer(msgspec.Struct, Generic[A], frozen=True, kw_only=True):
    """A model's judgement with who gave it; `took_us` is CPU-independent wall time in microseconds."""

    value: A
    model: str
    version: str
    confidence: float = 1.0
    hits: tuple[RuleHit, ...] = ()
    near: tuple[RuleHit, ...] = ()
    took_us: int = 0


class Model(Protocol):
    """Answers one kind of Question. It must be deterministic for its version and do no effect."""

    @property
    def card(self) -> ModelCard: ...

    def answer(self, question: Question[Any]) -> Given[Any]: ...
