"""The SDK's contract: a shop in a folder and a shop on a server are the same object."""

from __future__ import annotations

import inspect
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import msgspec
import pytest

import linkloop as ll
from linkloop.app.shop import Shop
from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.money import Money
from linkloop.core.world import Accepted
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.replaying import ReplayRequest
from linkloop.faces.remote import Remote
from tests.engine.small_shop import delayed, late_parcel, open_small, said
from tests.faces.risk_rows import DAY, risk_rows

Either = Desk | Remote
MESSAGE = {
    "kind": "message_received",
    "at": "2026-11-24T08:00:00Z",
    "message_id": "m1",
    "conversation_id": "c1",
    "channel": "web",
    "text": "在吗",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CSV = "订单号,下单时间,客户号,金额\nA1,2026-01-02 10:00,c1,12.50\nA2,不是日期,c2,3\n"


class Pair:
    """One running shop, seen from inside and over HTTP."""

    def __init__(self, shop: Shop, url: str) -> None:
        self.shop = shop
        self.desk = Desk(shop)
        remote = ll.open(url)
        assert isinstance(remote, Remote)
        self.remote = remote


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    shop, _ = open_small(tmp_path)
    shop.start()
    try:
        with serving(Desk(shop)) as url:
            pair = Pair(shop, url)
            yield pair
            pair.remote.close()
    finally:
        shop.stop()


@pytest.fixture(params=["embedded", "remote"])
def either(request: pytest.FixtureRequest, pair: Pair) -> Either:
    return pair.desk if request.param == "embedded" else pair.remote


def test_both_have_the_same_methods_with_the_same_parameters() -> None:
    def public(kind: type) -> dict[str, Any]:
        return {name: shape(method) for name, method in inspect.getmembers(kind, inspect.isfunction) if name[0] != "_"}

    def shape(method: Callable[..., Any]) -> Any:
        taken = inspect.signature(method).parameters.values()
        return [(p.name, p.kind, callable(p.default) or p.default) for p in taken], get_type_hints(method)

    assert public(Remote) == public(Desk)


def test_every_reading_method_gives_the_same(pair: Pair) -> None:
    late_parcel(pair.shop, 1, 800)
    pair.shop.loop.accept([said("poison", delayed("none"))])
    pair.desk.say("erp", "risk", risk_rows())
    [held] = pair.desk.decisions("held").items
    asked: list[tuple[str, Callable[[Either], Any]]] = [
        ("tables", lambda s: s.tables()),
        ("rows", lambda s: s.rows("orders", limit=1)),
        ("rows of events", lambda s: s.rows("parcel_delayed", limit=1)),
        ("next page", lambda s: s.rows("parcel_delayed", limit=1, cursor=s.rows("parcel_delayed", limit=1).next)),
        ("row", lambda s: s.row("orders", "o1")),
        ("log", lambda s: s.log()),
        ("log filtered", lambda s: s.log(after=1, limit=2, kinds=("decisions", "orders"))),
        ("log of a case", lambda s: s.log(case_id=held.case_id)),
        ("cases", lambda s: s.cases()),
        ("case", lambda s: s.case(held.case_id)),
        ("schema", lambda s: s.schema()),
        ("map", lambda s: s.map()),
        ("verify", lambda s: s.verify()),
        ("decisions", lambda s: s.decisions()),
        ("decisions held", lambda s: s.decisions("held", 1)),
        ("decision", lambda s: s.decision(held.id)),
        ("why", lambda s: s.why(held.id)),
        ("effects", lambda s: s.effects()),
        ("dead letters", lambda s: s.dead_letters()),
        ("risks", lambda s: msgspec.structs.replace(s.risks(DAY), at=EPOCH)),
        ("risks of a region", lambda s: msgspec.structs.replace(
            s.risks(DAY, "华东", "紧急补货", "cost", limit=1), at=EPOCH)),
        ("questions", lambda s: s.questions()),
        ("models", lambda s: s.models()),
        ("replay", lambda s: s.replay(ReplayRequest())),
        ("reexecute", lambda s: s.reexecute(held.id)),
        ("wait_beyond", lambda s: s.wait_beyond(0, 5.0)),
        ("status", lambda s: msgspec.structs.replace(s.status(), commits=0)),
        ("doctor", lambda s: [finding.name for finding in s.doctor()]),
        ("sql", lambda s: msgspec.structs.replace(
            s.sql("SELECT * FROM orders WHERE order_id = $id", {"id": "o1"}), elapsed_ms=0.0)),
    ]  # fmt: skip
    for name, ask in asked:
        assert ask(pair.remote) == ask(pair.desk), name


def test_every_refusal_is_the_same_error(pair: Pair) -> None:
    late_parcel(pair.shop, 1, 10)
    [settled] = pair.desk.decisions().items
    pair.desk.say("erp", "e1", [MESSAGE])
    asked: list[tuple[type[LinkloopError], str, Callable[[Either], Any]]] = [
        (NotFound, "table.unknown", lambda s: s.rows("nothing")),
        (NotFound, "row.unknown", lambda s: s.row("orders", "nobody|%/?#")),
        (NotFound, "decision.unknown", lambda s: s.decision("nobody")),
        (NotFound, "decision.unknown", lambda s: s.approve("nobody", "wei")),
        (Conflict, "decision.not_held", lambda s: s.refuse(settled.id, "wei", "no")),
        (NotFound, "case.unknown", lambda s: s.case("nobody")),
        (NotFound, "letter.unknown", lambda s: s.retry("nobody", "wei")),
        (NotFound, "letter.unknown", lambda s: s.drop("nobody", "wei")),
        (NotFound, "question.unknown", lambda s: s.ask("Nothing", {})),
        (LinkloopError, "input.invalid", lambda s: s.ask("Understand", {"text": 7})),
        (LinkloopError, "input.invalid", lambda s: s.say("erp", "e2", [{**MESSAGE, "at": "yesterday"}])),
        (Refused, "say.ours", lambda s: s.say("erp", "e3", [{"kind": "spends", "scope": "x"}])),
        (Conflict, "say.other_body", lambda s: s.say("erp", "e1", [{**MESSAGE, "text": "other"}])),
        (NotFound, "town.none", lambda s: s.town()),
        (NotFound, "town.none", lambda s: s.town_do("pause")),
        (LinkloopError, "cursor.invalid", lambda s: s.cases(cursor="x")),
    ]
    for kind, code, ask in asked:
        with pytest.raises(LinkloopError) as here:
            ask(pair.desk)
        with pytest.raises(LinkloopError) as there:
            ask(pair.remote)
        for error in (here.value, there.value):
            assert (type(error), error.code) == (kind, code)
        assert (there.value.text, there.value.todo, there.value.where) == (
            here.value.text, here.value.todo, here.value.where,
        )  # fmt: skip


def test_saying_is_taken_in_once(either: Either) -> None:
    assert either.say("erp", "单-1", [MESSAGE]) == Accepted(first=1, last=1)
    assert either.say("erp", "单-1", [MESSAGE]) == Accepted(first=1, last=1, repeated=True)
    [entry] = either.log()
    assert (entry.kind, entry.source, entry.body["text"]) == ("message_received", "erp", "在吗")


def test_a_person_approves_adjusts_refuses_and_undoes(either: Either, pair: Pair) -> None:
    for n in range(3):
        late_parcel(pair.shop, n, 800, customer=f"c{n}")
    third, second, first = either.decisions("held").items
    assert either.approve(first.id, "wei", "ok").status == "allowed"
    smaller = either.approve(second.id, "wei", changes={"amount": {"amount": 4000, "currency": "CNY"}})
    assert (smaller.at_risk, smaller.by) == (Money(4000, "CNY"), "wei")
    assert either.refuse(third.id, "wei", "no").status == "refused"
    settle(either, first.id, "done")
    assert either.undo(first.id, "wei", "wrong").undoes == first.id
    settle(either, first.id, "undone")


def settle(either: Either, decision_id: str, status: str) -> None:
    until = time.monotonic() + 20
    while (now := either.decision(decision_id).status) != status and time.monotonic() < until:
        time.sleep(0.02)
    assert now == status


def test_dead_letters_are_retried_and_dropped(either: Either, pair: Pair) -> None:
    pair.shop.loop.accept([said("poison", delayed("none"))])
    [letter] = either.dead_letters()
    assert either.retry(letter.id, "wei") is None
    [again] = either.dead_letters()
    assert again == letter  # the poison is still poison
    assert either.drop(again.id, "wei") is None
    assert either.dead_letters() == []


def test_files_are_imported(either: Either, tmp_path: Path) -> None:
    path = tmp_path / "订单.csv"
    path.write_bytes(CSV.encode("gbk"))
    [report] = either.import_paths([path], currency="CNY")
    assert (report.rows_in, report.rows_kept + report.rows_quarantined) == (2, 2)


def test_a_guess_is_shown_and_given_back_as_the_mapping(either: Either, tmp_path: Path) -> None:
    path = tmp_path / "订单.csv"
    path.write_bytes(CSV.encode())
    [shown] = either.import_paths([path], currency="CNY", dry_run=True)
    assert (shown.files[0].dry_run, either.rows("orders").items) == (True, [])
    [first] = either.import_paths([path], currency="CNY")
    [again] = either.import_paths([path], mapping=first.files[0].mapping)
    assert (again.files[0].mapping, again.rows_in) == (first.files[0].mapping, 2)


def test_a_server_that_is_not_there_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(LinkloopError) as error:
        ll.open("http://127.0.0.1:1").status()
    assert (error.value.code, error.value.where) == ("remote.unreachable", "http://127.0.0.1:1")
    assert "linkloop up" in error.value.todo.en


def test_a_lost_answer_is_asked_for_again_under_the_same_key(pair: Pair) -> None:
    late_parcel(pair.shop, 1, 800)
    [held] = pair.desk.decisions("held").items
    keys: list[str] = []

    class Losing(httpx.HTTPTransport):
        """Delivers every request, and loses the first answer."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            keys.append(request.headers["idempotency-key"])
            if len(keys) == 1:
                response.close()
                raise httpx.ReadError("lost", request=request)
            return response

    remote = Remote(pair.remote.url, transport=Losing())
    assert remote.approve(held.id, "wei").by == "wei"
    assert (len(keys), len(set(keys))) == (2, 1)
    assert [h.entry for h in pair.desk.why(held.id).history].count("approved") == 1
    remote.close()


def test_a_token_opens_a_guarded_server(tmp_path: Path) -> None:
    shop, _ = open_small(tmp_path)
    with serving(Desk(shop), token="s3cret") as url:
        with pytest.raises(LinkloopError, match=r"api\.token"):
            ll.open(url, token="wrong").status()
        assert ll.open(url, token="s3cret").status().running is False
    shop.close()


def test_a_folder_is_opened_without_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKLOOP_TOWN_ENABLED", "false")
    shop = ll.open(tmp_path / "shop")
    assert isinstance(shop, Desk)
    assert shop.say("erp", "1", [MESSAGE]) == Accepted(first=1, last=1)
    assert [entry.kind for entry in shop.log(limit=1)] == ["message_received"]
    assert shop.status().running is False
    shop.close()


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ("httpx", "litestar", "duckdb", "sqlalchemy", "numpy", "polars", "pyarrow", "msgspec")
    code = f"import linkloop, sys; print(sorted(set(sys.modules) & set({heavy})), linkloop.__all__)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out == "[] ['open']\n"
