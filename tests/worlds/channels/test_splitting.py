"""Long texts in parts: each fits as the platform counts, nothing is lost, nothing that a reader sees as one is torn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.worlds.channels.splitting import split

MEASURES = {
    "characters": len,
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
}
FAMILY, FLAG, WAVE = "👩‍👩‍👧‍👦", "🇨🇳", "👋🏽"
PIECES = st.sampled_from(
    ["订单", "hello ", "。", "\n", "\n\n", ". ", FAMILY, FLAG, WAVE, "é", "e\u0301", "，", "x" * 30]
)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@settings(max_examples=80, deadline=None)
@given(text=st.lists(PIECES, max_size=120).map("".join), limit=st.integers(30, 200))
def test_every_part_fits_and_nothing_is_lost(measure: object, text: str, limit: int) -> None:
    parts = split(text, limit, measure)  # type: ignore[arg-type]
    assert all(0 < measure(part) <= limit for part in parts)  # type: ignore[operator]
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert split(text, limit, measure) == parts  # type: ignore[arg-type]


@settings(max_examples=80, deadline=None)
@given(
    text=st.lists(st.sampled_from([FAMILY, FLAG, WAVE, "e\u0301"]), min_size=20, max_size=60), limit=st.integers(20, 60)
)
def test_no_emoji_flag_or_accent_is_torn(text: list[str], limit: int) -> None:
    for part in split("".join(text), limit):
        rest = part
        while rest:
            whole = next((one for one in (FAMILY, FLAG, WAVE, "e\u0301") if rest.startswith(one)), None)
            assert whole, part
            rest = rest[len(whole) :]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("first paragraph.\n\nsecond one is here", ["first paragraph.", "second one is here"]),
        ("一句话说完了。第二句话也说完了。", ["一句话说完了。", "第二句话也说完了。"]),
        ("one two three four five", ["one two three four", "five"]),
        ("short", ["short"]),
        ("   ", []),
    ],
)
def test_it_is_cut_where_a_reader_would_cut(text: str, parts: list[str]) -> None:
    assert split(text, 20 if text.isascii() else 10) == parts
