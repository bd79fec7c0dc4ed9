"""Ids that sort by time: UUID version 7 for what is new, version-8 children of a cause for what a replay repeats."""

from __future__ import annotations

import os
import threading
from datetime import datetime
from hashlib import blake2b

from linkloop.core.clock import micros

_lock = threading.Lock()
_last = 0


def new_id(at: datetime) -> str:
    """A fresh UUIDv7 (RFC 9562) for the moment `at`; ids made in one process for one millisecond keep their order."""
    global _last
    ms = int(at.timestamp() * 1000)
    with _lock:
        low = (ms << 74) | (int.from_bytes(os.urandom(9), "big") << 2)
        low = low if low > _last or (low >> 74) != (_last >> 74) else _last + 1
        _last = low
    return _form(ms, (low >> 62) & 0xFFF, low & ((1 << 62) - 1))


def child_id(at: datetime, *cause: str) -> str:
    """A UUIDv8 (RFC 9562) that is a function of the moment and the cause alone, so that a replay makes it again."""
    d = blake2b("\x1f".join(cause).encode(), digest_size=10).hexdigest()
    ms = micros(at) // 1000
    return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-8{d[:3]}-{_VARIANT[d[3]]}{d[4:7]}-{d[7:19]}"


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def _form(ms: int, a: int, b: int) -> str:
    t = f"{ms & 0xFFFFFFFFFFFF:012x}"
    tail = f"{b | (1 << 63):016x}"
    return f"{t[:8]}-{t[8:]}-7{a:03x}-{tail[:4]}-{tail[4:]}"
