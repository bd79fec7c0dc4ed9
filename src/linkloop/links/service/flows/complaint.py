"""Complaints: late parcels are answered as such, broken goods replaced where policy allows; else a person answers."""

from __future__ import annotations

from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import CarrierTransit, Parcel
from linkloop.commerce.remedies import RemedyGiven, RemedyPolicy
from linkloop.commerce.stock import ShopDay
from linkloop.core.text import Text
from linkloop.links.service.facts import case_of, late_days
from linkloop.links.service.flows.claims import claim_of
from linkloop.links.service.flows.shape import Flow, Talk, Told, for_person, line
from linkloop.links.service.flows.where import told_of
from linkloop.links.service.plainly import gap

_GOODS = ("defective", "damaged", "wrong_item")


def answer(talk: Talk) -> Told:
    """What the complaint is about decides who answers it."""
    case = case_of(talk.ctx, talk.customer_id, (talk.slots.get("order_id", ""), *talk.named))
    if case.gap in ("stranger", "not_theirs"):
        return for_person(
            None,
            f"a complaint, and no order to speak of: {gap(case.gap).en}",
            f"投诉，没有可以说明的订单：{gap(case.gap).zh}",
            _SORRY,
        )
    claim = claim_of(talk.text)
    if claim in _GOODS:
        return Told(
            (_SORRY,), Text(en=f"a complaint about goods: {claim}", zh=f"商品投诉：{claim}"),
            switch=("exchange", {**talk.slots, "claim": claim}),
        )  # fmt: skip
    if case.order is not None and late_days(case.parcel, talk.now()):
        return told_of(talk, case)
    return for_person(case.order, "a complaint, and no parcel is late", "投诉，但没有包裹延误", _SORRY)


_SORRY = line("I am sorry about this.", "非常抱歉给您带来不好的体验。")

FLOW = Flow(
    "complaint",
    Text(en="Complaint", zh="投诉"),
    needs=("order",),
    reads=(Customer, Order, Parcel, CarrierTransit, RemedyGiven, ShopDay),
    answer=answer,
    policy=(RemedyPolicy,),
)
