"""The tables of policy: every one agrees with zen over its whole range, and gives nothing that it should not."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from linkloop.commerce.orders import OrderStatus
from linkloop.commerce.policies import (
    AddressPolicy,
    CancelPolicy,
    CouponPolicy,
    ExchangePolicy,
    InvoicePolicy,
    ParcelPlace,
    PriceProtectionPolicy,
    RefundPolicy,
    ReturnPolicy,
)
from linkloop.commerce.requests import Claim
from linkloop.core.question import Question
from linkloop.engine.rules import load
from linkloop.links.service import flows

FOLDER = Path(flows.__file__).parent
TABLES = {path.name.removesuffix(".rules.json"): load(path) for path in sorted(FOLDER.glob("*.rules.json"))}
STATUSES, PLACES, CLAIMS = get_args(OrderStatus), get_args(ParcelPlace), get_args(Claim)
VALUES = (0, 10_000, 10_001, 200_001, 600_000)
DAYS = (-1.0, 0.0, 7.0, 7.01, 15.5, 30.0, 30.5, 181.0)


def _asked(name: str) -> list[Question]:  # type: ignore[type-arg]
    match name:
        case "cancel":
            return [CancelPolicy(status=s, parcel=p, value=v) for s, p, v in product(STATUSES, PLACES, VALUES)]
        case "change_address":
            return [AddressPolicy(status=s, parcel=p, changes=c, value=v)
                    for s, p, c, v in product(STATUSES, PLACES, (0, 2), VALUES)]  # fmt: skip
        case "return":
            return [ReturnPolicy(days=d, category=c, claim=x, value=v, returns_before=n)
                    for d, c, x, v, n in product(DAYS, ("food", "home"), CLAIMS, VALUES, (0, 6))]  # fmt: skip
        case "exchange":
            return [ExchangePolicy(days=d, category=c, claim=x, in_stock=s, value=v)
                    for d, c, x, s, v in product(DAYS, ("food", "home"), CLAIMS, (True, False), VALUES)]  # fmt: skip
        case "refund":
            return [RefundPolicy(status=s, paid=p, owed=o, refunded=r, hours=h, return_open=w)
                    for s, p, o, r, h, w in product(STATUSES, (True, False), (0, 9_900, 600_000), (0, 9_900),
                                                    (-1.0, 1.0, 48.0), (True, False))]  # fmt: skip
        case "price_protection":
            return [PriceProtectionPolicy(days=d, drop_percent=p, amount=a, status=s)
                    for d, p, a, s in product((0.0, 15.0, 15.1), (0.0, 1.0, 50.0, 51.0), (0, 50_000, 50_001),
                                              STATUSES)]  # fmt: skip
        case "invoice":
            return [InvoicePolicy(status=s, paid=p, days=d, issued=i)
                    for s, p, d, i in product(STATUSES, (True, False), (0.0, 366.0), (True, False))]  # fmt: skip
    return [CouponPolicy(broken=b, after=a, orders=n) for b, a, n in product((True, False), (True, False), (0, 1))]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_answers_everything_as_zen_does(name: str) -> None:
    asked = _asked(name)
    for question in asked[:: max(1, len(asked) // 120)]:
        row, result = TABLES[name].by_zen(question)
        given = TABLES[name].evaluate(question)
        assert given.hits[0].rule == row
        assert given.value.way == result["way"]


def test_nothing_that_has_left_is_cancelled_or_redirected() -> None:
    for name in ("cancel", "change_address"):
        for question in _asked(name):
            if TABLES[name].evaluate(question).value.way == "allow":
                assert question.status in ("placed", "paid")  # type: ignore[attr-defined]
                assert question.parcel in ("none", "packed")  # type: ignore[attr-defined]


def test_nothing_comes_back_or_is_exchanged_that_was_not_delivered_and_dear_goods_meet_a_person() -> None:
    for name in ("return", "exchange"):
        for question in _asked(name):
            advice = TABLES[name].evaluate(question).value
            if advice.way == "allow":
                assert 0 <= question.days <= 30  # type: ignore[attr-defined]
                assert question.value <= (200_001 if name == "exchange" else 200_000) or question.claim in (  # type: ignore[attr-defined]
                    "not_as_described", "none", "size", "changed_mind",
                )  # fmt: skip


def test_money_goes_back_only_where_it_was_paid_and_is_owed() -> None:
    for question in _asked("refund"):
        if TABLES["refund"].evaluate(question).value.way == "pay":
            assert question.paid  # type: ignore[attr-defined]
            assert 0 < question.owed <= 500_000  # type: ignore[attr-defined]
            assert question.hours >= 48  # type: ignore[attr-defined]


def test_the_difference_is_given_back_within_its_days_and_caps() -> None:
    for question in _asked("price_protection"):
        advice = TABLES["price_protection"].evaluate(question).value
        if advice.way == "allow":
            assert question.days <= 15  # type: ignore[attr-defined]
            assert question.amount <= 50_000  # type: ignore[attr-defined]
            assert advice.percent_cap == 50
