"""The dossier of a decision: evidence as it stood then, what may be adjusted, and where its effect stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Reply
from linkloop.commerce.orders import Order
from linkloop.commerce.stock import Replenish
from linkloop.core.action import Action
from linkloop.core.decision import Decision, decide
from linkloop.core.errors import LinkloopError, NotFound, Refused
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.core.vocabulary import actions, questions
from linkloop.engine import effects
from linkloop.engine.gate import DEFAULT
from linkloop.engine.verdicts import adjusted
from linkloop.faces.desk import plain
from linkloop.faces.desk.adjusting import LABELS, adjust_fields, preview
from linkloop.faces.desk.dossier import QUESTIONS, dossier
from linkloop.faces.desk.rule_story import both, condition
from tests.engine.small_shop import decisions, late_parcel, open_small, said, settle

ZERO = Money(0, "CNY")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop, _ = open_small(tmp_path, ["lost before"])
    shop.effects.recover()
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    yield shop
    shop.close()


def held(shop: Shop, n: int = 1, yuan: int = 800) -> Decision:
    late_parcel(shop, n, yuan)
    return decisions(shop)[-1]


def test_facts_are_shown_as_they_stood_and_marked_when_they_changed(shop: Shop) -> None:
    decision = held(shop)
    [fact] = dossier(shop, decision.id).facts
    assert (fact.table, fact.key, fact.how, fact.source, fact.changed) == ("orders", "o1", "row", "town", False)
    now = msgspec.structs.replace(msgspec.convert(fact.body, Order), status="cancelled")
    shop.loop.accept([said("later", now)])
    [fact] = dossier(shop, decision.id).facts
    assert fact.changed
    assert fact.body is not None
    assert fact.body["status"] == "placed"  # the value of then


def test_the_cause_and_the_history_are_sentences(shop: Shop) -> None:
    decision = held(shop)
    shop.loop.do(lambda turn: turn.verdicts.refuse(turn.w, decision.id, "wei", "too much"))
    found = dossier(shop, decision.id)
    assert found.heard is not None
    assert found.heard.text.en == "The carrier says that parcel p1 of order o1 comes late, Nov 26, 16:00 (storm)"
    assert [(line.text.en, line.note) for line in found.history] == [
        ("Proposed, and held for a person", ""),
        ("Refused by wei", "too much"),
    ]
    assert found.outbox is not None
    assert (found.outbox.status, found.outbox.text.zh) == ("cancelled", "已取消：未发送")
    assert found.fields == []  # what is decided is not adjusted


def test_the_way_of_the_effect_is_told_up_to_its_undo(shop: Shop) -> None:
    decision = held(shop)
    shop.loop.do(lambda turn: turn.verdicts.approve(turn.w, decision.id, "wei"))
    settle(shop)
    found = dossier(shop, decision.id)
    assert found.outbox is not None
    assert (found.outbox.status, found.outbox.attempt, found.undo_kind) == ("done", 2, "CancelCompensation")
    back = shop.loop.do(lambda turn: turn.verdicts.undo(turn.w, decision.id, "li", "wrong"))
    settle(shop)
    found = dossier(shop, decision.id)
    assert (found.item.status, found.undone_by, found.undo_kind) == ("undone", back.id, "")
    assert [line.text.en for line in found.history][-1] == "Taken back by li"


def test_a_dead_effect_leads_to_its_letter(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "MAX_ATTEMPTS", 1)
    decision = held(shop)
    shop.worlds[0].moods = ["lost before"] * 9  # type: ignore[attr-defined]
    shop.loop.do(lambda turn: turn.verdicts.approve(turn.w, decision.id, "wei"))
    settle(shop)
    state = dossier(shop, decision.id).outbox
    assert state is not None
    assert (state.status, "TimeoutError" in state.problem, state.dead_letter != "") == ("dead", True, True)


def test_only_fields_that_do_not_say_which_effect_it_is_may_change(shop: Shop) -> None:
    [amount] = adjust_fields(held(shop))
    assert (amount.name, amount.kind, amount.value, amount.decimals, amount.scales) == (
        "amount", "money", {"amount": 8_000, "currency": "CNY"}, 2, True,
    )  # fmt: skip


def fields_of(action: Action) -> dict[str, str]:
    decision = decide(action, Text(en="x", zh="x"))
    return {field.name: field.kind for field in adjust_fields(decision)}


def test_each_kind_of_field_has_its_input() -> None:
    order = Replenish(product_id="p", place="w", wave="1", quantity=10, supplier_id="s", at_risk=ZERO)
    assert fields_of(order) == {"quantity": "whole", "supplier_id": "text", "expedite": "yes_no"}
    reply = Reply(conversation_id="c", in_reply_to="m", channel="web", customer_id="c1", text="hi", at_risk=ZERO)
    assert fields_of(reply) == {"channel": "text", "text": "text"}


def test_a_preview_gives_the_money_at_risk_and_the_gates_word_and_writes_nothing(shop: Shop) -> None:
    decision = held(shop)
    found = preview(shop, decision.id, {"amount": {"amount": 3_000, "currency": "CNY"}})
    assert (found.at_risk, found.verdict, found.action["amount"]["amount"]) == (Money(3_000, "CNY"), "allow", 3_000)
    assert found.title.en == "Give customer c1 ¥30.00 back for order o1 (parcel late)"
    assert decisions(shop)[-1] == decision
    for changes in ({"order_id": "o2"}, {"amount": "much"}, {"nonsense": 1}):
        with pytest.raises(LinkloopError, match=r"decision\.adjust"):
            preview(shop, decision.id, changes)


def test_an_unknown_decision_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound, match=r"decision\.unknown"):
        dossier(shop, "nobody")


def test_every_action_of_the_vocabulary_has_plain_words_of_its_own() -> None:
    ours = {name for name, kind in actions().items() if kind.__module__.startswith("linkloop.")}
    assert ours == plain.known_proposals()


def test_every_question_of_the_vocabulary_has_words() -> None:
    ours = {name for name, kind in questions().items() if kind.__module__.startswith("linkloop.")}
    assert ours <= set(QUESTIONS)


def test_every_limit_of_the_gate_has_words() -> None:
    for limit in DEFAULT.limits:
        named = plain.limit_name(limit.name)
        assert limit.name not in named.en
        assert re.search(r"[\u4e00-\u9fff]", named.zh)


def test_every_field_that_may_change_has_a_label_in_chinese() -> None:
    kinds = [kind for kind in actions().values() if kind.__module__.startswith("linkloop.")]
    changing = {
        name
        for kind in kinds
        for name in kind.__struct_fields__
        if name not in {*kind.__same__, *kind.__fixed__, "at_risk", kind.__customer__, kind.__about__}
    }
    assert changing - LABELS.keys() == set()


def test_who_wrote_a_reply_is_not_for_changing() -> None:
    reply = Reply(conversation_id="c", in_reply_to="m", channel="web", customer_id="c1", text="hi", at_risk=ZERO)
    decision = decide(reply, Text(en="x", zh="x"))
    for changes in ({"author": "person"}, {"by": "ann"}, {"wants_person": True}):
        with pytest.raises(Refused, match=r"decision\.adjust"):
            adjusted(decision, changes)


def test_an_action_of_a_third_party_gets_the_general_sentence() -> None:
    said = plain.proposal("Teleport", {"who": "c1", "to": "moon", "at_risk": {"amount": 1, "currency": "CNY"}})
    assert said == Text(en="Teleport: who c1, to moon", zh="Teleport：who c1, to moon")


@pytest.mark.parametrize(
    ("cell", "en", "zh"),
    [
        ("[3..7)", "from 3 and below 7", "不低于 3且低于 7"),
        ("(0..1]", "above 0 and up to 1", "高于 0且不超过 1"),
        (">= 3", "at least 3", "至少 3"),
        ('"angry", "anxious"', "angry or anxious", "angry 或 anxious"),
        ("$ % 2 == 0", "$ % 2 == 0", "$ % 2 == 0"),
    ],
)
def test_a_condition_is_read_out(cell: str, en: str, zh: str) -> None:
    assert condition(cell) == Text(en=en, zh=zh)


def test_a_row_of_a_table_is_described_in_both_languages() -> None:
    assert both("A day or more · 一天以上") == Text(en="A day or more", zh="一天以上")
    assert both("only English") == Text(en="only English", zh="only English")


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "virtually certain"),
        (0.9, "very likely right"),
        (0.5, "about as likely as not"),
        (0.0, "very unlikely to be right"),
    ],
)
def test_confidence_is_told_in_calibrated_words(confidence: float, words: str) -> None:
    assert plain.sureness(confidence).en == words
