"""Budgets: the gate's policy as people set it, and how much of each limit is used up now."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.loop import Spend
from linkloop.core.clock import from_micros
from linkloop.core.errors import Conflict, LinkloopError
from linkloop.core.text import Text
from linkloop.core.vocabulary import actions
from linkloop.engine.gate import GatePolicy, Limit
from linkloop.engine.rulebook import GATE, set_gate_policy
from linkloop.engine.turn import Turn
from linkloop.store.audit import Entry
from linkloop.store.schema import settings, state

_LIMIT_NAME = re.compile(r"[\w.\-]{1,60}")
_MOST = 2**53  # what every reader of JSON keeps exact


class GateView(msgspec.Struct, frozen=True, kw_only=True):
    """The policy that is live, its version (give it back to change it), who set it and when; `by` empty: the settings
    file's or the shipped one. `actions` are the kinds of action that a limit or hold may name."""

    policy: GatePolicy
    version: str
    by: str
    at: datetime | None
    actions: list[str]


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a limit is used in its present period. Per customer: the one who used most of it, and how many
    customers used all of it. Money in minor units of `currency`."""

    limit: Limit
    period: str
    currency: str
    count: int
    money: int
    share: float
    customer: str
    customers: int
    full: int


def gate(shop: Shop) -> GateView:
    """The policy that is live."""
    with shop.store.read() as connection:
        row = connection.execute(sa.select(settings).where(settings.c.name == GATE)).first()
    policy = shop.gate.policy
    return GateView(
        policy=policy,
        version=_version(policy),
        by=row.by if row else "",
        at=from_micros(row.at) if row else None,
        actions=sorted(actions()),
    )


def set_gate(shop: Shop, policy: GatePolicy, version: str, by: str) -> GateView:
    """Make a policy live, at once and for every decision from now on; `version` is the one that it was made from.

    Raises LinkloopError `gate.invalid` that names the field, Conflict `gate.changed`.
    """
    check(policy)

    def work(turn: Turn) -> None:
        old = turn.verdicts.gate.policy
        if _version(old) != version:
            raise Conflict(
                "gate.changed",
                Text(en="somebody changed the budgets meanwhile", zh="预算已被他人修改"),
                Text(en="Reload, and make your change again.", zh="请刷新后重新修改。"),
                where="version",
            )
        if old == policy:
            return
        turn.w.audit.append(Entry(by=by, what="gate.set", about="gate", before=old, after=policy))
        set_gate_policy(turn, policy, by)

    shop.loop.do(work)
    return gate(shop)


def check(policy: GatePolicy) -> None:
    """Raises LinkloopError `gate.invalid` for a policy that does not mean what it says."""
    known = {"*", *actions()}
    if not re.fullmatch(r"[A-Z]{3}", policy.currency):
        raise _invalid("currency", "an ISO 4217 code of three letters", "三个字母的 ISO 4217 货币代码")
    names = [limit.name for limit in policy.limits]
    for n, limit in enumerate(policy.limits):
        where = f"limits[{n}]"
        if not _LIMIT_NAME.fullmatch(limit.name):
            raise _invalid(f"{where}.name", "1 to 60 letters, digits, . _ -", "1 至 60 个文字、字母、数字或 . _ -")
        if names.count(limit.name) > 1:
            raise _invalid(f"{where}.name", "two limits have this name", "两条限额重名")
        if limit.count < 0 and limit.money < 0:
            raise _invalid(where, "a number of actions or an amount of money", "须填写次数或金额")
        for field in ("count", "money"):
            if not -1 <= getattr(limit, field) <= _MOST:
                raise _invalid(f"{where}.{field}", "0 or more; -1: no limit", "不小于 0；-1 表示不限")
        _known(limit.action, known, f"{where}.action")
    for n, hold in enumerate(policy.holds):
        where = f"holds[{n}]"
        _known(hold.action, known, f"{where}.action")
        if not -1 <= hold.above <= _MOST:
            raise _invalid(f"{where}.above", "0 or more; -1: never", "不小于 0；-1 表示从不")
        if not 0 <= hold.confidence_below <= 1:
            raise _invalid(f"{where}.confidence_below", "from 0 to 1", "0 至 1 之间")
    for n, kind in enumerate(policy.forbidden):
        _known(kind, known - {"*"}, f"forbidden[{n}]")


def spending(shop: Shop) -> list[Spending]:
    """Every limit with what its present period has used, on the shop's clock."""
    policy, at = shop.gate.policy, shop.clock.now()
    found: list[Spending] = []
    with shop.store.read() as connection:
        for limit in policy.limits:
            period = shop.gate.period(limit, at)
            spends = _spends(connection, limit, period)
            found.append(_spending(limit, period, policy.currency, spends))
    return found


def _spending(limit: Limit, period: str, currency: str, spends: list[tuple[str, Spend]]) -> Spending:
    who, most = max(spends, key=lambda one: _share(limit, one[1]), default=("", Spend(scope="")))
    return Spending(
        limit=limit,
        period=period,
        currency=currency,
        count=most.count,
        money=most.amount,
        share=_share(limit, most),
        customer=who if limit.per == "customer" else "",
        customers=len(spends) if limit.per == "customer" else 0,
        full=sum(_share(limit, spend) >= 1 for _, spend in spends) if limit.per == "customer" else 0,
    )


def _share(limit: Limit, spend: Spend) -> float:
    """How much of the limit is used, 1 for all of it; of money and number whichever is nearer to its end."""
    parts = [(spend.count, limit.count), (spend.amount, limit.money)]
    return max((used / most if most else float(used > 0) for used, most in parts if most >= 0), default=0.0)


def _spends(connection: sa.Connection, limit: Limit, period: str) -> list[tuple[str, Spend]]:
    begin, end = f"{limit.name}|", f"|{period}"
    where = [state.c.kind == "spends", state.c.key >= begin, state.c.key < f"{limit.name}}}"]  # } follows |
    if limit.per == "shop":
        where.append(state.c.key == f"{begin}shop{end}")
    else:
        where.append(state.c.key.endswith(end, autoescape=True))
    rows: Any = connection.execute(sa.select(state.c.key, state.c.body).where(*where))
    return [(row.key[len(begin) : -len(end)], msgspec.json.decode(row.body, type=Spend)) for row in rows]


def _version(policy: GatePolicy) -> str:
    return blake2b(msgspec.json.encode(policy, order="deterministic"), digest_size=8).hexdigest()


def _known(kind: str, known: set[str], where: str) -> None:
    if kind not in known:
        listed = ", ".join(sorted(known))
        raise _invalid(where, f"one of {listed}", f"以下之一：{listed}")


def _invalid(where: str, en: str, zh: str) -> LinkloopError:
    return LinkloopError(
        "gate.invalid",
        Text(en=f"{where} has to be: {en}", zh=f"{where} 应为：{zh}"),
        Text(en="Nothing was changed.", zh="未作任何修改。"),
        where=where,
    )
