"""The gate: typed policy that lets a decision through, holds it for a person, or refuses it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from linkloop.commerce.loop import Spend
from linkloop.core.action import Action, customer_of
from linkloop.core.clock import from_micros, micros
from linkloop.core.decision import Check, Decision
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.store.facts import Facts

Word = Literal["allow", "hold", "refuse"]
_QUARTER = 15 * 60 * 1_000_000  # microseconds
_ORDER: dict[str, int] = {"allow": 0, "hold": 1, "refuse": 2}


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """At most `count` actions, or `money` (minor units) at risk, per period and per shop or customer; -1: no limit."""

    name: str
    action: str = "*"
    per: Literal["shop", "customer"] = "shop"
    period: Literal["hour", "day", "week"] = "day"
    count: int = -1
    money: int = -1
    then: Literal["hold", "refuse"] = "hold"


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Hold an action for a person above an amount at risk (minor units; -1: never), or below a confidence (0 to 1)."""

    action: str = "*"
    above: int = -1
    confidence_below: float = 0.0


class GatePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """All that the gate knows. `forbidden` lists action kinds that nobody may take."""

    currency: str = "CNY"
    limits: tuple[Limit, ...] = ()
    holds: tuple[Hold, ...] = ()
    forbidden: tuple[str, ...] = ()


DEFAULT = GatePolicy(
    limits=(
        Limit(
            name="replies-per-customer",
            action="Reply",
            per="customer",
            period="hour",
            count=60,
            then="refuse",
        ),
        Limit(
            name="compensation-per-customer",
            action="Compensate",
            per="customer",
            period="week",
            count=2,
            money=20_000,
        ),
        Limit(name="compensation-per-day", action="Compensate", period="day", money=200_000),
        Limit(name="coupons-per-customer", action="IssueCoupon", per="customer", period="week", count=2, money=20_000),
        Limit(name="coupons-per-day", action="IssueCoupon", period="day", money=300_000),
        Limit(name="replenishment-per-day", action="Replenish", period="day", money=150_000_000),
        Limit(name="transfers-per-day", action="Transfer", period="day", money=150_000_000),
        Limit(name="cancellations-per-customer", action="CancelOrder", per="customer", period="week", count=5),
        Limit(name="address-changes-per-customer", action="ChangeAddress", per="customer", period="day", count=3),
        Limit(name="returns-per-customer", action="OpenReturn", per="customer", period="week", count=6, money=500_000),
        Limit(name="exchanges-per-customer", action="OpenExchange", per="customer", period="week", count=4),
        Limit(name="replacements-per-customer", action="SendReplacement", per="customer", period="week", count=2),
        Limit(name="replacements-per-day", action="SendReplacement", period="day", money=200_000),
        Limit(name="refunds-per-day", action="RefundOrder", period="day", money=5_000_000),
        Limit(name="price-protection-per-customer", action="ProtectPrice", per="customer", period="week", count=3),
        Limit(name="price-protection-per-day", action="ProtectPrice", period="day", money=500_000),
        Limit(
            name="reservations-per-customer",
            action="ReserveStock",
            per="customer",
            period="day",
            count=6,
            then="refuse",
        ),
    ),
    holds=(
        Hold(action="Compensate", above=5_000, confidence_below=0.3),
        Hold(action="IssueCoupon", above=5_000, confidence_below=0.3),
        Hold(action="Replenish", above=3_000_000, confidence_below=0.3),
        Hold(action="Transfer", above=3_000_000, confidence_below=0.3),
        Hold(action="Replan", above=0, confidence_below=1.0),
        Hold(action="CancelOrder", above=300_000),
        Hold(action="ChangeAddress", above=200_000),
        Hold(action="OpenReturn", above=100_000),
        Hold(action="OpenExchange", above=100_000),
        Hold(action="SendReplacement", above=10_000),
        Hold(action="RefundOrder", above=100_000),
        Hold(action="ProtectPrice", above=20_000),
    ),
)


class Ruling(msgspec.Struct, frozen=True):
    """What the gate says, everything it looked at, and what to book when the action goes out."""

    verdict: Word
    checks: tuple[Check, ...]
    spends: tuple[Spend, ...]


class Gate:
    """Rules on decisions by a policy; `zone` is the shop's time zone, in which days and weeks are counted."""

    def __init__(self, policy: GatePolicy, zone: ZoneInfo) -> None:
        self.policy = policy
        self.zone = zone
        self._period = lru_cache(maxsize=64)(self._period_of)

    def rule(self, decision: Decision, action: Action, facts: Facts, at: datetime, *, approved: bool = False) -> Ruling:
        """The verdict on one action now. A person's approval lifts holds, never refusals."""
        checks = [*self._kind(decision), *self._money(action)]
        spends: list[Spend] = []
        for hold in self.policy.holds:
            if hold.action in ("*", decision.action_kind):
                checks += self._holds(hold, decision, action.at_risk)
        for limit in self.policy.limits:
            if limit.action in ("*", decision.action_kind) and (limit.per == "shop" or customer_of(action)):
                check, spend = self._limit(limit, action, facts, at)
                checks.append(check)
                spends.append(spend)
        verdict: Word = "allow"
        for check in checks:
            word: Word = "allow" if approved and check.verdict == "hold" else check.verdict
            verdict = max(verdict, word, key=_ORDER.__getitem__)
        told = tuple(check for check in checks if check.verdict != "allow" or check.limit)
        return Ruling(verdict, told, tuple(spends))

    def _kind(self, decision: Decision) -> list[Check]:
        if decision.action_kind not in self.policy.forbidden:
            return []
        text = Text(en=f"{decision.action_kind} is forbidden", zh=f"禁止执行 {decision.action_kind}")
        return [Check(name="kind", verdict="refuse", text=text)]

    def _money(self, action: Action) -> list[Check]:
        risk = action.at_risk
        if risk.amount == 0 or (risk.amount > 0 and risk.currency == self.policy.currency):
            return []
        text = Text(
            en=f"money at risk is {risk}, limits are in {self.policy.currency}",
            zh=f"风险金额为 {risk}，限额币种为 {self.policy.currency}",
        )
        return [Check(name="money", verdict="refuse" if risk.amount < 0 else "hold", text=text)]

    def _holds(self, hold: Hold, decision: Decision, risk: Money) -> list[Check]:
        checks: list[Check] = []
        if hold.above >= 0:
            limit = Money(hold.above, self.policy.currency)
            checks.append(
                Check(
                    name="amount",
                    verdict="hold" if risk.amount > hold.above else "allow",
                    text=Text(
                        en=f"{risk} at risk, a person decides above {limit}",
                        zh=f"风险 {risk}，超过 {limit} 由人决定",
                    ),
                    limit=hold.above,
                    used=risk.amount,
                )
            )
        if decision.confidence < hold.confidence_below:
            checks.append(
                Check(
                    name="confidence",
                    verdict="hold",
                    text=Text(
                        en=f"confidence {decision.confidence:.2f} is below {hold.confidence_below:.2f}",
                        zh=f"置信度 {decision.confidence:.2f} 低于 {hold.confidence_below:.2f}",
                    ),
                )
            )
        return checks

    def _limit(self, limit: Limit, action: Action, facts: Facts, at: datetime) -> tuple[Check, Spend]:
        who = customer_of(action) if limit.per == "customer" else "shop"
        scope = f"{limit.name}|{who}|{self.period(limit, at)}"
        spent = facts.get(Spend, scope)[0] or Spend(scope=scope)
        count, amount = spent.count + 1, spent.amount + max(0, action.at_risk.amount)
        over = 0 <= limit.count < count or 0 <= limit.money < amount
        by_money = limit.money >= 0
        cap = str(Money(limit.money, self.policy.currency)) if by_money else str(limit.count)
        used = str(Money(amount, self.policy.currency)) if by_money else str(count)
        check = Check(
            name=limit.name,
            verdict=limit.then if over else "allow",
            text=Text(
                en=f"{used} of {cap} per {limit.period} and {limit.per}",
                zh=f"每{_ZH[limit.period]}每{_ZH[limit.per]}限 {cap}，本次后为 {used}",
            ),
            limit=limit.money if by_money else limit.count,
            used=amount if by_money else count,
        )
        return check, Spend(scope=scope, count=count, amount=amount)

    def period(self, limit: Limit, at: datetime) -> str:
        """The hour, day or week of the shop that holds `at`, as it stands in the scope of what was spent."""
        # No zone begins its hours but at a quarter of an hour of another.
        return self._period(limit.period, micros(at) // _QUARTER)

    def _period_of(self, period: str, quarter: int) -> str:
        local = from_micros(quarter * _QUARTER).astimezone(self.zone)
        if period == "hour":
            return local.strftime("%Y-%m-%dT%H")
        if period == "week":
            year, week, _ = local.isocalendar()
            return f"{year}-W{week:02d}"
        return local.date().isoformat()


_ZH = {"hour": "小时", "day": "天", "week": "周", "shop": "店铺", "customer": "位客户"}
