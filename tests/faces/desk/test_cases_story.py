"""A case as a story: every event in words, facts beside their events, people's words, effects and what came of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from linkloop import commerce
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.remedies import CustomerStayed
from linkloop.core.errors import NotFound
from linkloop.core.money import Money
from linkloop.core.vocabulary import events, tables
from linkloop.faces.desk.case_lines import list_case_lines, related_cases
from linkloop.faces.desk.plain import known_proposals
from linkloop.faces.desk.story import story
from linkloop.faces.desk.telling import ACTIONS, Teller, event_text, known_events
from linkloop.faces.desk.telling_rows import row_text
from tests.engine.small_shop import NOW, decisions, delayed, late_parcel, minute, open_small, order, said, settle


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop, _ = open_small(tmp_path)
    shop.effects.recover()
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    yield shop
    shop.close()


def test_every_event_of_the_vocabulary_has_words_of_its_own() -> None:
    for module in pkgutil.iter_modules(commerce.__path__, "linkloop.commerce."):
        importlib.import_module(module.name)
    ours = {name for name, kind in events().items() if kind.__module__.startswith("linkloop.")}
    assert ours == known_events()
    assert known_proposals() == ACTIONS.keys()


def test_every_table_and_event_is_told_in_both_languages_even_when_it_is_empty() -> None:
    teller = Teller(ZoneInfo("Asia/Shanghai"))
    for name in tables():
        for text in (event_text(name, {}, teller), row_text(name, {}, teller)):
            assert text.en
            assert text.zh


def test_from_cause_to_outcome(shop: Shop) -> None:
    late_parcel(shop, 1, 800)
    [decision] = decisions(shop)
    shop.clock.advance(NOW + timedelta(minutes=20))  # type: ignore[attr-defined]
    shop.loop.do(lambda turn: turn.verdicts.approve(turn.w, decision.id, "wei", "she waited long"))
    settle(shop)
    found = story(shop, decision.case_id)
    assert [(step.kind, step.lane, step.tone) for step in found.steps] == [
        ("fact", "town", "plain"),
        ("event", "town", "plain"),
        ("fact", "link:helper", "plain"),
        ("decided", "link:helper", "wait"),
        ("person", "person:wei", "good"),
        ("settled", "loop", "good"),
    ]
    assert [step.text.en for step in found.steps if step.kind != "fact"] == [
        "The carrier says that parcel p1 of order o1 comes late, Nov 26, 16:00 (storm)",
        "Give customer c1 ¥80.00 back for order o1 (parcel late). Proposed, and held for a person",
        "Approved by wei: Give customer c1 ¥80.00 back for order o1 (parcel late)",
        f"The world did it: Compensation, reference {decisions(shop)[0].reference}",
    ]
    assert found.steps[4].note == "she waited long"
    assert found.steps[0].text.zh == "订单 o1 已下单，¥800.00"
    [span] = found.spans
    assert (span.heard, span.decided, span.released) == (NOW, NOW, NOW + timedelta(minutes=20))
    assert (span.settled, span.status, span.by) == (NOW + timedelta(minutes=20), "done", "wei")
    assert found.about == {"customer_id": ["c1"], "order_id": ["o1"], "parcel_id": ["p1"]}
    assert (found.at_risk, found.next) == ([Money(8_000, "CNY")], 0)


def test_facts_of_another_story_do_not_come_in(shop: Shop) -> None:
    shop.loop.accept(
        [
            said("a", order(1, 800), delayed(1)),
            said("noise", order(9, 10)),
            said("b", order(2, 900, "c2"), delayed(2, "c2")),
            said("tick", minute(1)),
        ]
    )
    first, second = decisions(shop)
    facts = [step.text.en for step in story(shop, first.case_id).steps if step.kind == "fact"]
    assert facts == ["Order o1 is placed, ¥800.00", "Order o1: remedy 10% was chosen"]
    facts = [step.text.en for step in story(shop, second.case_id).steps if step.kind == "fact"]
    assert facts == ["Order o2 is placed, ¥900.00", "Order o2: remedy 10% was chosen"]


def test_an_effect_without_an_answer_stands_at_the_end(tmp_path: Path) -> None:
    shop, _ = open_small(tmp_path)  # no world takes anything: nobody sends
    late_parcel(shop, 1, 300)
    [decision] = decisions(shop)
    last = story(shop, decision.case_id).steps[-1]
    assert (last.kind, last.word, last.tone, last.text.zh) == ("sent", "waiting", "wait", "补偿：等待发送")
    shop.close()


def test_a_case_of_a_thousand_entries_comes_in_pages_without_a_gap(shop: Shop) -> None:
    late_parcel(shop, 1, 800)
    [decision] = decisions(shop)
    case = decision.case_id
    words = [
        MessageReceived(
            at=NOW + timedelta(minutes=n), message_id=f"m{n}", conversation_id="t", channel="web", text=f"word {n}",
            customer_id="c1", case_id=case,
        )
        for n in range(1000)
    ]  # fmt: skip
    shop.loop.accept([said(f"m{n}", word) for n, word in enumerate(words)])
    shop.loop.do(lambda turn: turn.verdicts.refuse(turn.w, decision.id, "wei", "no"))
    told, after, pages = [], 0, 0
    while True:
        page = story(shop, case, after, 300)
        told += page.steps
        pages += 1
        after = page.next
        if not after:
            break
    offsets = [step.offset for step in told if step.offset]
    assert (pages, page.entries) == (4, 1003)
    assert offsets == sorted(set(offsets))
    assert sum(step.kind == "event" for step in told) == 1001
    assert [(s.kind, s.note) for s in told if s.decision_id] == [("decided", ""), ("person", "no")]
    assert offsets == [step.offset for step in story(shop, case, 0, 5000).steps if step.offset]


def test_what_was_learned_is_told(shop: Shop) -> None:
    late_parcel(shop, 1, 800)
    case = decisions(shop)[0].case_id
    stayed = CustomerStayed(at=NOW, customer_id="c1", order_id="o1", stayed=True, case_id=case)
    shop.loop.accept([said("stayed", stayed)])
    last = story(shop, case).steps[-1]
    assert last.text.zh == "客户 c1 在订单 o1 后再次购买：留住了"


def test_an_unknown_case_is_not_found(shop: Shop) -> None:
    for case in ("nobody", ""):
        with pytest.raises(NotFound, match=r"case\.unknown"):
            story(shop, case)


def test_cases_come_latest_decision_first_each_once_over_all_pages(shop: Shop) -> None:
    for n in range(7):
        late_parcel(shop, n, 800 if n % 2 else 300, f"c{n}")
    whole = [line.case_id for line in list_case_lines(shop).items]
    paged, cursor = [], ""
    while True:
        page = list_case_lines(shop, limit=3, cursor=cursor)
        paged += [line.case_id for line in page.items]
        cursor = page.next
        if not cursor:
            break
    assert paged == whole
    newest = {d.case_id: d.id for d in decisions(shop)}
    assert whole == sorted(newest, key=newest.__getitem__, reverse=True)
    assert {line.statuses["held"] for line in list_case_lines(shop, status="held").items} == {1}
    assert len(list_case_lines(shop, status="held").items) == 3
    assert [line.title.en for line in list_case_lines(shop, text="parcel p4").items] == [
        "The carrier says that parcel p4 of order o4 comes late, Nov 26, 16:00 (storm)"
    ]
    assert list_case_lines(shop, link="stock").items == []


def test_related_cases_name_what_they_share(shop: Shop) -> None:
    for n, customer in ((1, "c1"), (2, "c1"), (3, "c3")):
        late_parcel(shop, n, 800, customer)
    first, second, _ = decisions(shop)
    [other] = related_cases(shop, story(shop, first.case_id).about, first.case_id)
    assert (other.case_id, other.shares, other.value, other.kinds) == (
        second.case_id, "customer_id", "c1", ["Compensate"],
    )  # fmt: skip
    assert related_cases(shop, {}, first.case_id) == []
