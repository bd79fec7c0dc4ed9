"""Adjusting: which fields of a held action a person may change, and what the gate would say of the changed one."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.action import Action
from linkloop.core.decision import Check, Decision
from linkloop.core.money import Money, exponent
from linkloop.core.text import Text
from linkloop.core.vocabulary import action_of, actions, json_schema
from linkloop.engine.gate import Word
from linkloop.engine.verdicts import adjusted
from linkloop.faces.desk.deciding import decision as find
from linkloop.faces.desk.inbox import namer
from linkloop.faces.desk.plain import proposal
from linkloop.store.facts import PastFacts
from linkloop.store.store import head_of

FieldKind = Literal["whole", "number", "text", "yes_no", "money", "choice"]


class AdjustField(msgspec.Struct, frozen=True, kw_only=True):
    """One field that may change. Money goes in and out in minor units; `decimals` is where its point stands.

    `scales` says that the money at risk grows with it.
    """

    name: str
    label: Text
    kind: FieldKind
    value: Any
    currency: str = ""
    decimals: int = 0
    choices: list[str] = []
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    scales: bool = False


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What an approval with these changes would send, and what the gate would say of it; nothing is written."""

    action: dict[str, Any]
    at_risk: Money
    verdict: Word
    checks: list[Check]
    title: Text


def adjust_fields(decision: Decision) -> list[AdjustField]:
    """The fields of the action that may change, from its class: not those that say which effect it is."""
    kind = actions().get(decision.action_kind)
    if kind is None:
        return []
    fixed = {*kind.__same__, *kind.__fixed__, "at_risk", kind.__customer__, kind.__about__}
    schema = json_schema(kind)
    body = schema["$defs"][kind.__name__]
    found = [
        _field(kind, name, body["properties"][name], schema["$defs"], decision.action.get(name))
        for name in kind.__struct_fields__
        if name not in fixed
    ]
    return [field for field in found if field is not None]


def preview(shop: Shop, decision_id: str, changes: dict[str, Any]) -> Preview:
    """The money at risk and the gate's word on a changed action. Raises what an approval with it would raise."""
    decision = find(shop, decision_id)
    changed = adjusted(decision, changes) if changes else decision
    action = action_of(changed)
    with shop.store.read() as connection:
        facts = PastFacts(connection, head_of(connection))
        ruling = shop.gate.rule(changed, action, facts, shop.clock.now(), approved=True)
        title = proposal(changed.action_kind, changed.action, namer(connection))
    return Preview(
        action=changed.action, at_risk=changed.at_risk, verdict=ruling.verdict, checks=list(ruling.checks), title=title
    )


def _field(
    kind: type[Action], name: str, schema: dict[str, Any], defs: dict[str, Any], value: Any
) -> AdjustField | None:
    label = LABELS.get(name, Text(en=name.replace("_", " ").capitalize(), zh=name))
    scales = name == kind.__scale__
    if schema.get("$ref", "").endswith("/Money") or (isinstance(value, dict) and {"amount", "currency"} == set(value)):
        currency = str((value or {}).get("currency", "CNY"))
        return AdjustField(
            name=name, label=label, kind="money", value=value, currency=currency, decimals=exponent(currency),
            least=0, scales=scales,
        )  # fmt: skip
    if "$ref" in schema:
        schema = defs[schema["$ref"].rsplit("/", 1)[1]]
    if "enum" in schema:
        return AdjustField(name=name, label=label, kind="choice", value=value, choices=list(map(str, schema["enum"])))
    shape = _KINDS.get(str(schema.get("type", "")))
    if shape is None:  # lists and structures: a program adjusts them through the API
        return None
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    if scales and least is None:
        least = 0
    return AdjustField(
        name=name, label=label, kind=shape, value=value, least=least, most=schema.get("maximum"),
        longest=schema.get("maxLength"), scales=scales,
    )  # fmt: skip


_KINDS: dict[str, FieldKind] = {"integer": "whole", "number": "number", "string": "text", "boolean": "yes_no"}
LABELS: dict[str, Text] = {
    "quantity": Text(en="Quantity, units", zh="数量（件）"),
    "supplier_id": Text(en="Supplier", zh="供应商"),
    "opens": Text(en="Opens", zh="启用的仓"),
    "closes": Text(en="Closes", zh="关闭的仓"),
    "moves": Text(en="Moves", zh="改由他仓服务"),
    "expedite": Text(en="Expedite", zh="加急"),
    "amount": Text(en="Amount", zh="金额"),
    "text": Text(en="Text", zh="回复内容"),
    "channel": Text(en="Channel", zh="渠道"),
    "kind": Text(en="Kind", zh="种类"),
    "until": Text(en="Until", zh="有效期至"),
    "cause": Text(en="Cause", zh="原因"),
    "claim": Text(en="What the customer says is wrong", zh="客户所说的原因"),
    "fee": Text(en="Postage that the customer bears", zh="客户承担的运费"),
    "outbound": Text(en="Freight of the way out in it", zh="其中发货运费"),
    "title": Text(en="Invoice title", zh="发票抬头"),
    "tax_number": Text(en="Tax number", zh="税号"),
}
