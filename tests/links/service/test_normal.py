"""What people type in many ways is read in one; no text breaks the reading or takes long."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from linkloop.links.service import normal
from linkloop.links.service.clauses import MOST, clauses
from linkloop.links.service.features import features, language, languages
from linkloop.links.service.normal import LONGEST, plain, tidy


def grams(text: str) -> list[str]:
    words, pieces = features(text)
    return words + pieces


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("我的包裹到哪裡了", "我的包裹到哪里了"),
        ("re\u200bfund\u202e\x00", "refund"),
        ("I’m “here” — now", 'I\'m "here" - now'),
        ("a\nb", "a\nb"),
        ("", ""),
    ],
)
def test_tidy_text_is_half_width_simplified_and_seen(typed: str, read: str) -> None:
    assert tidy(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("我的块递到哪了", "我的快递到哪了"),
        ("退宽 tmd", "退款 他妈的"),
        ("wheres my parcle plz", "where is my parcel please"),
        ("it hasn't come", "it has not come"),
        ("sooooo late😡", "soo late emoangry "),
        ("好开心😊", "好开心 emopleased "),
        ("kuaidi 到哪了", "快递 到哪了"),
        ("VIP", "vip"),
    ],
)
def test_plain_text_says_what_is_meant(typed: str, read: str) -> None:
    assert plain(tidy(typed)) == read


def test_traditional_signs_sound_as_the_simplified_ones_do() -> None:
    simple = normal._SIMPLE  # the table of plain.txt
    assert len(simple) == 855
    for old, new in simple.items():
        sounds = [set(pinyin(sign, style=Style.NORMAL, heteronym=True)[0]) for sign in (old, new)]
        assert sounds[0] & sounds[1], (old, new)


def test_no_line_of_the_table_stands_twice() -> None:
    lines = Path(normal.__file__).with_name("plain.txt").read_text(encoding="utf-8").splitlines()
    typed = [line.split(" = ")[0] for line in lines if " = " in line and not line.startswith("#")]
    assert len(typed) == len(set(typed)) > 120


def test_features_are_words_pairs_pieces_and_han_ngrams() -> None:
    assert features("Hi you") == (["^hi$", "^you$", "hi you"], ["^h", "hi", "i$", "^hi", "hi$", "^y", "yo", "ou", "u$",
                                                                "^yo", "you", "ou$", "^you", "you$"])  # fmt: skip
    assert features("where my box")[0] == ["^where$", "^my$", "where my", "^box$", "my box", "where _ box"]
    assert features("退款啊123!") == (["退", "款", "啊", "退款", "款啊", "^0$", "!"], ["退款啊", "^0", "0$"])
    assert features("WHY")[0] == ["<SHOUT>", "^why$"]
    assert features("[爱你]")[0] == ["[爱你]", "爱", "你", "爱你"]
    assert grams("soooooo") == grams("soo")
    assert grams("hasn't") == grams("hasnt") == grams("has not")
    assert grams("ＡＢ") == grams("ab")
    assert grams("x" * LONGEST + " refund") == grams("x" * LONGEST)
    assert grams("cat 退货退 ok!") == list(dict.fromkeys(grams("cat 退货退 ok!")))


@pytest.mark.parametrize(
    ("text", "known", "spoken"),
    [("到哪了", "en", "zh"), ("hello there my friend", "zh", "en"), ("ok", "zh-CN", "zh"), ("ok", "", "en"),
     ("123", "zh", "zh"), ("ok", "pt-BR", "en"), ("my order 到了吗", "en", "zh")],
)  # fmt: skip
def test_the_language_is_the_message_then_the_account(text: str, known: str, spoken: str) -> None:
    assert language(text, known) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"), [("到哪了", "zh"), ("where", "en"), ("我的 order 到了", "mixed"), ("12 ?!", ""), ("", "")]
)
def test_the_languages_of_a_text_are_told(text: str, spoken: str) -> None:
    assert languages(text) == spoken


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("where is it and can I change the address?", ["where is it ", "and can I change the address?"]),
        ("我的快递到哪了？另外发票能开吗", ["我的快递到哪了？", "另外发票能开吗"]),
        ("还有货吗", ["还有货吗"]),
        ("ok", ["ok"]),
        ("the price is 3.50 now", ["the price is 3.50 now"]),
        ("", [""]),
    ],
)
def test_clauses_end_where_a_new_thing_begins(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=3_000))
def test_any_text_is_tidied_and_split_without_loss(text: str) -> None:
    tidied = tidy(text)
    assert len(tidied) <= LONGEST
    assert tidy(tidied) == tidied or not tidied.isascii()
    parts = clauses(tidied)
    assert "".join(parts) == tidied
    assert 1 <= len(parts) <= MOST
    words, pieces = features(text)
    assert len(words) == len(set(words))
    assert not set(words) & set(pieces)


@pytest.mark.parametrize(
    "hostile", ["a" * 10_000, "'s" * 5_000, "，退" * 5_000, "ﷺ" * 10_000, "😡" * 10_000, " and" * 2_500]
)
def test_ten_thousand_hostile_signs_take_no_time(hostile: str) -> None:
    started = time.process_time()
    features(hostile)
    clauses(tidy(hostile))
    assert time.process_time() - started < 0.1
