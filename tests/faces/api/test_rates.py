"""How often, and how long to wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.faces.api.attempts import Attempts
from linkloop.faces.api.problems import TooMany
from linkloop.faces.api.rates import Backoff, Rate
from tests.faces.api.signed import Clock


def test_a_burst_goes_through_and_then_the_rate_counts() -> None:
    clock = Clock(0.0)
    rate = Rate(clock, per_second=2, burst=3)
    assert [rate.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rate.take("b") == 0
    clock += 0.5
    assert [rate.take("a"), rate.take("a")] == [0, 0.5]


@given(st.lists(st.floats(0, 3), max_size=60))
def test_never_more_than_the_burst_and_what_time_brought(pauses: list[float]) -> None:
    clock = Clock(0.0)
    rate = Rate(clock, per_second=1.5, burst=4)
    through = 0
    for pause in pauses:
        clock += pause
        through += rate.take("a") == 0
        assert through <= 4 + 1.5 * clock.at + 1e-6


@given(st.lists(st.floats(0.001, 2), min_size=1, max_size=40))
def test_who_waits_as_long_as_told_is_let_through(pauses: list[float]) -> None:
    clock = Clock(0.0)
    rate = Rate(clock, per_second=0.7, burst=1)
    for pause in pauses:
        clock += pause
        wait = rate.take("a")
        clock += wait + 1e-9
        if wait:
            assert rate.take("a") == 0


def test_the_longest_unused_are_forgotten_first() -> None:
    clock = Clock(0.0)
    rate = Rate(clock, per_second=0.001, burst=1, room=2)
    assert [rate.take(key) for key in "abc"] == [0, 0, 0]
    assert rate.take("a") == 0  # forgotten, so it is new
    assert rate.take("c") > 0


def test_waits_double_from_the_first_beyond_what_is_free() -> None:
    clock = Clock(1_000.0)
    backoff = Backoff(clock, free=2, most_s=10)
    waits = []
    for _ in range(7):
        backoff.fail("a")
        waits.append(backoff.wait("a"))
    assert waits == [0, 1, 2, 4, 8, 10, 10]
    clock += 4
    assert backoff.wait("a") == 6
    clock += 3600
    assert backoff.wait("a") == 0
    assert backoff.fail("a") is False


def test_success_clears_a_name_here_and_not_the_address() -> None:
    clock = Clock(1_000.0)
    attempts = Attempts(clock)
    for n in range(30):
        attempts.failed(f"name{n}", "1.2.3.4")
    with pytest.raises(TooMany) as wait:
        attempts.check("li", "1.2.3.4")
    assert (wait.value.code, wait.value.wait_s) == ("session.wait", 1)
    attempts.succeeded("li", "1.2.3.4")
    with pytest.raises(TooMany):
        attempts.check("li", "1.2.3.4")
    attempts.check("li", "5.6.7.8")


def test_many_addresses_cannot_keep_a_person_out_for_long() -> None:
    clock = Clock(1_000.0)
    attempts = Attempts(clock)
    for n in range(500):
        attempts.failed("li", f"10.0.{n // 250}.{n % 250}")
    with pytest.raises(TooMany) as wait:
        attempts.check("li", "5.6.7.8")
    assert wait.value.wait_s == 60
    clock += 61
    attempts.check("li", "5.6.7.8")
