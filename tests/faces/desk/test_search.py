"""Search: anything is found by id, name, pinyin and initials; whatever is typed, it answers and leaks nothing."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linkloop.app.shop import Shop
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.core.decision import Decision
from linkloop.core.vocabulary import tables
from linkloop.faces.desk.search import Hit, find
from linkloop.faces.desk.search_pile import Pile
from linkloop.faces.desk.search_pinyin import folded, readings, spans, ways
from tests.engine.small_shop import said
from tests.faces.desk.by_hand import rows
from tests.faces.desk.day_shop import NOW, alert, open_day, order, trade

# In GB 2312 the 3,755 common characters stand in the order of their pinyin: where each initial letter begins.
GB2312 = (
    ("a", 0xB0A1), ("b", 0xB0C5), ("c", 0xB2C1), ("d", 0xB4EE), ("e", 0xB6EA), ("f", 0xB7A2), ("g", 0xB8C1),
    ("h", 0xB9FE), ("j", 0xBBF7), ("k", 0xBFA6), ("l", 0xC0AC), ("m", 0xC2E8), ("n", 0xC4C3), ("o", 0xC5B6),
    ("p", 0xC5BE), ("q", 0xC6DA), ("r", 0xC8BB), ("s", 0xC8F6), ("t", 0xCBFA), ("w", 0xCDDA), ("x", 0xCEF4),
    ("y", 0xD1B9), ("z", 0xD4D1), ("", 0xD7FA),
)  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_day(tmp_path_factory.mktemp("search"))
    trade(shop, orders=150)
    find(shop, "warm")
    yield shop
    shop.close()


def found(shop: Shop, typed: str, kind: str = "") -> list[Hit]:
    return [hit for hit in find(shop, typed).hits if not kind or hit.kind == kind]


def ids(shop: Shop, typed: str, kind: str) -> list[str]:
    return [hit.id for hit in found(shop, typed, kind)]


@pytest.mark.parametrize(
    ("typed", "kind", "wanted"),
    [
        ("gaogenxie", "product", "SKU-1"),
        ("GGX", "product", "SKU-1"),
        ("高跟", "product", "SKU-1"),
        ("heels", "product", "SKU-1"),
        ("gao gen", "product", "SKU-1"),
        ("changxiu", "product", "SKU-2"),
        ("cxcs", "product", "SKU-2"),
        ("nvxie", "product", "SKU-1"),
        ("ｓｋｕ－２", "product", "SKU-2"),
        ("wangfang", "customer", "C0"),
        ("wf", "customer", "C0"),
        ("shanxiong", "customer", "C1"),
        ("danxiong", "customer", "C1"),
        ("chongxiaoqing", "customer", "C3"),
        ("zhongxiaoqing", "customer", "C3"),
        ("emma", "customer", "C2"),
        ("haogongyingshang", "supplier", "SUP"),
        ("minute_counts", "table", "minute_counts"),
        ("minute_counts.metric", "column", "minute_counts.metric"),
        ("需要有人知道的异常", "table", "alerts"),
        ("supply chain risk", "table", "supply_chain_risk_model"),
    ],
)
def test_it_is_found_as_people_type_it(shop: Shop, typed: str, kind: str, wanted: str) -> None:
    assert wanted in ids(shop, typed, kind)


def test_every_order_and_parcel_comes_first_when_its_id_is_typed_in_any_case(shop: Shop) -> None:
    for key in random.Random(1).sample([one.order_id for one in rows(shop, Order)], 20):
        first = found(shop, key.lower())[0]
        assert (first.kind, first.id, first.exact, first.to) == ("order", key, True, f"/order/{key}")
        assert first.spans == ((0, len(key)),)
        parcel = found(shop, f"P{key}")[0]
        assert (parcel.kind, parcel.id, parcel.to) == ("parcel", f"P{key}", f"/parcel/P{key}")


def test_the_end_of_an_id_finds_it_too(shop: Shop) -> None:
    assert "LL00042" in ids(shop, "0042", "order")


def test_all_words_must_be_there(shop: Shop) -> None:
    assert ids(shop, "高跟鞋 heels", "product") == ["SKU-1"]
    assert ids(shop, "高跟鞋 shirt", "product") == []


def test_a_hit_tells_its_kind_its_place_and_its_facts(shop: Shop) -> None:
    [hit] = found(shop, "LL00007", "order")
    [row] = [one for one in rows(shop, Order) if one.order_id == "LL00007"]
    assert (hit.status, hit.money, hit.at) == (row.status, row.total, row.placed_at)
    [product] = found(shop, "gaogenxie", "product")
    assert (product.title, product.spans, product.to) == ("高跟鞋 · High heels", ((0, 3),), "/product/SKU-1")


def test_nothing_typed_shows_what_waits_most_money_first_and_open_alerts(shop: Shop) -> None:
    hits = find(shop, "  ", most=50).hits
    waiting = [one for one in rows(shop, Decision) if one.status == "held"]
    assert [hit.money.amount for hit in hits if hit.kind == "decision" and hit.money] == sorted(
        (one.at_risk.amount for one in waiting), reverse=True
    )
    assert [hit.title for hit in hits if hit.kind == "alert"] == ["orders"]


def test_a_decision_and_its_case_are_found_by_the_beginning_of_their_ids(shop: Shop) -> None:
    one = rows(shop, Decision)[0]
    assert one.id in ids(shop, one.id, "decision")
    assert found(shop, one.id)[0].exact
    assert ids(shop, one.case_id[:18], "case") == [one.case_id]
    assert ids(shop, one.id[:6], "case") == []


def test_what_was_said_a_moment_ago_is_found(tmp_path: Path) -> None:
    shop = open_day(tmp_path)
    trade(shop, orders=5)
    assert ids(shop, "LL00777", "order") == []
    new = order(random.Random(3), 777, NOW - timedelta(minutes=3))
    shop.loop.accept([said("new", *new, Customer(customer_id="C77", name="欧阳娜娜"))])
    assert ids(shop, "LL00777", "order") == ["LL00777"]
    assert ids(shop, "oynn", "customer") == ["C77"]
    shop.loop.accept([said("renamed", Customer(customer_id="C77", name="司马相如"))])
    assert ids(shop, "smxr", "customer") == ["C77"]
    shop.loop.accept([said("alert", alert("visits", "open", NOW))])
    assert [hit.title for hit in found(shop, "visits", "alert")] == ["visits"]
    shop.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.one_of(st.text(max_size=80), st.text("ll0123C王芳<>&\"'%_\\/*() -", max_size=30)))
def test_whatever_is_typed_it_answers_in_plain_data(shop: Shop, typed: str) -> None:
    hits = find(shop, typed)
    assert hits.query == typed
    msgspec.json.encode(hits)
    rank = [not hit.exact for hit in hits.hits]
    assert rank == sorted(rank)
    known = {*tables(), *shop.door.views}
    for hit in hits.hits:
        # A title is the row's own text, never the typed one, and spans lie inside it: a page marks them by cutting.
        assert hit.to.startswith("/")
        assert not hit.to.startswith("//")
        assert all(0 <= start < end <= len(hit.title) for start, end in hit.spans)
        assert hit.kind != "table" or hit.id in known
    assert len({(hit.kind, hit.id) for hit in hits.hits}) == len(hits.hits)


# -- pinyin -------------------------------------------------------------------------------------------------------


def test_the_initial_of_every_common_character_is_where_gb2312_has_it() -> None:
    wrong: list[str] = []
    for (letter, begin), (_, end) in itertools.pairwise(GB2312):
        for code in range(begin, end):
            if (code & 0xFF) < 0xA1 or (code & 0xFF) == 0xFF:
                continue
            try:
                character = code.to_bytes(2, "big").decode("gb2312")
            except UnicodeDecodeError:
                continue
            if letter not in {reading[0] for reading in readings(character)}:
                wrong.append(character)
    # Six characters have changed their reading since 1980 (or were read otherwise): none of our making.
    assert len(wrong) <= 6, wrong


def ends_by_expression(name: str, word: str) -> list[int]:
    """Where a match of `word` from the first character on may end, by a regular expression over all readings: every
    syllable in full or by its initial, the last one as far as it was typed."""
    full = ["|".join({part for one in readings(c) for part in (one, one[0])}) for c in name]
    last = ["|".join({one[:n] for one in readings(c) for n in range(1, len(one) + 1)}) for c in name]
    expressions = ["".join(f"(?:{one})" for one in (*full[: n - 1], last[n - 1])) for n in range(1, len(name) + 1)]
    return [n for n, expression in enumerate(expressions, 1) if re.fullmatch(expression, word)]


@given(st.lists(st.sampled_from("高跟鞋长袖衬衫保温杯重庆银行音乐单雄女王"), min_size=1, max_size=6))
@example(list("长行"))  # its initials are zh, with which its first syllable begins
@example(list("长长行"))  # two of its initials are zh, with which a syllable begins
def test_a_name_is_found_by_any_reading_of_its_first_ways_and_marked_whole(characters: list[str]) -> None:
    name = "".join(characters)
    written, *spelled = ways(name)
    assert written == folded(name)
    assert spans(name, written) == ((0, len(name)),)
    for way in spelled:
        assert ends_by_expression(name, way)[-1] == len(name)
        for typed in range(1, len(way) + 1):
            # What could end sooner ends there: of two readings the shorter piece of the name is marked.
            assert spans(name, way[:typed]) == ((0, ends_by_expression(name, way[:typed])[0]),)


def test_half_a_syllable_marks_its_character() -> None:
    assert spans("高跟鞋", "gaog") == ((0, 2),)
    assert spans("高跟鞋", "gx") == ((1, 3),)
    assert spans("高跟鞋", "zz") == ()
    assert spans("女鞋", "nv") == ((0, 1),)


# -- the pile -----------------------------------------------------------------------------------------------------

_NAMES = st.lists(st.text("ab1 ", min_size=1, max_size=6).map(folded).filter(bool), min_size=1, max_size=3)


@given(
    st.dictionaries(st.text("xyz", min_size=1, max_size=3), _NAMES, max_size=30), st.text("ab1", min_size=1, max_size=3)
)
def test_a_pile_finds_what_brute_force_finds(names: dict[str, list[str]], word: str) -> None:
    pile = Pile()
    for key, forms in names.items():
        pile.add(key, tuple(forms))
        pile.add(key, tuple(forms))
    matches = pile.find((word,), 100)
    assert {match.key for match in matches} == {k for k, forms in names.items() if any(word in form for form in forms)}
    for match in matches:
        forms = names[match.key]
        best = 0 if word in forms else 1 if any(f.startswith(word) for f in forms) else None
        assert best is None or match.rank == best
    assert [match.rank for match in matches] == sorted(match.rank for match in matches)
    assert len(pile) == len(names)
