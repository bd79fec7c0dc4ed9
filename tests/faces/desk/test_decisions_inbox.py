"""The inbox: what is urgent comes first, and who walks through its pages misses nothing and sees nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.app.shop import Shop
from linkloop.commerce.remedies import Compensate
from linkloop.core.decision import Decision, decide
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.faces.desk.inbox import counts, list_inbox, rank, urgency
from linkloop.faces.desk.inbox_views import InboxAsk
from linkloop.store.store import Store
from tests.engine.small_shop import NOW, late_parcel, open_small

SORTS = ("urgency", "risk", "due", "newest")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop, _ = open_small(tmp_path_factory.mktemp("inbox"))
    yield shop
    shop.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop, _ = open_small(tmp_path)
    yield shop
    shop.close()


def held(n: int, yuan: int, minutes: int | None, currency: str = "CNY") -> Decision:
    """A held decision that is due in some minutes; a later n has a later id."""
    amount = Money(yuan * 100, currency)
    action = Compensate(order_id=f"o{n}", customer_id=f"c{n}", cause="late", amount=amount, at_risk=amount)
    due = None if minutes is None else NOW + timedelta(minutes=minutes)
    one = decide(action, Text(en=f"late {n}", zh=f"迟到 {n}"), decide_by=due)
    return msgspec.structs.replace(one, id=f"d{n:06d}", at=NOW, link="helper", case_id=f"case{n}", status="held")


def write(store: Store, *decisions: Decision) -> None:
    with store.write() as w:
        for decision in decisions:
            w.decision(decision, "decided", 0, "test")


def clear(store: Store) -> None:
    with store.write() as w:
        w.connection.exec_driver_sql("DELETE FROM present WHERE kind = 'decisions'")
        w.facts.forget()  # type: ignore[union-attr]


def test_urgency_is_money_at_risk_and_a_floor_by_the_hours_left() -> None:
    assert urgency(held(1, 90, 60), NOW) == 100_00  # (¥90 + ¥10) ÷ 1 h
    assert urgency(held(2, 0, 30), NOW) == 20_00  # a reply without money that is due in half an hour
    assert urgency(held(3, 1670, None), NOW) == 10_00  # no deadline counts as a week
    assert urgency(held(4, 0, 1), NOW) == urgency(held(5, 0, -500), NOW) == 600_00  # past its time: as due in a minute
    assert urgency(held(6, 90, 600_000), NOW) == urgency(held(7, 90, None), NOW)


def test_each_order_puts_first_what_it_names(empty: Shop) -> None:
    clear(empty.store)
    write(empty.store, held(1, 500, None), held(2, 60, 10), held(3, 90, 60))
    seen = {sort: [i.id[-1] for i in list_inbox(empty, InboxAsk(sort=sort)).items] for sort in SORTS}
    assert seen == {"urgency": list("231"), "risk": list("132"), "due": list("231"), "newest": list("321")}


decision_lists = st.lists(
    st.tuples(st.integers(0, 300), st.one_of(st.none(), st.integers(-90, 20_000)), st.sampled_from(["CNY", "JPY"])),
    min_size=1,
    max_size=30,
)


@given(decision_lists, st.sampled_from(SORTS))
def test_the_order_is_total(parts: list[tuple[int, int | None, str]], sort: str) -> None:
    ranks = [rank(held(n, *part), sort, NOW) for n, part in enumerate(parts)]
    assert len(set(ranks)) == len(ranks)


@settings(max_examples=25, deadline=None)
@given(
    parts=decision_lists,
    sort=st.sampled_from(SORTS),
    size=st.integers(1, 7),
    data=st.data(),
)
def test_a_walk_sees_what_stays_once_while_others_come_and_go(
    empty: Shop, parts: list[tuple[int, int | None, str]], sort: str, size: int, data: st.DataObject
) -> None:
    clear(empty.store)
    stays = {f"d{n:06d}" for n in range(len(parts))}
    write(empty.store, *(held(n, *part) for n, part in enumerate(parts)))
    cursor, seen, coming = "", [], 1000
    while True:
        page = list_inbox(empty, InboxAsk(sort=sort, limit=size, cursor=cursor))  # type: ignore[arg-type]
        seen += [item.id for item in page.items]
        cursor = page.next
        if not cursor:
            break
        yuan, minutes, currency = data.draw(decision_lists)[0]
        coming += 1
        write(empty.store, held(coming, yuan, minutes, currency))
        gone = data.draw(st.sampled_from(sorted(stays)))
        if len(stays) > 1 and data.draw(st.booleans()):
            stays.discard(gone)
            write(empty.store, msgspec.structs.replace(held(int(gone[1:]), *parts[int(gone[1:])]), status="refused"))
        empty.clock.advance(empty.clock.now() + timedelta(minutes=7))  # type: ignore[attr-defined]
    assert len(seen) == len(set(seen))
    assert stays <= set(seen)


def test_filters_leave_what_fits(shop: Shop) -> None:
    late_parcel(shop, 1, 800, "c1")
    late_parcel(shop, 2, 900, "c2")
    late_parcel(shop, 3, 100, "c3")  # ¥10 goes out by itself

    def found(**ask: object) -> list[str]:
        return sorted(item.about for item in list_inbox(shop, InboxAsk(**ask)).items)  # type: ignore[arg-type]

    assert found() == ["o1", "o2"]
    assert found(statuses=()) == ["o1", "o2", "o3"]
    assert found(statuses=("allowed",)) == ["o3"]
    assert found(about="c2") == ["o2"]
    assert found(text="c1 ¥80") == ["o1"]  # words of the sentence that a person reads
    assert found(text="迟到") == ["o1", "o2"]
    assert found(kind="Replenish") == found(link="stock") == found(since=NOW + timedelta(seconds=1)) == []
    assert found(link="helper", kind="Compensate", until=NOW + timedelta(seconds=1)) == ["o1", "o2"]


def test_counts_tell_what_stands_how_and_what_is_held(shop: Shop) -> None:
    for n, yuan in ((1, 800), (2, 900), (3, 100)):
        late_parcel(shop, n, yuan, f"c{n}")
    told = counts(shop)
    assert told.statuses == {"held": 2, "allowed": 1}
    assert [(k.action_kind, k.link, k.held, k.at_risk) for k in told.kinds] == [
        ("Compensate", "helper", 2, [Money(17_000, "CNY")])
    ]
    assert told.at_risk == [Money(17_000, "CNY")]


def test_a_line_says_in_plain_words_what_is_proposed_and_why_it_waits(shop: Shop) -> None:
    late_parcel(shop, 1, 800)
    [item] = list_inbox(shop, InboxAsk()).items
    assert item.title == Text(
        en="Give customer c1 ¥80.00 back for order o1 (parcel late)", zh="为订单 o1 向客户 c1 补偿 ¥80.00（包裹延误）"
    )
    assert item.waits == Text(
        en="¥80.00 at risk, a person decides above ¥50.00", zh="风险 ¥80.00，超过 ¥50.00 由人决定"
    )
    assert (item.sure.en, item.undoable) == ("virtually certain", False)


def test_a_cursor_of_another_order_is_refused(shop: Shop) -> None:
    for n in range(3):
        late_parcel(shop, n, 800, f"c{n}")
    first = list_inbox(shop, InboxAsk(limit=2))
    for cursor, sort in ((first.next, "due"), ("nonsense", "urgency"), ("urgency~x~1~d", "urgency")):
        with pytest.raises(LinkloopError, match=r"cursor\.invalid"):
            list_inbox(shop, InboxAsk(sort=sort, cursor=cursor))  # type: ignore[arg-type]
