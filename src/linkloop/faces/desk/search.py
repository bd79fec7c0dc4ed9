"""Search: anything in the shop by id, name, pinyin or initials, with where it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urlencode

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.faces.desk.search_index import index, warm
from linkloop.faces.desk.search_pile import Match
from linkloop.faces.desk.search_pinyin import Spans, folded, spans
from linkloop.faces.desk.search_talks import talks
from linkloop.faces.desk.search_words import worded
from linkloop.faces.desk.things_rows import Rows
from linkloop.faces.desk.today_night import alerts, held
from linkloop.store.schema import log, state

Kind = Literal[
    "order", "parcel", "customer", "conversation", "product", "case", "decision", "alert", "supplier", "place", "table",
    "column", "rules", "rule", "model",
]  # fmt: skip
LONGEST = 200  # characters of a query that are looked at
_TABLES: dict[str, Kind] = {
    "orders": "order",
    "parcels": "parcel",
    "customers": "customer",
    "products": "product",
    "suppliers": "supplier",
    "places": "place",
}
_ORDER: tuple[Kind, ...] = (
    "decision", "order", "parcel", "customer", "conversation", "product", "case", "alert", "rules", "rule", "table",
    "column", "model", "supplier", "place",
)  # fmt: skip


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was found: its title as data, where it is shown, and a few facts to tell it from others.

    `spans` are the characters of the title that match; `exact`: the query is its id. `note` is for kinds that have a
    sentence (a reason, an alert, what a table is).
    """

    kind: Kind
    id: str
    title: str
    to: str
    exact: bool = False
    spans: Spans = ()
    name: str = ""
    status: str = ""
    money: Money | None = None
    at: datetime | None = None
    note: Text | None = None


class Hits(msgspec.Struct, frozen=True):
    """What was found, exact ids first, then kind by kind, the best of each first."""

    query: str
    hits: list[Hit]


class _Facts(msgspec.Struct):
    """The fields of the six tables that a hit shows."""

    title: str = ""
    name: str = ""
    status: str = ""
    customer_id: str = ""
    carrier: str = ""
    city: str = ""
    category: str = ""
    total: Money | None = None
    price: Money | None = None
    placed_at: datetime | None = None
    promised_at: datetime | None = None


_facts = msgspec.json.Decoder(_Facts).decode


def find(shop: Shop, query: str, most: int = 6) -> Hits:
    """What the typed text may mean, at most `most` of a kind; nothing typed: what waits and what is wrong now."""
    typed = folded(query[:LONGEST])
    words = tuple(typed.split())
    with shop.store.read() as connection:
        if not words:
            warm(shop)
            waiting = _waiting(connection, (), "", most)
            return Hits(query, [*waiting, *_alerts(connection, (), "", most)])
        raw = query.strip()[:LONGEST]
        rows = list(_rows(shop, connection, words, typed, raw, most))
        hits = [
            *rows,
            *_talks(shop, connection, rows, words, typed, raw, most),
            *_waiting(connection, words, typed, most),
            *_by_id(connection, typed, most),
            *_alerts(connection, words, typed, most),
            *_worded(shop, words, typed, most),
        ]
    unique = {(hit.kind, hit.id): hit for hit in reversed(hits)}
    kept = [hit for hit in hits if unique[hit.kind, hit.id] is hit]
    return Hits(query, sorted(kept, key=lambda hit: (not hit.exact, _ORDER.index(hit.kind))))


def _rows(
    shop: Shop, connection: sa.Connection, words: tuple[str, ...], typed: str, raw: str, most: int
) -> Iterator[Hit]:
    piles = index(shop).piles
    for table, kind in _TABLES.items():
        ids = _beginning(connection, table, raw, most)
        matches = [*(Match(0 if folded(key) == typed else 1, key) for key in ids), *piles[table].find(words, most)]
        matches.sort(key=lambda match: (folded(match.key) != typed, match.rank))
        keys = list(dict.fromkeys(match.key for match in matches))[:most]
        found = connection.execute(
            sa.select(state.c.key, state.c.body).where(state.c.kind == table, state.c.key.in_(keys))
        )
        facts = {row.key: _facts(row.body) for row in found}
        yield from (_row(kind, key, facts[key], typed) for key in keys if key in facts)


def _talks(
    shop: Shop, connection: sa.Connection, rows: list[Hit], words: tuple[str, ...], typed: str, raw: str, most: int
) -> list[Hit]:
    """Conversations by their id, and those of the customers, senders and orders that were found."""
    customers, orders = ([hit.id for hit in rows if hit.kind == kind] for kind in ("customer", "order"))
    senders = [match.key for match in index(shop).piles["contacts"].find(words, most)]
    begun = _beginning(connection, "conversations", raw, most)
    return [
        Hit(
            kind="conversation", id=one.row.conversation_id, title=one.name, to=one.to,
            exact=folded(one.row.conversation_id) == typed, spans=spans(one.name, typed), name=one.row.channel,
            status=one.row.status, money=one.row.order_value, at=one.row.last_customer_at or one.row.opened_at,
        )
        for one in talks(Rows(shop, connection), begun, customers, senders, orders, most)
    ]  # fmt: skip


def _beginning(connection: sa.Connection, table: str, raw: str, most: int) -> list[str]:
    """Keys that begin with what was typed, in its own letters and in capitals: found even when no index knows them."""
    found: list[str] = []
    for start in dict.fromkeys((raw, raw.upper())):
        query = sa.select(state.c.key).where(
            state.c.kind == table, state.c.key >= start, state.c.key < start + "\U0010ffff"
        )
        found += connection.execute(query.order_by(state.c.key).limit(most)).scalars()
    return found


def _row(kind: Kind, key: str, facts: _Facts, typed: str) -> Hit:
    named = kind in ("customer", "product", "supplier", "place")
    title = (facts.title or facts.name or key) if named else key
    return Hit(
        kind=kind,
        id=key,
        title=title,
        to=_rows_of(kind, key) if kind in ("supplier", "place") else f"/{kind}/{quote(key, safe='')}",
        exact=folded(key) == typed,
        spans=spans(title, typed),
        name=facts.city if kind == "customer" else facts.carrier if kind == "parcel" else facts.category,
        status=facts.status,
        money=facts.total or facts.price,
        at=facts.placed_at or facts.promised_at,
    )


def _rows_of(kind: Kind, key: str) -> str:
    """Where the row of a thing without a page of its own is shown: its table, filtered."""
    column = "supplier_id" if kind == "supplier" else "place"
    asked = msgspec.json.encode([{"column": column, "op": "is", "values": [key]}]).decode()
    return f"/data/table/{kind}s?{urlencode({'filters': asked})}"


def _waiting(connection: sa.Connection, words: tuple[str, ...], typed: str, most: int) -> list[Hit]:
    """Decisions that wait for a person, most money first, whose words hold what was typed."""
    found: list[tuple[int, Hit]] = []
    for one in held(connection):
        told = folded(f"{one.id} {one.action_kind} {one.about} {one.case_id} {one.reason.en} {one.reason.zh}")
        if all(word in told for word in words):
            hit = Hit(
                kind="decision", id=one.id, title=one.action_kind, to=f"/decisions?id={one.id}",
                exact=typed == one.id, name=one.about, status=one.status, money=one.at_risk, at=one.decide_by,
                note=one.reason,
            )  # fmt: skip
            found.append((-one.at_risk.amount, hit))
    return [hit for _, hit in sorted(found, key=lambda pair: pair[0])[:most]]


class _Decided(msgspec.Struct):
    action_kind: str
    at_risk: Money
    status: str
    reason: Text
    about: str = ""
    at: datetime | None = None


def _by_id(connection: sa.Connection, typed: str, most: int) -> Iterator[Hit]:
    """Decisions and cases by the beginning of their id, from eight characters on: ids begin with a time."""
    if len(typed) < 8 or set(typed) - set("0123456789abcdef-"):
        return
    query = sa.select(state.c.key, state.c.body).where(
        state.c.kind == "decisions", state.c.key >= typed, state.c.key < typed + "~"
    )
    for key, body in connection.execute(query.limit(most)):
        one = msgspec.json.decode(body, type=_Decided)
        yield Hit(
            kind="decision", id=key, title=one.action_kind, to=f"/decisions?id={key}", exact=key == typed,
            name=one.about, status=one.status, money=one.at_risk, at=one.at, note=one.reason,
        )  # fmt: skip
    cases = (
        sa.select(log.c.case_id, sa.func.min(log.c.at).label("at"))
        .where(log.c.case_id != "", log.c.case_id >= typed, log.c.case_id < typed + "~")
        .group_by(log.c.case_id)
        .order_by(log.c.case_id)
    )
    for row in connection.execute(cases.limit(most)):
        yield Hit(
            kind="case", id=row.case_id, title=row.case_id, to=f"/case/{row.case_id}", exact=row.case_id == typed,
            spans=spans(row.case_id, typed), at=from_micros(row.at),
        )  # fmt: skip


def _alerts(connection: sa.Connection, words: tuple[str, ...], typed: str, most: int) -> list[Hit]:
    """Alerts, open ones first and the latest first; without words only those that are open."""
    marks = sorted(alerts(connection), key=lambda mark: (mark.status == "open", mark.opened_at), reverse=True)
    return [
        Hit(
            kind="alert", id=mark.alert_id, title=mark.metric, to=f"/case/{mark.case_id}" if mark.case_id else "/",
            exact=folded(mark.alert_id) == typed, spans=spans(mark.metric, typed), status=mark.status,
            at=mark.opened_at, note=mark.text,
        )
        for mark in marks
        if (words or mark.status == "open")
        and all(word in folded(f"{mark.alert_id} {mark.text.en} {mark.text.zh}") for word in words)
    ][:most]  # fmt: skip


def _worded(shop: Shop, words: tuple[str, ...], typed: str, most: int) -> Iterable[Hit]:
    """Tables, columns, rules and models by their words."""
    found: dict[str, list[tuple[int, Hit]]] = {}
    for one in worded(shop):
        if not all(any(word in form for form in one.forms) for word in words):
            continue
        name = folded(one.title)
        rank = 0 if name == typed else 1 if name.startswith(typed) else 2 if typed in name else 3
        hit = Hit(
            kind=one.kind, id=one.id, title=one.title, to=one.to, exact=rank == 0 and one.kind != "column",
            spans=spans(one.title, typed), name=one.name, note=one.note,
        )  # fmt: skip
        found.setdefault(one.kind, []).append((rank, hit))
    for ranked in found.values():
        yield from (hit for _, hit in sorted(ranked, key=lambda pair: pair[0])[:most])
