"""Tail: something that is kept up to date by reading on in the log, so that each look costs only what is new."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.store.schema import log

T = TypeVar("T")
LOOK_BACK = 200_000  # log lines that a first look reads at most to find what is recent


_guard = threading.Lock()
_tails: WeakKeyDictionary[Shop, dict[object, object]] = WeakKeyDictionary()


def of(shop: Shop, make: Callable[[], T]) -> T:
    """The one tail of this kind that this shop has; made when first asked for, and gone with the shop.

    A tail must not hold the shop: it is given the shop at each look.
    """
    with _guard:
        kept = _tails.setdefault(shop, {})
        if make not in kept:
            kept[make] = make()
        return kept[make]  # type: ignore[return-value]  # the maker fixes the class


def first_offset_at(connection: sa.Connection, moment: int, head: int) -> int:
    """The offset before the first line whose time (microseconds) is `moment` or later, by halving.

    Times in the log grow, but for seconds here and there; it goes no further back than LOOK_BACK lines.
    """
    low, high = max(0, head - LOOK_BACK), head
    while low < high:
        middle = (low + high + 1) // 2
        found = connection.execute(
            sa.select(log.c.offset, log.c.at).where(log.c.offset >= middle).order_by(log.c.offset).limit(1)
        ).first()
        if found is None or found.at >= moment:
            high = middle - 1
        else:
            low = middle
    return low
