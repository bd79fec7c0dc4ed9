"""Pace: a burst, then the rate; senders that have gone are forgotten."""

from __future__ import annotations

from linkloop.worlds.channels.pace import Pace


def test_a_burst_then_one_token_every_four_seconds() -> None:
    now = [0.0]
    pace = Pace(per_minute=15, burst=2, monotonic=lambda: now[0])
    assert [pace.wait_s("a"), pace.wait_s("a"), pace.wait_s("a")] == [0.0, 0.0, 4.0]
    now[0] = 2.0
    assert pace.wait_s("a") == 2.0
    now[0] = 4.0
    assert [pace.wait_s("a"), pace.wait_s("a")] == [0.0, 4.0]
    assert pace.wait_s("b") == 0.0


def test_a_long_silence_earns_no_more_than_the_burst() -> None:
    now = [0.0]
    pace = Pace(per_minute=60, burst=3, monotonic=lambda: now[0])
    pace.wait_s("a")
    now[0] = 1000.0
    assert [pace.wait_s("a") for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]


def test_it_remembers_no_more_senders_than_it_may() -> None:
    pace = Pace(per_minute=1, burst=1, remembered=2, monotonic=lambda: 0.0)
    assert [pace.wait_s(s) for s in ("a", "b", "c")] == [0.0, 0.0, 0.0]
    assert pace.wait_s("c") == 60.0
    assert pace.wait_s("a") == 0.0
