"""Action: a typed request to change the outside world, with what it risks and how to undo it."""

from __future__ import annotations

from hashlib import blake2b
from typing import ClassVar, Literal

import msgspec

from linkloop.core.money import Money


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """A request for an effect.

    `__same__` names the fields that make two requests the same effect: they form the idempotency key, so the
    same wish said twice happens once. `__about__` names the field whose key order is kept by. `__undo__` is the
    name of the Action class that takes it back (its fields are filled by name). `at_risk` is the money at stake.
    `__customer__` names the field that the gate counts limits per customer by, `__scale__` the one that `at_risk`
    grows with when a person adjusts it. `__fixed__` names what nobody may adjust besides: facts, not wishes.
    """

    __same__: ClassVar[tuple[str, ...]] = ()
    __about__: ClassVar[str] = ""
    __undo__: ClassVar[str] = ""
    __customer__: ClassVar[str] = ""
    __scale__: ClassVar[str] = ""
    __fixed__: ClassVar[tuple[str, ...]] = ()

    at_risk: Money


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a World says of an Action: `unknown` means it may or may not have happened and must be reconciled.

    `gives_up` says of an unknown one that nobody can be asked: a person has to look, and nothing is sent before.
    """

    status: Literal["done", "refused", "unknown"]
    reference: str = ""
    detail: str = ""
    cost: Money | None = None
    gives_up: bool = False


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """An Action on its way to a World, with the idempotency key and the story that it belongs to."""

    key: str
    action: Action
    decision_id: str
    case_id: str
    attempt: int = 1


def effect_key(action: Action) -> str:
    """The semantic idempotency key of an action: a function of its kind and its `__same__` fields alone."""
    same = [
        type(action).__name__,
        *(msgspec.json.encode(getattr(action, f)).decode() for f in action.__same__),
    ]
    return blake2b("\x1f".join(same).encode(), digest_size=16).hexdigest()


def customer_of(action: Action) -> str:
    """The customer that an action touches, or an empty string."""
    return str(getattr(action, action.__customer__)) if action.__customer__ else ""
