"""The registry of flows: which one answers which intent."""

from __future__ import annotations

from linkloop.links.service.flows import (
    advice,
    article,
    cancel,
    change_address,
    complaint,
    coupon,
    courtesy,
    exchange,
    invoice,
    payment,
    price,
    product,
    refund,
    returns,
    stock,
    where,
)
from linkloop.links.service.flows.shape import Flow

ALL: tuple[Flow, ...] = (
    where.FLOW, cancel.FLOW, change_address.FLOW, returns.FLOW, exchange.FLOW, refund.FLOW, invoice.FLOW, price.FLOW,
    advice.SIZE, advice.FITS, complaint.FLOW, stock.FLOW, coupon.FLOW, payment.FLOW, courtesy.HUMAN, courtesy.GREETING,
    courtesy.THANKS, product.FLOW, article.FLOW,
)  # fmt: skip
FLOWS: dict[str, Flow] = {flow.name: flow for flow in ALL}
POLICIES = tuple(dict.fromkeys(question for flow in ALL for question in flow.policy))
DECIDES = tuple(dict.fromkeys(action for flow in ALL for action in flow.decides))
