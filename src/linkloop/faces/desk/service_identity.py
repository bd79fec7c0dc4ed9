"""Identity: senders whom no key proves are compared with the customers, offline, and what is probable is suggested."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.contacts import Contact, ContactConversation, ContactLink, CustomerKey, MergeSuggestion
from linkloop.commerce.conversations import Message
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.core.clock import micros
from linkloop.core.table import Table, join_key, table_name
from linkloop.engine.turn import Turn
from linkloop.faces.desk.identity_scoring import Person, Scored, plain, score
from linkloop.store.audit import Entry
from linkloop.store.schema import state

T = TypeVar("T", bound=Table)
MOST_EACH = 3  # a person reads no more candidates for one sender
MOST_SENDERS = 20_000  # in one run, newest first
_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9-]*\d{3})[A-Za-z0-9-]{5,40}(?![A-Za-z0-9])")


class IdentityReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a run looked at and what it suggests now; `withdrawn` are open suggestions that are no longer probable."""

    senders: int
    customers: int
    suggested: int
    withdrawn: int


def suggest(shop: Shop, by: str) -> IdentityReport:
    """Compare every sender who is nobody yet with every customer; people judge what comes of it.

    It takes seconds and writes suggestions only. Raises LinkloopError `extra.missing`.
    """
    with shop.store.read() as connection:
        senders, cities = strangers(connection), _all(connection, Customer)
        customers = buyers(connection, cities)
    found = best(score(senders, customers))

    def work(turn: Turn) -> IdentityReport:
        now, facts = shop.clock.now(), turn.w.facts
        kept, gone = 0, 0
        fresh = {join_key((one.sender, one.customer)): one for one in found}
        for key, one in sorted(fresh.items()):
            before = facts.get(MergeSuggestion, key)[0]
            link = facts.get(ContactLink, one.sender)[0]
            if (before is not None and before.status != "open") or (link is not None and link.customer_id):
                continue  # a person has said so already, or it is known meanwhile
            made = MergeSuggestion(
                contact_id=one.sender, customer_id=one.customer, score=one.score, because=one.because
            )
            kept += 1
            if made != before:
                turn.w.row(made, micros(now), "desk")
        for old, _ in facts.where(MergeSuggestion, "status", "open"):
            if old.because and old.because[0] not in ("session", "shared key") and _key(old) not in fresh:
                turn.w.row(msgspec.structs.replace(old, status="refused", score=0.0), micros(now), "desk")
                gone += 1
        report = IdentityReport(senders=len(senders), customers=len(customers), suggested=kept, withdrawn=gone)
        turn.w.audit.append(Entry(by=by, what="service.suggest", about="identity", after=report))
        return report

    return shop.loop.do(work)


def best(scored: list[Scored]) -> list[Scored]:
    """The MOST_EACH most probable customers of each sender."""
    count: dict[str, int] = defaultdict(int)
    found: list[Scored] = []
    for one in scored:
        count[one.sender] += 1
        if count[one.sender] <= MOST_EACH:
            found.append(one)
    return found


def strangers(connection: sa.Connection) -> list[Person]:
    """Senders who are nobody yet, with what they claim: their keys, and the orders and cities that their texts name."""
    linked = {link.contact_id for link in _all(connection, ContactLink) if link.customer_id}
    rows = [row for row in _all(connection, Contact) if row.contact_id not in linked]
    rows.sort(key=lambda row: (row.seen_at is not None and row.seen_at.timestamp(), row.contact_id), reverse=True)
    rows = rows[:MOST_SENDERS]
    texts = _texts(connection, {row.contact_id for row in rows})
    cities = {city for row in _all(connection, Customer) if (city := plain(row.city))}
    return [_stranger(row, texts.get(row.contact_id, ""), cities) for row in rows]


def buyers(connection: sa.Connection, customers: list[Customer]) -> list[Person]:
    """The customers, with their keys and orders."""
    keys: dict[str, list[str]] = defaultdict(list)
    for row in _all(connection, CustomerKey):
        keys[row.customer_id].append(row.key)
    orders: dict[str, list[str]] = defaultdict(list)
    for row in _all(connection, Order):
        orders[row.customer_id].append(row.order_id)
    return [
        Person(
            id=row.customer_id,
            name=row.name,
            phone=_of(keys[row.customer_id], "phone:"),
            mail=_of(keys[row.customer_id], "email:"),
            city=row.city,
            orders=tuple(orders[row.customer_id]),
        )
        for row in customers
    ]


def _stranger(row: Contact, text: str, cities: set[str]) -> Person:
    said = plain(text)
    return Person(
        id=row.contact_id,
        name=row.name,
        phone=_of(list(row.keys), "phone:"),
        mail=_of(list(row.keys), "email:"),
        city=next((city for city in sorted(cities) if city in said), ""),
        orders=tuple(dict.fromkeys(found.upper() for found in _NUMBER.findall(text))),
    )


def _texts(connection: sa.Connection, contacts: set[str]) -> dict[str, str]:
    """What each contact wrote, as one text."""
    talks = {row.conversation_id: row.contact_id for row in _all(connection, ContactConversation)}
    found: dict[str, list[str]] = defaultdict(list)
    for line in _all(connection, Message):
        contact = talks.get(line.conversation_id, "")
        if line.author == "customer" and contact in contacts:
            found[contact].append(line.text[:500])
    return {contact: "\n".join(lines[:50]) for contact, lines in found.items()}


def _of(keys: list[str], kind: str) -> str:
    return next((key.removeprefix(kind) for key in keys if key.startswith(kind)), "")


def _key(one: MergeSuggestion) -> str:
    return join_key((one.contact_id, one.customer_id))


def _all(connection: sa.Connection, kind: type[T]) -> list[T]:
    query = sa.select(state.c.body).where(state.c.kind == table_name(kind)).order_by(state.c.key)
    return [msgspec.json.decode(body, type=kind) for body in connection.execute(query).scalars()]
