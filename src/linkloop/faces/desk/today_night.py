"""The night: what the loop decided and noticed since a moment, and the money in what waits for a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.commerce.watching import Alert
from linkloop.core.clock import micros
from linkloop.core.decision import Status
from linkloop.core.money import Money, exponent
from linkloop.core.text import Text
from linkloop.faces.desk.today_frame import Frame, Span, instant
from linkloop.faces.desk.today_views import AlertMark, Night, NightKind, RiskKind
from linkloop.store.schema import state


class Brief(msgspec.Struct, frozen=True):
    """The few fields of a decision that the page counts."""

    action_kind: str
    at_risk: Money
    status: Status
    id: str
    at: datetime
    reason: Text
    about: str = ""
    case_id: str = ""
    by: str = ""
    note: str = ""
    decide_by: datetime | None = None
    action: dict[str, Any] = {}


_brief = msgspec.json.Decoder(Brief).decode
_alert = msgspec.json.Decoder(Alert).decode


def decided_since(connection: sa.Connection, since: datetime) -> list[Brief]:
    """Decisions taken since a moment, by key: ids begin with the millisecond of their cause, maybe a bit older."""
    ms = micros(since - timedelta(hours=1)) // 1000
    query = sa.select(state.c.body).where(
        state.c.kind == "decisions", state.c.key >= f"{ms >> 16:08x}-{ms & 0xFFFF:04x}"
    )
    found = [_brief(body) for body in connection.execute(query).scalars()]
    return [one for one in found if one.at >= since]


def held(connection: sa.Connection) -> list[Brief]:
    """Every decision that waits for a person."""
    query = sa.select(state.c.body).where(state.c.kind == "decisions", state.c.ix1 == "held")
    return [_brief(body) for body in connection.execute(query).scalars()]


def alerts(connection: sa.Connection) -> list[AlertMark]:
    """All alerts, oldest first."""
    query = sa.select(state.c.body).where(state.c.kind == "alerts")
    found = [_alert(body) for body in connection.execute(query).scalars()]
    return sorted((_mark(alert) for alert in found), key=lambda mark: (mark.opened_at, mark.alert_id))


def open_at(marks: list[AlertMark], at: datetime) -> int:
    """How many alerts were open at a moment."""
    return sum(mark.opened_at <= at and (mark.ended_at is None or mark.ended_at > at) for mark in marks)


def night(connection: sa.Connection, since: datetime, day: Frame, marks: list[AlertMark], currency: str) -> Night:
    """What the loop did since a moment, up to now."""
    decided = [one for one in decided_since(connection, since) if one.at < day.at]
    kinds = [_kind(kind, [one for one in decided if one.action_kind == kind], currency)
             for kind in sorted({one.action_kind for one in decided})]  # fmt: skip
    kinds.sort(key=lambda kind: (-kind.money_out, -kind.decided, kind.action_kind))
    return Night(
        since=since,
        kinds=kinds,
        money_out=sum(kind.money_out for kind in kinds),
        noticed=[mark for mark in marks if since <= mark.opened_at < day.at],
        told=_told(connection, since),
        sql=night_sql(Span(since, day.at), currency),
    )


def at_risk(waiting: list[Brief], currency: str) -> list[RiskKind]:
    """What waits for a person by kind of action, most money first."""
    found: list[RiskKind] = []
    for kind in sorted({one.action_kind for one in waiting}):
        mine = [one for one in waiting if one.action_kind == kind]
        first = min(mine, key=lambda one: (one.decide_by is None, one.decide_by or one.at, -one.at_risk.amount))
        found.append(
            RiskKind(
                action_kind=kind,
                held=len(mine),
                money=sum(one.at_risk.amount for one in mine if one.at_risk.currency == currency),
                first_due=first.decide_by,
                decision_id=first.id,
                case_id=first.case_id,
                reason=first.reason,
            )
        )
    return sorted(found, key=lambda one: (-one.money, one.action_kind))


def alerts_sql() -> str:
    """How many alerts are open."""
    return "SELECT count(*) AS open_alerts\nFROM alerts\nWHERE status = 'open'"


def risk_sql(currency: str) -> str:
    """The money in decisions that wait for a person, in major units."""
    return (
        f"SELECT coalesce(sum(at_risk), 0) / {10 ** exponent(currency)} AS at_risk\nFROM decisions\n"
        f"WHERE status = 'held' AND at_risk_currency = '{currency}'"
    )


def night_sql(span: Span, currency: str) -> str:
    """Decisions of a span by kind, as the page counts them."""
    return (
        "SELECT action_kind, count(*) AS decided, count(*) FILTER (status = 'done') AS done,\n"
        "  count(*) FILTER (status = 'held') AS held, count(*) FILTER (status = 'refused') AS refused,\n"
        f"  coalesce(sum(at_risk) FILTER (status = 'done' AND at_risk_currency = '{currency}'), 0) "
        f"/ {10 ** exponent(currency)} AS money_out\n"
        f"FROM decisions\nWHERE {span.sql('at')}\nGROUP BY action_kind ORDER BY money_out DESC, decided DESC"
    )


def told_sql(since: datetime) -> str:
    """Delays that the shop told its customers of, on its own accord."""
    return f"SELECT count(*) AS told\nFROM delays_told\nWHERE told_at >= {instant(since)}"


def _kind(kind: str, decided: list[Brief], currency: str) -> NightKind:
    lapsed = sum(one.status == "refused" and not one.by and bool(one.note) for one in decided)
    counted = {status: sum(one.status == status for one in decided) for status in ("done", "held", "refused")}
    money = {
        status: sum(one.at_risk.amount for one in decided if one.status == status and one.at_risk.currency == currency)
        for status in ("done", "held")
    }
    return NightKind(
        action_kind=kind,
        decided=len(decided),
        done=counted["done"],
        held=counted["held"],
        refused=counted["refused"] - lapsed,
        lapsed=lapsed,
        other=len(decided) - sum(counted.values()),
        money_out=money["done"],
        money_held=money["held"],
    )


def _told(connection: sa.Connection, since: datetime) -> int:
    query = sa.select(state.c.body).where(state.c.kind == "delays_told")
    return sum(_when(body).told_at >= since for body in connection.execute(query).scalars())


class _Told(msgspec.Struct):
    told_at: datetime


_when = msgspec.json.Decoder(_Told).decode


def _mark(alert: Alert) -> AlertMark:
    return AlertMark(
        alert_id=alert.alert_id,
        metric=alert.metric,
        severity=alert.severity,
        status=alert.status,
        text=alert.text,
        opened_at=alert.opened_at,
        ended_at=alert.ended_at,
        case_id=alert.case_id,
    )
