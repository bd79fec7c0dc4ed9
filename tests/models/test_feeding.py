"""A model that is fed by tables answers as of the offset at which it is asked, live, again, and in another process."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.knowledge import Article, Passages, Retrieve
from linkloop.commerce.remedies import Compensate
from linkloop.core.clock import SimClock
from linkloop.core.decision import Decision, decide
from linkloop.core.link import Context, Link
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Delivery
from linkloop.engine.asking import ask_now
from linkloop.engine.replay import reexecute
from linkloop.engine.whatif import what_if
from linkloop.links.service.knowledge.retrieve import RetrieveModel
from linkloop.store.codec import decode
from linkloop.store.schema import state
from tests.recorder import Recorder

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def reader() -> Link:
    """Decides, for every message, what the best article says; fails on one that says so."""
    link = Link("reader", title=("Reader", "读者"), decides=(Compensate,), asks=(Retrieve,), models=(RetrieveModel,))

    @link.hears(MessageReceived)
    def on_message(ctx: Context, event: MessageReceived) -> Iterator[Table]:
        found: Passages = ctx.ask(Retrieve(text=event.text, at=ctx.now())).value
        said = " | ".join(f"{p.article_id} {p.score} {p.text}" for p in found.passages)
        nothing = Money(0, "CNY")
        yield decide(
            Compensate(order_id=event.message_id, customer_id="c", cause="late", amount=nothing, at_risk=nothing),
            Text(en=said, zh=said),
        )

    return link


def opened(folder) -> Shop:
    recorder = Recorder(folder / "effects.txt", frozenset({"Compensate", "CancelCompensation"}), None)
    shop = Shop(Settings(folder=str(folder)), links=[reader()], worlds=[recorder])
    shop.loop.verdicts.clock = SimClock(NOW)
    return shop


@pytest.fixture
def shop(tmp_path):
    shop = opened(tmp_path)
    yield shop
    shop.close()


def article(key: str, title: str, body: str, **more: Any) -> Article:
    return Article(article_id=key, title=title, body=body, **more)


def asks(n: int, text: str, *before: Table) -> Delivery:
    at = NOW + timedelta(seconds=n)
    message = MessageReceived(at=at, message_id=f"m{n}", conversation_id=f"v{n}", channel="web", text=text)
    return Delivery(source="t", external_id=f"m{n}", said=(*before, message))


def says(key: str, *rows: Table) -> Delivery:
    return Delivery(source="t", external_id=key, said=rows)


def decisions(shop: Shop) -> dict[str, Decision]:
    with shop.store.read() as connection:
        rows = connection.execute(state.select().where(state.c.kind == "decisions")).all()
    found = [cast(Decision, decode(Decision, row.body)) for row in rows]
    return {d.action["order_id"]: d for d in found}


def reason(shop: Shop, message: str) -> str:
    return decisions(shop)[message].reason.en


RETURNS = article("a1", "Returns", "You may return goods within 7 days.")
LATER = article("a1", "Returns", "You may return goods within 15 days.")


def test_an_answer_rests_on_what_was_committed_and_on_what_the_same_turn_wrote(shop):
    shop.loop.accept([asks(1, "return goods"), asks(2, "return goods", RETURNS)])
    shop.loop.accept([asks(3, "return goods")])
    assert reason(shop, "m1") == ""
    assert "7 days" in reason(shop, "m2")
    assert reason(shop, "m3") == reason(shop, "m2")


def test_a_decision_executes_again_to_the_same_bytes_after_its_article_changed(shop):
    shop.loop.accept([asks(1, "return goods", RETURNS), asks(2, "return goods", LATER), asks(3, "return goods")])
    shop.loop.accept([says("w", article("a1", "Returns", "", withdrawn=True)), asks(4, "return goods")])
    shop.loop.accept([says("more", *(article(f"x{n}", "Return of goods", f"goods {n}") for n in range(20)))])
    assert ["7 days" in reason(shop, "m1"), "15 days" in reason(shop, "m2"), reason(shop, "m4")] == [True, True, ""]
    for decision in decisions(shop).values():
        again = reexecute(shop.machine(), decision.id)
        assert again.same, again.different


def test_another_process_and_a_restart_answer_the_same_bytes(shop, tmp_path):
    shop.loop.accept([asks(1, "return goods", RETURNS), asks(2, "return goods", LATER)])
    shop.loop.accept([says("b", article("a2", "Refunds", "We refund returned goods within 3 days."))])
    other = opened(tmp_path)  # as a console that reads beside the engine, or the engine after a restart
    for decision in decisions(shop).values():
        assert reexecute(other.machine(), decision.id).same
    question = Retrieve(text="refund of returned goods", at=NOW)
    assert ask_now(other.store, other.matrix, question).value == ask_now(shop.store, shop.matrix, question).value
    shop.loop.accept([says("c", article("a3", "Refund of returned goods", "Refund of returned goods: at once."))])
    found = ask_now(other.store, other.matrix, question).value
    assert [p.article_id for p in found.passages] == ["a3", "a2", "a1"]
    assert found == ask_now(shop.store, shop.matrix, question).value
    other.close()


def test_what_another_process_writes_is_known_at_the_next_turn(shop, tmp_path):
    shop.loop.accept([asks(1, "return goods")])
    other = opened(tmp_path)
    other.loop.accept([says("o", RETURNS)])
    shop.loop.accept([says("p", article("a9", "Unrelated", "words")), asks(2, "return goods")])
    other.close()
    assert "7 days" in reason(shop, "m2")
    assert reexecute(shop.machine(), decisions(shop)["m2"].id).same


def test_a_turn_that_fails_feeds_nothing(shop, monkeypatch):
    shop.loop.accept([asks(1, "return goods", RETURNS)])
    monkeypatch.setattr(type(shop.loop.store._statements.log), "many", _broken)
    with pytest.raises(OSError, match="disk"):
        shop.loop.accept([asks(2, "return goods", LATER), says("n", article("a5", "Goods", "return goods"))])
    monkeypatch.undo()
    shop.loop.accept([asks(3, "return goods"), asks(4, "return goods", article("a6", "Other", "return goods later"))])
    assert reason(shop, "m3") == reason(shop, "m1")
    assert "a5" not in reason(shop, "m4")
    fresh = ask_now(shop.store, shop.matrix, Retrieve(text="return goods", at=NOW)).value
    assert [p.article_id for p in fresh.passages] == ["a1", "a6"]
    assert all(reexecute(shop.machine(), d.id).same for d in decisions(shop).values())


def _broken(*_: object) -> None:
    raise OSError("disk")


def test_a_past_period_is_heard_again_unchanged(shop):
    shop.loop.accept([asks(1, "return goods", RETURNS)])
    shop.loop.accept([asks(2, "return goods", LATER), asks(3, "return goods")])
    report = what_if(shop.machine(), None, None)
    assert (report.before[0].decisions, report.changed) == (3, 0)


def test_rows_that_came_in_bulk_are_fed_too(shop):
    import polars as pl

    from linkloop.store.bulk import load

    shop.loop.accept([asks(1, "return goods")])
    rows = pl.DataFrame(
        {"article_id": ["a1"], "kind": ["help"], "title": ["Returns"], "body": ["return goods: 7 days"]}
    )
    load(shop.store.engine, shop.lake, "files:x", "1", {Article: rows})
    shop.loop.accept([asks(2, "return goods")])
    assert "7 days" in reason(shop, "m2")
    assert all(reexecute(shop.machine(), d.id).same for d in decisions(shop).values() if "7" in d.reason.en)
