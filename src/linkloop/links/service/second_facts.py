"""Second facts: what a text names beside an order number to prove whose it is, and whether tables hold it."""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import NamedTuple

from linkloop.commerce.contacts import CustomerKey
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.proofs import ProofFact
from linkloop.core.link import Context
from linkloop.links.service.normal import tidy
from linkloop.links.service.slots import order_numbers, slots

_EMAIL = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,24}){1,3}")
_END_CUE = (
    r"(?:last (?:four|4)(?: digits?| numbers?)?|end(?:s|ing)? (?:in|with)|phone|mobile|cell|tel(?:ephone)?|"
    r"尾号|[后末尾](?:四|4)位|手机号?|电话)"
)
_END_NAMED = re.compile(rf"{_END_CUE}[^\d\n]{{0,24}}(\d{{4}})(?!\d)", re.IGNORECASE)
_END_BARE = re.compile(r"(?<![\dA-Za-z+-])(\d{4})(?![\dA-Za-z]|-\d)")
_CODE = r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}|\d{4} ?[A-Z]{2}|\d{5}-\d{3,4}|\d{3}-\d{4}|\d{4,8}"
_CODE_NAMED = re.compile(
    rf"(?:post(?:al)? ?code|zip(?: ?code)?|plz|cep|邮编|邮政编码)[^\dA-Za-z\n]{{0,4}}(?:is|:|是|为)?"
    rf"[^\dA-Za-z\n]{{0,4}}"
    rf"({_CODE})(?![\dA-Za-z])",
    re.IGNORECASE,
)
_CODE_BARE = re.compile(r"(?<![\dA-Za-z+-])(\d{5}-\d{3,4}|\d{3}-\d{4}|\d{5,6})(?![\dA-Za-z]|-\d)")


class SecondFact(NamedTuple):
    """What is named, in the form in which it is compared; `several` says that a text names more than one of a kind,
    which is a list of guesses and no answer."""

    kind: ProofFact = "none"
    value: str = ""
    several: bool = False


def second_fact(text: str) -> SecondFact:
    """The one fact that a text names beside order numbers: an e-mail address, else a phone, else its end, else a
    postcode. One text is one guess: what else it names is not looked at, and several of a kind are none."""
    plain = tidy(text)
    if mails := _all(_EMAIL, plain.lower()):
        return _one("email", mails)
    for number in order_numbers(plain):
        plain = plain.replace(number, " ")
    if phone := slots(plain).phone:
        return SecondFact("phone", phone)
    codes = [_squeezed(code) for code in _all(_CODE_NAMED, plain)]
    ends = _all(_END_NAMED, plain) or ([] if codes else _all(_END_BARE, plain))
    if ends:
        return _one("phone_end", ends)
    return _one("postcode", codes or [_squeezed(code) for code in _all(_CODE_BARE, plain)])


def matches(ctx: Context, order: Order | None, fact: SecondFact) -> bool:
    """Whether the customer of an order has this fact in our tables; an order that nobody has matches nothing."""
    owner = order.customer_id if order is not None else ""
    held = _held(ctx, owner, fact.kind) if owner else []
    found = [compare_digest(one.encode(), fact.value.encode()) for one in held or [""]]
    return bool(fact.value) and any(found)


def _held(ctx: Context, customer_id: str, kind: ProofFact) -> list[str]:
    if kind == "postcode":
        customer = ctx.read(Customer, customer_id)
        return [_squeezed(customer.postcode)] if customer is not None and customer.postcode else []
    keys = [row.key for row in ctx.read(CustomerKey, customer_id=customer_id)]
    if kind == "email":
        return [key.removeprefix("email:").lower() for key in keys if key.startswith("email:")]
    phones = [key.removeprefix("phone:") for key in keys if key.startswith("phone:")]
    if kind == "phone_end":
        return [phone[-4:] for phone in phones if len(phone) >= 7]
    return phones if kind == "phone" else []


def _one(kind: ProofFact, found: list[str]) -> SecondFact:
    values = list(dict.fromkeys(found))
    if not values:
        return SecondFact()
    return SecondFact(kind, values[0]) if len(values) == 1 else SecondFact(several=True)


def _all(pattern: re.Pattern[str], text: str) -> list[str]:
    return [found[1] if pattern.groups else found[0] for found in pattern.finditer(text)]


def _squeezed(code: str) -> str:
    return code.replace(" ", "").replace("-", "").upper()
