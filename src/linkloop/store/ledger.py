"""The ledger: every version of every decision, hash-chained, so that a changed or missing row shows."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import msgspec
import sqlalchemy as sa

from linkloop.core.decision import Decision
from linkloop.store.schema import ledger, ledger_entries

GENESIS = bytes(32)


class LedgerEntry(msgspec.Struct, frozen=True):
    """One row of the ledger: what happened to a decision and how the whole decision then stood."""

    seq: int
    at: int
    decision_id: str
    entry: str
    decision: Decision
    hash: str


class Verdict(msgspec.Struct, frozen=True):
    """What `verify` found: how many rows hold, and the first that does not (0: none) with the reason."""

    rows: int
    bad_seq: int = 0
    problem: str = ""
    head: str = ""


def link_hash(previous: bytes, seq: int, at: int, decision_id: str, entry: str, body: bytes) -> bytes:
    """SHA-256 over the previous hash and this row; fields are length-prefixed so that none can run into the next."""
    digest = sha256(previous)
    for part in (str(seq).encode(), str(at).encode(), decision_id.encode(), entry.encode(), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def tail(connection: sa.Connection) -> tuple[int, bytes]:
    """The last sequence number and hash; (0, 32 zero bytes) for an empty ledger."""
    row = connection.execute(sa.select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1)).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def verify(connection: sa.Connection, *, expected_head: str = "") -> Verdict:
    """Walk the whole chain. `expected_head` (hex, kept from an earlier verify) also proves that no tail was cut."""
    previous, count, seen = GENESIS, 0, expected_head in ("", GENESIS.hex())
    query = sa.select(ledger_entries).order_by(ledger_entries.c.seq)
    for row in connection.execution_options(yield_per=2000).execute(query):
        if row.seq != count + 1:
            return Verdict(count, count + 1, f"row {count + 1} is missing", previous.hex())
        good = isinstance(row.body, bytes) and isinstance(row.hash, bytes)  # SQLite lets a hand put text there
        if not good or link_hash(previous, row.seq, row.at, row.decision_id, row.entry, row.body) != row.hash:
            return Verdict(
                count,
                row.seq,
                f"row {row.seq} ({row.entry} of {row.decision_id}) was changed",
                previous.hex(),
            )
        previous, count = row.hash, row.seq
        seen = seen or row.hash.hex() == expected_head
    if not seen:
        return Verdict(
            count,
            count + 1,
            "the chain does not reach the head that was given: rows at the end are missing",
            previous.hex(),
        )
    return Verdict(count, head=previous.hex())


def entries(connection: sa.Connection, decision_id: str) -> Iterator[LedgerEntry]:
    """The history of one decision, oldest first."""
    query = sa.select(ledger_entries).where(ledger_entries.c.decision_id == decision_id)
    for row in connection.execute(query.order_by(ledger_entries.c.seq)):
        yield LedgerEntry(
            row.seq,
            row.at,
            row.decision_id,
            row.entry,
            msgspec.json.decode(row.body, type=Decision),
            row.hash.hex(),
        )
