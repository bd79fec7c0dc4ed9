"""Snapshots: what a fed model has learned from the log up to an offset, kept in a file that a start reads instead.

A file is taken only when its hash is right, it is of the same model and version, and the log at its offset is still the
one that it was made from; else everything is read anew.
"""

from __future__ import annotations

import logging
import os
from hashlib import blake2b
from pathlib import Path
from typing import Protocol, TypeGuard

import msgspec
import sqlalchemy as sa

from linkloop.core.feed import FedModel
from linkloop.store.schema import log

MAGIC = b"linkloop-fed-1\n"
DIGEST = 32
MARKED = 64  # rows of the log
logger = logging.getLogger("linkloop.feeding")


class Packing(FedModel, Protocol):
    """A fed model that can be put into bytes and filled from them; `size` is how much there is to read anew."""

    @property
    def size(self) -> int: ...

    def pack(self) -> bytes: ...

    def unpack(self, packed: bytes) -> None:
        """Fill a model that was never fed. Raises ValueError; then it is as it was."""
        ...


def is_packing(model: FedModel) -> TypeGuard[Packing]:
    """Whether a model can be packed."""
    return hasattr(model, "unpack")


class Snapshot(msgspec.Struct, frozen=True):
    """A packed model, how far it was fed, the mark of the log there, and the latest version of every row."""

    model: str
    version: str
    to: int
    mark: str
    latest: list[tuple[str, str, int]]
    packed: bytes


def path_of(folder: Path, model: FedModel) -> Path:
    """The file of a model's snapshot."""
    named = "".join(sign if sign.isalnum() else "-" for sign in model.card.name)
    return folder / f"fed-{named}.bin"


def write(folder: Path, model: FedModel, snapshot: Snapshot) -> None:
    """Write a snapshot in one step; what was there stays until then."""
    folder.mkdir(parents=True, exist_ok=True)
    body = msgspec.msgpack.encode(snapshot)
    path = path_of(folder, model)
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with fresh.open("wb") as file:
            file.write(MAGIC)
            file.write(blake2b(body, digest_size=DIGEST).digest())
            file.write(body)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def read(folder: Path, model: FedModel, connection: sa.Connection) -> Snapshot | None:
    """The snapshot of a model, where it is whole, of this version, and of this log."""
    try:
        raw = path_of(folder, model).read_bytes()
    except OSError:
        return None
    body = raw[len(MAGIC) + DIGEST :]
    if not raw.startswith(MAGIC) or blake2b(body, digest_size=DIGEST).digest() != raw[len(MAGIC) :][:DIGEST]:
        logger.warning("%s is broken: %s is fed anew", path_of(folder, model), model.card.name)
        return None
    found = msgspec.msgpack.decode(body, type=Snapshot)
    same = (found.model, found.version) == (model.card.name, model.card.version)
    return found if same and mark_of(connection, found.to) == found.mark else None


def mark_of(connection: sa.Connection, offset: int) -> str:
    """What tells a log that was read up to an offset from any other: a hash of its last rows."""
    query = (
        sa.select(log.c.offset, log.c.id, log.c.kind, log.c.key, log.c.at, log.c.body)
        .where(log.c.offset <= offset)
        .order_by(log.c.offset.desc())
        .limit(MARKED)
    )
    found = blake2b(digest_size=16)
    for *facts, body in connection.execute(query):
        found.update(repr(facts).encode())
        found.update(body)
    return found.hexdigest()
