"""Ids sort by time, are RFC 9562 UUIDs, and children are a function of their cause."""

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from linkloop.core.clock import from_micros, micros
from linkloop.core.ids import child_id, new_id

moments = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


def test_new_ids_of_one_millisecond_keep_their_order():
    now = datetime(2026, 11, 24, tzinfo=UTC)
    ids = [new_id(now) for _ in range(5000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 5000
    assert {uuid.UUID(i).version for i in ids} == {7}


@given(moments, moments)
def test_ids_sort_as_their_moments_do(a, b):
    if abs(a - b) >= timedelta(milliseconds=1):
        assert (new_id(a) < new_id(b)) == (a < b)
        assert (child_id(a, "x") < child_id(b, "y")) == (a < b)


@given(moments, st.lists(st.text(), min_size=1, max_size=4))
def test_a_child_is_a_function_of_its_cause(at, cause):
    made = child_id(at, *cause)
    assert made == child_id(at, *cause)
    assert made != child_id(at, *cause, "more")
    assert uuid.UUID(made).version == 8
    assert uuid.UUID(made).variant == uuid.RFC_4122


@given(moments)
def test_microseconds_are_exact(at):
    assert from_micros(micros(at)) == at
