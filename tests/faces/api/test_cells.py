"""SQL values over the wire and back."""

from __future__ import annotations

import math

import httpx
import msgspec
import pytest

from linkloop.faces.api.cells import from_wire, to_wire
from linkloop.store.sql.session import Result, Session

QUERY = """
SELECT 170141183460469231731687303715884105727::HUGEINT AS huge, 18446744073709551615::UBIGINT AS unsigned,
       7::HUGEINT AS seven, 'nan'::DOUBLE AS nan, '-inf'::FLOAT AS inf, 1.5::DOUBLE AS plain,
       12.30::DECIMAL(9,2) AS money, TIMESTAMPTZ '2026-11-24 08:00:00.123456+08' AS at,
       TIMESTAMP '2026-11-24 08:00:00' AS naive, DATE '2026-11-24' AS day, TIME '08:00:01' AS clock,
       'ab\\x00\\xff'::BLOB AS raw, NULL::DOUBLE AS nothing, '环'::VARCHAR AS text, true AS yes
"""


@pytest.fixture
def result() -> Result:
    session = Session(None, "256MB", 1, "Asia/Shanghai")
    try:
        return session.run(QUERY, None, 10, 10.0)
    finally:
        session.close()


def test_every_value_comes_back_as_it_was(result: Result) -> None:
    again = from_wire(msgspec.json.decode(msgspec.json.encode(to_wire(result)), type=Result))
    before, after = dict(result.dicts()[0]), dict(again.dicts()[0])
    assert math.isnan(before.pop("nan"))
    assert math.isnan(after.pop("nan"))
    assert after == before
    assert {name: type(cell) for name, cell in after.items()} == {name: type(cell) for name, cell in before.items()}


def test_what_fits_json_is_left_alone() -> None:
    plain = Result(("a", "b"), ("BIGINT", "VARCHAR"), ((1, "x"), (None, None)))
    assert to_wire(plain) is plain
    assert from_wire(plain) is plain


def test_a_huge_number_does_not_break_the_answer(shared: httpx.Client) -> None:
    answer = shared.post(
        "/api/v1/sql", json={"query": "SELECT 170141183460469231731687303715884105727 AS n, 'nan'::DOUBLE AS x"}
    )
    assert answer.json()["rows"] == [["170141183460469231731687303715884105727", "nan"]]
