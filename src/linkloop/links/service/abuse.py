"""Abuse: how much a second look is worth before something is given; it counts what is known and accuses nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import exp
from typing import NamedTuple

from linkloop.commerce.orders import Order
from linkloop.commerce.remedies import RemedyGiven
from linkloop.core.text import Text

RECENT = timedelta(days=90)
# Log-odds that a second look is worth it: stated, not learned, for nobody has labelled such cases here. One claim, or a
# young account alone, stays far below the 0.6 at which the decision table asks for a person.
START = -3.5
CLAIM, AGAIN, SHARE, YOUNG, MANY = 0.9, 1.2, 2.5, 0.8, 1.0


class Suspicion(NamedTuple):
    """`score` 0 to 1, and what it is made of: each reason with the log-odds that it adds, for the person who looks."""

    score: float
    parts: tuple[tuple[Text, float], ...] = ()


def suspicion(
    given: Sequence[RemedyGiven], orders: Sequence[Order], joined_at: datetime | None, now: datetime
) -> Suspicion:
    """From remedies and orders of one customer; `given` are remedies with something in them, of other orders."""
    recent = [g for g in given if g.given_at is None or now - g.given_at <= RECENT]
    spent = sum(o.total.amount for o in orders if o.total is not None and o.status not in ("cancelled", "returned"))
    got = sum(g.amount.amount for g in given if g.amount is not None)
    share = got / spent if spent > 0 else float(bool(got))
    last = max((g.given_at for g in recent if g.given_at is not None), default=None)
    parts: list[tuple[Text, float]] = []
    if len(recent) >= 2:
        n = len(recent)
        parts.append((Text(en=f"{n} remedies in 90 days", zh=f"90 天内补偿 {n} 次"), CLAIM * min(n - 1, 4)))
    if last is not None and now - last <= timedelta(days=7):
        parts.append((Text(en="a remedy in the last week", zh="一周内刚获补偿"), AGAIN))
    if share > 0.1:
        parts.append(
            (
                Text(en=f"remedies are {share:.0%} of spending", zh=f"补偿占消费的 {share:.0%}"),
                SHARE * min(share / 0.3, 1.5),
            )
        )
    if joined_at is not None and now - joined_at < timedelta(days=14):
        parts.append((Text(en="an account of less than two weeks", zh="账号不足两周"), YOUNG))
    claims = len(recent) / len(orders) if orders else 0.0
    if len(recent) >= 2 and claims > 0.5:
        parts.append((Text(en="a remedy for every other order or more", zh="半数以上订单获补偿"), MANY))
    if not parts:
        return Suspicion(0.0)
    return Suspicion(round(1 / (1 + exp(-(START + sum(w for _, w in parts)))), 4), tuple(parts))
