"""What a request may bring at most."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.faces.api.limits import BODY_BYTES, DEPTH, depth
from tests.faces.api.conftest import head, message

nested = st.recursive(
    st.none() | st.integers() | st.text(alphabet='[]{}"\\a,:'),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[{"\\', max_size=3), inner, max_size=3)
    ),
    max_leaves=30,
)


def counted(value: Any) -> int:
    """The oracle: walks the decoded value."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(counted, inner), default=0)


@given(nested, st.integers(min_value=0, max_value=6))
def test_depth_agrees_with_the_decoded_value(value: Any, limit: int) -> None:
    deep = depth(json.dumps(value).encode(), limit) > limit
    assert deep == (counted(value) > limit)


def test_depth_ends_early_on_a_bomb_and_on_broken_text() -> None:
    assert depth(b"[" * 1_000_000, DEPTH) == DEPTH + 1
    assert depth(b']}"[[' * 50, 10) <= 11


def test_json_that_nests_too_deep_is_refused(shared: httpx.Client) -> None:
    bomb = b'{"items": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    answer = shared.post("/api/v1/events", content=bomb, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "input.deep")


def test_a_body_that_is_too_large_is_refused(shared: httpx.Client) -> None:
    before = head(shared)
    answer = shared.post("/api/v1/events", json={"items": [message(1, "x" * BODY_BYTES)]})
    assert (answer.status_code, answer.json()["code"]) == (413, "http.413")
    assert head(shared) == before


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "after=99999999999999999999", f"kind={'x' * 201}"]
)
def test_parameters_out_of_bounds_are_refused(shared: httpx.Client, query: str) -> None:
    answer = shared.get(f"/api/v1/events?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "input.invalid")


def test_a_delivery_holds_a_thousand_items(shared: httpx.Client) -> None:
    assert shared.post("/api/v1/events", json={"items": [message(n) for n in range(1001)]}).status_code == 400
    taken = shared.post("/api/v1/events", json={"items": [message(n) for n in range(1000)]}).json()
    assert taken["last"] - taken["first"] == 999


def test_broken_json_and_unknown_paths_are_problems(shared: httpx.Client) -> None:
    broken = shared.post("/api/v1/events", content=b"{", headers={"content-type": "application/json"})
    lost = shared.get("/api/v1/nothing")
    wrong = shared.delete("/api/v1/events")
    assert [(a.status_code, a.headers["content-type"]) for a in (broken, lost, wrong)] == [
        (400, "application/problem+json"), (404, "application/problem+json"), (405, "application/problem+json"),
    ]  # fmt: skip
    assert "POST" in wrong.headers["allow"]
