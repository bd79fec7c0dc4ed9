"""Where is my parcel: what the carrier says; where it names no day, how long such parcels take, as a range of days with
its chance and never as a promise."""

from __future__ import annotations

from linkloop.commerce.catalog import Product
from linkloop.commerce.conversations import Evidence
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import CarrierTransit, Parcel
from linkloop.commerce.remedies import RemedyGiven, RemedyPolicy
from linkloop.commerce.stock import ShopDay
from linkloop.commerce.transit import Arrival, ArrivalTime
from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.links.service import wording
from linkloop.links.service.facts import Case, case_of, late_days, usual_days
from linkloop.links.service.flows.choosing import not_found
from linkloop.links.service.flows.shape import Flow, Line, Talk, Told, evidence, of_order
from linkloop.links.service.plainly import gap
from linkloop.links.service.plainly import parcel as placed
from linkloop.links.service.remedy import advice_for

MOST = 3
ARRIVED = ("delivered", "returned")
SEEN = 20  # parcels of a lane from which on a range of days is told


def answer(talk: Talk) -> Told:
    """The most overdue parcel first, with an apology where it is due; then the others that are on their way."""
    case = case_of(talk.ctx, talk.customer_id, (talk.slots.get("order_id", ""), *talk.named))
    if case.gap == "not_theirs" and talk.scope:
        return not_found(talk)
    if case.order is None:
        why = Text(en=f"no order to speak of: {gap(case.gap).en}", zh=f"没有可以说明的订单：{gap(case.gap).zh}")
        return Told((Line(wording.gap(case.gap, talk.channel)),), why, stranger=case.gap == "stranger")
    return told_of(talk, case)


def told_of(talk: Talk, case: Case) -> Told:
    """What is known of a case's order."""
    order, now = case.order, talk.now()
    assert order is not None
    late = late_days(case.parcel, now)
    advice = advice_for(talk.ctx, case, late, talk.read.mood) if late else None
    zone = wording.zone_of(talk.ctx, case.customer)
    lines = [Line(wording.sorry(talk.read.mood, advice is not None and advice.apologise) or Text(en="", zh=""))]
    parcels = [case.parcel, *(p for p in talk.ctx.read(Parcel, order_id=order.order_id) if p != case.parcel)]
    for parcel in parcels[:MOST]:
        likely = _likely(talk, parcel, order) if parcel else None
        usual = usual_days(talk.ctx, parcel.carrier) if parcel and likely is None else 0
        said = wording.where_it_is(order, parcel, zone, now, late_days(parcel, now), usual)
        if parcel is not None and likely is not None:
            said = wording.join(said, wording.likely(parcel, likely, zone))
        if len(parcels) > 1 and parcel is not None:
            said = Text(en=f"Parcel {parcel.parcel_id}: {said.en}", zh=f"包裹 {parcel.parcel_id}：{said.zh}")
        rests = (of_order(order), *((_of_parcel(talk, parcel, usual, likely),) if parcel else ()))
        lines.append(Line(said, rests))
    coming = tuple((p, p.expected_at) for p in parcels[:MOST] if p and p.expected_at and p.status not in ARRIVED)
    return Told(
        tuple(lines),
        Text(
            en=f"the customer asks for order {order.order_id}: {late:g} days late",
            zh=f"客户询问订单 {order.order_id}：延误 {late:g} 天",
        ),
        order,
        late=late,
        arrivals=tuple((parcel, day) for parcel, day in coming if day > now),
        confidence=talk.read.intents[0].confidence if talk.read.intents else 1.0,
    )


def _likely(talk: Talk, parcel: Parcel, order: Order) -> Arrival | None:
    """How long such parcels take, where the carrier names no day to come and enough of them were seen."""
    now = talk.now()
    if parcel.status in ("delivered", "returned") or (parcel.expected_at is not None and parcel.expected_at > now):
        return None
    lines = talk.ctx.read(OrderLine, order_id=order.order_id)
    weights = [(talk.ctx.read(Product, line.product_id), line.quantity) for line in lines if line.quantity > 0]
    asked = ArrivalTime(
        origin=parcel.origin, destination=parcel.destination, carrier=parcel.carrier,
        shipped_at=parcel.shipped_at or now, now=now if parcel.shipped_at else None, promised_at=parcel.promised_at,
        weight_g=sum((product.weight_g or 0) * units for product, units in weights if product),
    )  # fmt: skip
    try:
        found = talk.ctx.ask(asked).value
    except NotFound:  # nobody here answers it
        return None
    return found if found.parcels >= SEEN else None


def _of_parcel(talk: Talk, parcel: Parcel, usual: int, likely: Arrival | None) -> Evidence:
    """What a parcel's row says, in the days of the customer's calendar."""
    zone = wording.zone_of(talk.ctx, talk.customer)
    known = [
        (en, zh, wording.day(at, zone))
        for en, zh, at in (
            ("promised for", "承诺", parcel.promised_at),
            ("expected on", "预计", parcel.expected_at),
            ("delivered on", "送达", parcel.delivered_at),
        )
    ]
    en = [f"{what} {on.en}" for what, _, on in known if on]
    zh = [f"{what}{on.zh}" for _, what, on in known if on]
    if usual:
        en.append(f"9 of 10 within {usual} days")
        zh.append(f"十件中九件 {usual} 天内")
    if likely is not None:
        told = wording.likely(parcel, likely, zone)
        en.append(f"from {likely.parcels} parcels: {told.en}")
        zh.append(f"依据 {likely.parcels} 件包裹：{told.zh}")
    return evidence(
        parcel,
        f"parcel {parcel.parcel_id} with {parcel.carrier}: {placed(parcel.status).en}{''.join(f', {e}' for e in en)}",
        f"包裹 {parcel.parcel_id}（{parcel.carrier}）：{placed(parcel.status).zh}{''.join(f'，{z}' for z in zh)}",
    )


FLOW = Flow(
    "where_is_parcel",
    Text(en="Where is my parcel", zh="包裹在哪"),
    needs=("order",),
    reads=(Customer, Order, OrderLine, Product, Parcel, CarrierTransit, RemedyGiven, ShopDay),
    answer=answer,
    policy=(RemedyPolicy, ArrivalTime),
)
