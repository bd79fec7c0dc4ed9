"""Saying for people: what a person does at the desk is said once, in one transaction with its check and its record."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import uuid4

from linkloop.app.shop import Shop
from linkloop.core.table import Table
from linkloop.core.world import Delivery
from linkloop.engine.turn import Turn
from linkloop.store.audit import Entry

SOURCE = "desk"


class Once(NamedTuple):
    """Whether this wish was done before, and the log offsets of what was said for it."""

    repeated: bool
    first: int
    last: int


def say_once(
    shop: Shop,
    what: str,
    about: str,
    by: str,
    key: str,
    say: Callable[[Turn], tuple[Table, ...]],
    *,
    body: str = "",
    brief: Callable[[Turn], Any] = lambda turn: None,
) -> Once:
    """Say what `say` gives, and note it as `what` in the audit with `brief` before and after.

    `say` checks first and raises before it writes anything. The same wish of the same person again (by `key`) does
    nothing; another `body` under the same key is another wish.
    """
    said = "\x1f".join((what, about, by, key or uuid4().hex, body))
    external = f"{what}:{blake2b(said.encode(), digest_size=16).hexdigest()}"

    def work(turn: Turn) -> Once:
        known = turn.seen_before([Delivery(source=SOURCE, external_id=external, said=())])
        if done := known.get((SOURCE, external)):
            return Once(True, done.first, done.last)
        before = brief(turn)
        told = say(turn)
        accepted = turn.accept(Delivery(source=SOURCE, external_id=external, said=told), known)
        turn.w.audit.append(Entry(by=by, what=what, about=about, before=before, after=brief(turn)))
        return Once(False, accepted.first, accepted.last)

    return shop.loop.do(work)
