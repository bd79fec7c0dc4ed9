"""Keys: secrets that the channels make for themselves, kept for their owner's eyes, and replaced without a gap."""

from __future__ import annotations

import base64
import os
from pathlib import Path

# After a rotation the old key is taken for this long, so that senders can be changed over without losing anything.
GRACE_S = 24 * 3600.0


def kept_key(path: Path) -> str:
    """32 random bytes in base64, made once."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _lines(path)[0]
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_fresh())
        file.flush()
        os.fsync(file.fileno())
    return _lines(path)[0]


def valid_keys(path: Path) -> list[tuple[str, float]]:
    """The key, and the one before it with the moment (seconds since 1970) until which it is taken; 0: without end."""
    key = kept_key(path)
    before = [line.split() for line in _lines(path)[1:] if line]
    return [(key, 0.0), *((old, float(until)) for old, until in before)]


def rotate(path: Path, now_s: float) -> str:
    """A new key in place of the old one, which is taken for GRACE_S more; durable when this returns."""
    old, new = kept_key(path), _fresh()
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{new}\n{old} {now_s + GRACE_S:.0f}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return new


def _fresh() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").split("\n")
