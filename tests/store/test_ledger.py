"""The ledger proves itself, or names the first row that was changed, removed or cut off."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.store.ledger import entries, link_hash, verify
from linkloop.store.schema import ledger
from linkloop.store.store import open_store

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def decision(n, status="held"):
    return Decision(
        id=f"d{n}",
        at=NOW,
        action_kind="Reply",
        action={},
        reason=Text(en="r", zh="由"),
        confidence=1.0,
        at_risk=Money(n, "CNY"),
        status=status,
    )


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/log.db")
    for n in range(1, 11):
        with store.write() as w:
            w.decision(decision(n), "decided", n, "t")
    yield store
    store.close()


def found(store, **head):
    with store.read() as connection:
        return verify(connection, **head)


def spoil(store, statement):
    with store.engine.execution_options(linkloop_write=True).connect() as connection, connection.begin():
        connection.execute(statement)


def test_a_whole_chain_holds(store):
    verdict = found(store)
    assert (verdict.rows, verdict.bad_seq, verdict.problem) == (10, 0, "")
    assert len(verdict.head) == 64


def test_the_history_of_one_decision_is_kept(store):
    with store.write() as w:
        w.decision(decision(3, "allowed"), "approved", 11, "person:li")
    with store.read() as connection:
        assert [(e.seq, e.entry, e.decision.status) for e in entries(connection, "d3")] == [
            (3, "decided", "held"),
            (11, "approved", "allowed"),
        ]


@pytest.mark.parametrize("column", ["at", "decision_id", "entry", "body", "hash"])
def test_a_changed_row_is_named(store, column):
    value = {"at": 99, "decision_id": "dx", "entry": "refused", "body": b"{}", "hash": bytes(32)}[column]
    spoil(store, sa.update(ledger).where(ledger.c.seq == 4).values({column: value}))
    verdict = found(store)
    assert (verdict.rows, verdict.bad_seq) == (3, 4)
    assert "was changed" in verdict.problem


def test_a_removed_row_is_named(store):
    spoil(store, sa.delete(ledger).where(ledger.c.seq == 7))
    assert (found(store).bad_seq, found(store).problem) == (7, "row 7 is missing")


def test_a_cut_tail_shows_against_a_head_that_was_kept(store):
    head = found(store).head
    spoil(store, sa.delete(ledger).where(ledger.c.seq > 8))
    assert found(store).bad_seq == 0
    assert found(store, expected_head=head).bad_seq == 9


def test_a_head_from_before_still_proves_a_longer_chain(store):
    head = found(store).head
    with store.write() as w:
        w.decision(decision(11), "decided", 11, "t")
    assert found(store, expected_head=head).bad_seq == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=32, max_size=32), st.text(), st.text(), st.binary())
def test_no_two_rows_hash_alike_by_moving_bytes_between_fields(previous, one, other, body):
    moved = link_hash(previous, 1, 2, one + other, "", body)
    if other:
        assert link_hash(previous, 1, 2, one, other, body) != moved
