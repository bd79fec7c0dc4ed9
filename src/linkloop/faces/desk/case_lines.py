"""Cases in lines: each case in which something was decided, the latest first, and the cases that share something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.decision import Decision
from linkloop.core.text import Text
from linkloop.faces.desk import plain
from linkloop.faces.desk.inbox import namer, sums
from linkloop.faces.desk.reading import bounded
from linkloop.faces.desk.story_views import CaseLine, CaseLines, RelatedCase
from linkloop.faces.desk.telling import Teller, event_text
from linkloop.store.schema import log, state

SCAN = 20_000  # decisions that one call looks through
_BATCH = 200
_MINE = (state.c.kind == "decisions",)
SHARED = ("customer_id", "order_id", "product_id")


def list_case_lines(
    shop: Shop, *, link: str = "", status: str = "", text: str = "", limit: int = 50, cursor: str = ""
) -> CaseLines:
    """A page of cases: a case stands where its latest decision stands, so that it comes once on the whole walk.

    `link` and `status` ask for a case with such a decision; `text` for words of what a person reads.
    """
    wanted = bounded(limit)
    found: list[CaseLine] = []
    with shop.store.read() as connection:
        teller = Teller(shop.zone, namer(connection))
        last = cursor
        for key, case_id in _latest(connection, cursor):
            if len(found) == wanted:
                return CaseLines(items=found, next=last)
            last = key
            decisions = [
                msgspec.json.decode(row.body, type=Decision)
                for row in connection.execute(
                    sa.select(state.c.body).where(*_MINE, state.c.ix2 == case_id).order_by(state.c.key)
                )
            ]
            if not _has(decisions, link, status):
                continue
            one = _case_line(connection, case_id, decisions, teller)
            if not text or text.casefold() in _readable(one, decisions, teller).casefold():
                found.append(one)
    return CaseLines(items=found)


def _has(decisions: list[Decision], link: str, status: str) -> bool:
    return (not link or any(d.link == link for d in decisions)) and (
        not status or any(d.status == status for d in decisions)
    )


def _latest(connection: sa.Connection, cursor: str) -> Iterator[tuple[str, str]]:
    """The latest decision of each case and the case, latest first."""
    last, looked = cursor, 0
    while looked < SCAN:
        query = sa.select(state.c.key, state.c.ix2).where(*_MINE, state.c.ix2 != "")
        query = query.where(state.c.key < last) if last else query
        rows = connection.execute(query.order_by(state.c.key.desc()).limit(_BATCH)).all()
        for row in rows:
            last = row.key
            newest = sa.select(sa.func.max(state.c.key)).where(*_MINE, state.c.ix2 == row.ix2)
            if connection.execute(newest).scalar() == row.key:
                yield row.key, row.ix2
        looked += len(rows)
        if len(rows) < _BATCH:
            return


def _case_line(connection: sa.Connection, case_id: str, decisions: list[Decision], teller: Teller) -> CaseLine:
    mine = (log.c.case_id == case_id, log.c.case_id != "")
    first = connection.execute(sa.select(log).where(*mine).order_by(log.c.offset).limit(1)).one()
    count, latest = connection.execute(sa.select(sa.func.count(), sa.func.max(log.c.at)).where(*mine)).one()
    statuses: dict[str, int] = {}
    for decision in decisions:
        statuses[decision.status] = statuses.get(decision.status, 0) + 1
    body: dict[str, Any] = msgspec.json.decode(first.body)
    title = (
        event_text(first.kind, body, teller)
        if first.is_event
        else plain.proposal(str(body.get("action_kind", first.kind)), body.get("action", {}), teller.names)
    )
    return CaseLine(
        case_id=case_id,
        title=title,
        started=from_micros(first.at),
        latest=from_micros(latest),
        entries=int(count),
        decisions=len(decisions),
        statuses=statuses,
        links=sorted({d.link for d in decisions}),
        at_risk=sums(d.at_risk for d in decisions if d.status != "repeated"),
    )


def _readable(one: CaseLine, decisions: list[Decision], teller: Teller) -> str:
    texts: list[Text] = [one.title]
    for decision in decisions:
        texts += [plain.proposal(decision.action_kind, decision.action, teller.names), decision.reason]
    return "\n".join([one.case_id, *(said for text in texts for said in (text.en, text.zh))])


_RELATED = """
WITH found AS (
  SELECT case_id, "at" AS moment, action_kind, about,
    json_extract_string(action, '$.customer_id') AS customer_id,
    json_extract_string(action, '$.order_id') AS order_id,
    json_extract_string(action, '$.product_id') AS product_id
  FROM decisions WHERE case_id <> $case_id AND case_id <> ''
)
SELECT case_id, max(moment) AS latest, count(*) AS decisions, list(DISTINCT action_kind) AS kinds,
  max(CASE WHEN list_contains($orders, order_id) OR list_contains($orders, about) THEN coalesce(order_id, about) END)
    AS order_id,
  max(CASE WHEN list_contains($products, product_id) THEN product_id END) AS product_id,
  max(CASE WHEN list_contains($customers, customer_id) THEN customer_id END) AS customer_id
FROM found
WHERE list_contains($orders, order_id) OR list_contains($orders, about) OR list_contains($products, product_id)
  OR list_contains($customers, customer_id)
GROUP BY case_id ORDER BY latest DESC, case_id LIMIT 20
"""


def related_cases(shop: Shop, about: dict[str, list[str]], case_id: str) -> list[RelatedCase]:
    """Other cases about the same order, product or customer, latest first; the nearest tie is named."""
    given = {field: [value for value in about.get(field, []) if value] for field in SHARED}
    if not any(given.values()):
        return []
    rows = shop.door.query(
        _RELATED,
        {
            "case_id": case_id,
            "orders": given["order_id"],
            "products": given["product_id"],
            "customers": given["customer_id"],
        },
    ).dicts()
    return [
        RelatedCase(
            case_id=row["case_id"],
            shares=(shares := next(f for f in ("order_id", "product_id", "customer_id") if row[f])),
            value=row[shares],
            latest=row["latest"],
            decisions=row["decisions"],
            kinds=sorted(row["kinds"]),
        )
        for row in rows
    ]
