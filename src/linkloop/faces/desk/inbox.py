"""The inbox: decisions by money at risk and time left, filtered, counted, and walked page by page without a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros, micros
from linkloop.core.decision import Decision
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.core.vocabulary import actions
from linkloop.faces.desk import plain
from linkloop.faces.desk.inbox_views import InboxAsk, InboxCounts, InboxItem, InboxPage, KindCount
from linkloop.store.schema import state

# Decisions without money at risk (a reply that somebody waits for) count as this much, in major units: they are not
# last for ever.
FLOOR = 10
SOONEST = timedelta(minutes=1)  # what is due within it, or was due, counts as due in it
NEVER = timedelta(days=7)  # the time left of what has no deadline
SOON = timedelta(hours=1)
SCAN = 20_000  # decisions that one call looks through for a search
_BATCH = 500
_ROWS = sa.select(state.c.key, state.c.body).where(state.c.kind == "decisions")


def urgency(decision: Decision, at: datetime) -> int:
    """Money at risk per hour of time left, in hundredths of a major unit: what waiting costs.

    (money at risk + FLOOR) ÷ time left, the time between SOONEST and NEVER. This is cost of delay ÷ duration
    (Reinertsen 2009), the order that loses least when not everything can be decided in time. Currencies are compared
    by their number: no rate is known here.
    """
    left = NEVER if decision.decide_by is None else min(NEVER, max(SOONEST, decision.decide_by - at))
    return (_hundredths(decision.at_risk) + FLOOR * 100) * 3_600_000_000 // (left // timedelta(microseconds=1))


def list_inbox(shop: Shop, ask: InboxAsk) -> InboxPage:
    """One page. The order is total (the id is last), and the cursor holds the moment and the place in the order: who
    walks on sees every decision that stays exactly once, whatever comes and goes meanwhile."""
    as_of, place = _open(ask, shop.clock.now())
    with shop.store.read() as connection:
        names = namer(connection)
        if ask.sort == "newest":
            return _newest(connection, names, ask, as_of, place)
        found = [
            (rank(decision, ask.sort, as_of), decision)
            for decision in _stand(connection, ask.statuses)
            if matches(decision, ask, names)
        ]
        found.sort(key=lambda pair: pair[0])
        rest = [pair for pair in found if not place or pair[0] > place]
        shown = rest[: ask.limit]
        more = len(rest) > len(shown)
        return InboxPage(
            items=[item(decision, as_of, names) for _, decision in shown],
            next=_close(ask, as_of, shown[-1][0]) if more else "",
            as_of=as_of,
        )


def rank(decision: Decision, sort: str, as_of: datetime) -> tuple[int, str]:
    """The place of a decision in an order: the least comes first; the id makes it total."""
    if sort == "risk":
        return -_hundredths(decision.at_risk), decision.id
    if sort == "due":
        return (micros(decision.decide_by) if decision.decide_by else 2**62), decision.id
    return -urgency(decision, as_of), decision.id


def counts(shop: Shop) -> InboxCounts:
    """What stands how, and what is held of each kind."""
    now = shop.clock.now()
    query = sa.select(state.c.ix1, sa.func.count()).where(state.c.kind == "decisions").group_by(state.c.ix1)
    with shop.store.read() as connection:
        statuses = {str(status): int(count) for status, count in connection.execute(query)}
        held = list(_stand(connection, ("held",)))
    kinds: dict[tuple[str, str], list[Decision]] = {}
    for decision in held:
        kinds.setdefault((decision.action_kind, decision.link), []).append(decision)
    return InboxCounts(
        as_of=now,
        statuses=statuses,
        kinds=[
            KindCount(action_kind=kind, link=link, held=len(them), at_risk=sums(d.at_risk for d in them))
            for (kind, link), them in sorted(kinds.items())
        ],
        at_risk=sums(d.at_risk for d in held),
        due_soon=sum(d.decide_by is not None and d.decide_by - now < SOON for d in held),
        kinds_ever=sorted({action.__name__ for link in shop.links for action in link.decides} | set(actions())),
        links=sorted(link.name for link in shop.links),
    )


def sums(amounts: Iterable[Money]) -> list[Money]:
    """One total per currency, sorted by its code; nothing is converted."""
    totals: dict[str, int] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, 0) + amount.amount
    return [Money(total, currency) for currency, total in sorted(totals.items())]


def item(decision: Decision, as_of: datetime, names: plain.Names) -> InboxItem:
    """One decision in one line."""
    assert decision.at is not None
    return InboxItem(
        id=decision.id,
        title=plain.proposal(decision.action_kind, decision.action, names),
        reason=decision.reason,
        action_kind=decision.action_kind,
        about=decision.about,
        link=decision.link,
        case_id=decision.case_id,
        status=decision.status,
        at=decision.at,
        decide_by=decision.decide_by,
        at_risk=decision.at_risk,
        confidence=decision.confidence,
        sure=plain.sureness(decision.confidence),
        urgency=urgency(decision, as_of),
        waits=plain.waiting_because(decision),
        by=decision.by,
        note=decision.note,
        undoable=undoable(decision),
    )


def undoable(decision: Decision) -> bool:
    """Whether what it did can be taken back by the action's own undo."""
    kind = actions().get(decision.action_kind)
    return decision.status == "done" and bool(kind and kind.__undo__)


def namer(connection: sa.Connection) -> plain.Names:
    """What people call a row: its title or name, looked up once."""
    known: dict[tuple[str, str], str] = {}

    def name(table: str, key: str) -> str:
        if (table, key) not in known:
            query = sa.select(state.c.body).where(state.c.kind == table, state.c.key == key)
            row: dict[str, Any] = msgspec.json.decode(connection.execute(query).scalar() or b"{}")
            known[table, key] = str(row.get("title") or row.get("name") or key)
        return known[table, key]

    return name


def matches(decision: Decision, ask: InboxAsk, names: plain.Names) -> bool:
    """Whether a decision passes the filters."""
    if (ask.kind and decision.action_kind != ask.kind) or (ask.link and decision.link != ask.link):
        return False
    if ask.about and ask.about not in (decision.about, *map(str, decision.action.values())):
        return False
    if ask.case_id and decision.case_id != ask.case_id:
        return False
    assert decision.at is not None
    if (ask.since and decision.at < ask.since) or (ask.until and decision.at >= ask.until):
        return False
    return not ask.text or ask.text.casefold() in _readable(decision, names).casefold()


def _readable(decision: Decision, names: plain.Names) -> str:
    title = plain.proposal(decision.action_kind, decision.action, names)
    said: list[Text] = [title, decision.reason, *(check.text for check in decision.checks if check.verdict != "allow")]
    return "\n".join(
        [decision.id, decision.about, decision.by, decision.note, decision.case_id]
        + [text for one in said for text in (one.en, one.zh)]
        + [str(value) for value in decision.action.values()]
    )


def _stand(connection: sa.Connection, statuses: tuple[str, ...]) -> Iterator[Decision]:
    query = _ROWS.where(state.c.ix1.in_(statuses)) if statuses else _ROWS
    for row in connection.execution_options(yield_per=_BATCH).execute(query):
        yield msgspec.json.decode(row.body, type=Decision)


def _newest(
    connection: sa.Connection, names: plain.Names, ask: InboxAsk, as_of: datetime, place: tuple[int, str] | None
) -> InboxPage:
    """Ids sort by time: read them backwards and stop when the page is full, or when enough was looked through."""
    query = _ROWS.where(state.c.ix1.in_(ask.statuses)) if ask.statuses else _ROWS
    shown: list[InboxItem] = []
    last, looked = place[1] if place else "", 0
    while looked < SCAN:
        batch = query.where(state.c.key < last) if last else query
        rows = connection.execute(batch.order_by(state.c.key.desc()).limit(_BATCH)).all()
        for row in rows:
            if len(shown) == ask.limit:
                return InboxPage(items=shown, next=_close(ask, as_of, (0, last)), as_of=as_of)
            last = row.key
            decision = msgspec.json.decode(row.body, type=Decision)
            if matches(decision, ask, names):
                shown.append(item(decision, as_of, names))
        looked += len(rows)
        if len(rows) < _BATCH:
            return InboxPage(items=shown, next="", as_of=as_of)
    return InboxPage(items=shown, next=_close(ask, as_of, (0, last)), as_of=as_of, scanned_all=False)


def _hundredths(money: Money) -> int:
    return int(max(money.major(), 0) * 100)


def _open(ask: InboxAsk, now: datetime) -> tuple[datetime, tuple[int, str] | None]:
    if not ask.cursor:
        return now, None
    try:
        sort, moment, number, key = ask.cursor.split("~", 3)
        if sort != ask.sort:
            raise ValueError(sort)
        return from_micros(int(moment)), (int(number), key)
    except (ValueError, OverflowError) as error:
        raise LinkloopError(
            "cursor.invalid",
            Text(en=f"{ask.cursor!r} is not a cursor of this list", zh=f"{ask.cursor!r} 不是本列表的游标"),
            Text(en="Use the `next` of the page before, with the same sort.", zh="请使用上一页的 `next`，排序须相同。"),
            where="cursor",
        ) from error


def _close(ask: InboxAsk, as_of: datetime, place: tuple[int, str]) -> str:
    return f"{ask.sort}~{micros(as_of)}~{place[0]}~{place[1]}"
