"""Wording: the sentences that a customer reads, in English and Chinese, with nothing in them but facts of tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from math import ceil
from zoneinfo import ZoneInfo

from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.stock import ShopDay
from linkloop.commerce.transit import Arrival
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.text import Text

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# Days are named as the customer's calendar has them; without a country as the shop's has them.
_ZONES = {
    "cn": "Asia/Shanghai", "china": "Asia/Shanghai", "中国": "Asia/Shanghai", "hk": "Asia/Hong_Kong",
    "tw": "Asia/Taipei", "sg": "Asia/Singapore", "jp": "Asia/Tokyo", "gb": "Europe/London", "uk": "Europe/London",
    "united kingdom": "Europe/London", "de": "Europe/Berlin", "fr": "Europe/Paris", "br": "America/Sao_Paulo",
}  # fmt: skip

HELLO = Text(en="Hello! How can I help you?", zh="您好！请问有什么可以帮您？")
WELCOME = Text(en="You are welcome! We are glad that it worked out.", zh="不客气！很高兴能帮到您。")
LEFT_ALONE = Text(en="All right, I have left everything as it is.", zh="好的，没有做任何更改。")
NOT_UNDERSTOOD = Text(en="I did not understand that as an answer.", zh="没有看懂您的回复。")
# What a stranger reads who may prove who they are: the same whether there is such an order or not.
PROVE = Text(
    en="Before I look at an order I need to know that it is yours. Please send its order number and one of these as "
    "given with it: the last four digits of the phone number, the postcode, or the e-mail address. If you cannot, "
    "write “person” and a colleague helps you.",
    zh="查看订单前需要确认是您本人。请发送订单号，以及下单时的手机号后四位、邮编、邮箱中的任意一项。如果不方便，请回复“人工”。",
)
PROVE_FACT = Text(
    en="Please send also one of these as given with that order: the last four digits of the phone number, the "
    "postcode, or the e-mail address.",
    zh="请再提供下单时的手机号后四位、邮编、邮箱中的任意一项。",
)
PROVE_NUMBER = Text(
    en="Please send the order number as well, together with that, in one message.",
    zh="请把订单号和这项信息一起发给我。",
)
PROVE_ONE = Text(
    en="Please send one order number and only one such detail.",
    zh="请只发送一个订单号和其中一项信息。",
)
NOT_PROVEN = Text(
    en="What you sent does not match what we hold, so I may not look at orders here.",
    zh="您提供的信息与我们的记录不一致，我无法在这里查看订单。",
)
PROVE_AGAIN = Text(
    en="Please check both and send order number and detail once more, or write “person”.",
    zh="请核对后重新发送订单号和该项信息，或回复“人工”。",
)
PROVE_STRONGER = Text(
    en="For this order number that detail is not enough today. Please send the e-mail address or the whole phone "
    "number as given with it, or sign in to the shop.",
    zh="该订单号今天不能用这项信息核对。请提供下单时的邮箱或完整手机号，或登录店铺后咨询。",
)
PROVE_MORE = Text(
    en="A postcode lets me tell you about this order, not change it. Please send the last four digits of the phone "
    "number or the e-mail address as given with it, or sign in to the shop.",
    zh="凭邮编我可以告知订单情况，但不能办理变更。请再提供下单时的手机号后四位或邮箱，或登录店铺后办理。",
)
PROVEN = Text(
    en="Thank you, that matches. I can help you with this order here; for your account and other orders "
    "please sign in.",
    zh="谢谢，信息一致，我可以在这里为您办理该订单。账户和其他订单请登录后咨询。",
)
PROVEN_TO_SEE = Text(
    en="Thank you, that matches. I can tell you about this order here.",
    zh="谢谢，信息一致，我可以在这里告知您该订单的情况。",
)
# Where people sign in to the shop itself; everywhere else there is nothing to sign in to.
_OWN = frozenset(("", "web", "webchat", "app", "shop"))
_ELSEWHERE = Text(
    en="I cannot see from this account which customer you are, so I may not look at orders here. Please write to us "
    "from the phone number or e-mail address that you ordered with, or in the shop's own chat while you are signed in. "
    "If you cannot, write “person” and a colleague helps you.",
    zh="这个账号没有与您的购物账户关联，我无法在这里查看订单。请用下单时的手机号或邮箱联系我们，或在店铺登录后通过在线客服咨询。"
    "如果不方便，请回复“人工”。",
)
_BY_MAIL = Text(
    en="This e-mail address belongs to no order, so I may not look at one here. Please write from the address that you "
    "ordered with, or in the shop's own chat while you are signed in. If you cannot, write “person” and a colleague "
    "helps you.",
    zh="这个邮箱没有对应的订单，我无法在这里查看。请用下单时的邮箱来信，或在店铺登录后通过在线客服咨询。如果不方便，请回复“人工”。",
)
_GAPS = {
    "stranger": Text(
        en="Please sign in, so that I may look at your order. If you cannot, write “person” and a colleague helps you.",
        zh="请先登录，我才能查看您的订单。如果无法登录，请回复“人工”。",
    ),
    "not_theirs": Text(
        en="I cannot find that number among your orders. Please check it and send it once more.",
        zh="在您的订单中没有找到这个号码，请核对后再发给我。",
    ),
    "nothing": Text(
        en="I see no order of yours on its way. If you mean an older one, please send me its number.",
        zh="没有查到您正在配送的订单。如果是更早的订单，请把订单号发给我。",
    ),
    "no_order": Text(
        en="I see no order of yours from the last months. If you have its number, please send it to me.",
        zh="没有查到您近期的订单。如有订单号，请发给我。",
    ),
    "nothing_fits": Text(
        en="None of your orders is at a point where that can be done. If you mean a certain one, please send "
        "me its number.",
        zh="您的订单目前都不在可以这样处理的阶段。如果是指某个订单，请把订单号发给我。",
    ),
}


def only_order(order_id: str) -> Text:
    """That a proof has opened one order, and what opens another."""
    return Text(
        en=f"Here I can speak of order {order_id} alone. For another one please sign in, or send its number and one of "
        "these as given with it: the last four digits of the phone number, the postcode, or the e-mail address.",
        zh=f"在这里我只能处理订单 {order_id}。"
        "其他订单请登录后咨询，或发送其订单号以及下单时的手机号后四位、邮编、邮箱中的任意一项。",
    )


def handed_over(minutes: int) -> Text:
    """That a person comes, and within how many minutes the shop's own target says; said once."""
    unit = "minute" if minutes == 1 else "minutes"
    return Text(
        en=f"This is one for a person: a colleague answers you here, within {minutes} {unit} by our target.",
        zh=f"这个问题需要人工处理，同事会在这里回复您，目标时间为 {minutes} 分钟内。",
    )


_FEELING = {
    "angry": Text(en="I understand that you are upset.", zh="非常理解您的心情。"),
    "anxious": Text(en="I understand that you are worried.", zh="理解您着急的心情。"),
}


def gap(kind: str, channel: str = "web") -> Text:
    """Why nothing can be said of an order; a stranger reads how one proves who one is on that channel."""
    if kind == "stranger" and channel not in _OWN:
        return _BY_MAIL if "mail" in channel else _ELSEWHERE
    return _GAPS[kind]


def join(*parts: Text | None) -> Text:
    """Several sentences as one text; what is None is left out."""
    there = [part for part in parts if part is not None]
    return Text(en=" ".join(part.en for part in there), zh="".join(part.zh for part in there))


def where_it_is(case_order: Order, parcel: Parcel | None, zone: tzinfo, now: datetime, late: float, usual: int) -> Text:
    """Where a parcel is, who carries it, and the day that the carrier expects: as the rows say, or that they do not.

    `late` in days; `usual` is how many days 9 of 10 parcels of the carrier take (0: unknown).
    """
    number = case_order.order_id
    if parcel is None:
        return Text(en=f"Order {number} has not been packed yet.", zh=f"订单 {number} 还没有打包发出。")
    by = Text(en=f" with {parcel.carrier}", zh=f"由{parcel.carrier}") if parcel.carrier else Text(en="", zh="")
    if parcel.status == "delivered":
        on = day(parcel.delivered_at, zone)
        return Text(
            en=f"The parcel of order {number} was delivered{by.en}{f' on {on.en}' if on else ''}.",
            zh=f"订单 {number} 的包裹已{f'于{on.zh}' if on else ''}{by.zh}送达。",
        )
    if parcel.status == "returned":
        return Text(en=f"The parcel of order {number} was returned to us.", zh=f"订单 {number} 的包裹已退回我们这里。")
    place = (
        Text(
            en=f"The parcel of order {number} is packed and not on its way yet.",
            zh=f"订单 {number} 的包裹已打包，尚未发出。",
        )
        if parcel.status == "packed"
        else Text(
            en=f"The parcel of order {number} is on its way{by.en}.", zh=f"订单 {number} 的包裹正{by.zh}配送途中。"
        )
    )
    return join(place, _when(parcel, zone, now, late), _usually(parcel, usual))


def _when(parcel: Parcel, zone: tzinfo, now: datetime, late: float) -> Text:
    promised = day(parcel.promised_at, zone)
    # A day that has passed is no expectation: to repeat it would be to invent one.
    coming = day(parcel.expected_at, zone) if parcel.expected_at and parcel.expected_at > now else None
    if late and promised and coming:
        return Text(
            en=f"It was promised for {promised.en}; it is now expected on {coming.en}.",
            zh=f"原定{promised.zh}送达，目前预计{coming.zh}送达。",
        )
    if late and promised:
        return Text(
            en=f"It was promised for {promised.en}; there is no new date from the carrier yet.",
            zh=f"原定{promised.zh}送达，承运商还没有给出新的日期。",
        )
    if coming:
        return Text(en=f"It is expected on {coming.en}.", zh=f"预计{coming.zh}送达。")
    if promised:
        return Text(en=f"It was promised for {promised.en}.", zh=f"承诺{promised.zh}送达。")
    return Text(en="There is no delivery date from the carrier yet.", zh="承运商还没有给出送达日期。")


def _usually(parcel: Parcel, usual: int) -> Text | None:
    if not usual or parcel.expected_at is not None:
        return None
    return Text(
        en=f"Lately 9 of 10 parcels with {parcel.carrier} took at most {usual} day{'s' if usual > 1 else ''}.",
        zh=f"近期{parcel.carrier}十件中有九件在 {usual} 天内送达。",
    )


def likely(parcel: Parcel, arrival: Arrival, zone: tzinfo) -> Text:
    """When such a parcel arrives in 8 of 10 cases: days of the customer's calendar, or how long once it is on its way.

    An estimate is told as one: it is no promise.
    """
    days = dict(zip(arrival.levels, arrival.quantiles, strict=True))
    low, high = days[0.1], days[0.9]
    if parcel.shipped_at is None:
        first, last = max(1, round(low)), max(1, ceil(high))
        span = f"{first} to {last}" if first < last else f"{last}"
        zh = f"{first}–{last}" if first < last else f"{last}"
        return Text(
            en=f"Once it is on its way, 8 of 10 such parcels take {span} day{'s' if last > 1 else ''}; "
            "that is an estimate, not a promise.",
            zh=f"发出后十件中有八件 {zh} 天送达；这是估计，不是承诺。",
        )
    first, last = (day(arrival.since + timedelta(days=n), zone) for n in (low, high))
    assert first is not None
    assert last is not None
    if first == last:
        return Text(
            en=f"8 of 10 such parcels arrive on {first.en}; that is an estimate, not a promise.",
            zh=f"此类包裹十件中有八件于{first.zh}送达；这是估计，不是承诺。",
        )
    return Text(
        en=f"8 of 10 such parcels arrive between {first.en} and {last.en}; that is an estimate, not a promise.",
        zh=f"此类包裹十件中有八件于{first.zh}至{last.zh}送达；这是估计，不是承诺。",
    )


def sorry(mood: str, apologise: bool) -> Text | None:
    """What is said first to somebody who waits: the mood acknowledged, and the apology where it is due."""
    regret = Text(en="We are sorry for the delay.", zh="很抱歉让您久等了。") if apologise else None
    said = join(_FEELING.get(mood), regret)
    return said if said.en else None


def delayed(order: Order, parcel: Parcel, zone: tzinfo, expected: datetime) -> Text:
    """The news of a delay, told before the customer asks."""
    new, old = day(expected, zone), day(parcel.promised_at, zone)
    assert new is not None
    return Text(
        en=f"We are sorry: the parcel of order {order.order_id} is delayed. "
        + (f"It was promised for {old.en}; it" if old else "It")
        + f" is now expected on {new.en}.",
        zh=f"很抱歉，订单 {order.order_id} 的包裹延误了，"
        + (f"原定{old.zh}送达，" if old else "")
        + f"目前预计{new.zh}送达。",
    )


def compensated(order_id: str, amount: Money) -> Text:
    """That money is given back; said only when the world has confirmed it."""
    return Text(
        en=f"As an apology for the delay of order {order_id} we are giving you {amount} back.",
        zh=f"为订单 {order_id} 的延误向您致歉，我们将退还您 {amount}。",
    )


def zone_of(ctx: Context, customer: Customer | None) -> tzinfo:
    """The time zone of a customer's country; else the shop's, by its name or as far as its midnight was seen; else
    UTC."""
    if known := _ZONES.get((customer.country if customer else "").lower()):
        return ZoneInfo(known)
    shop = ctx.read(ShopDay, "shop")  # a log holds one shop
    if shop is not None and shop.zone:
        return ZoneInfo(shop.zone)
    return UTC if shop is None else timezone(timedelta(minutes=shop.ahead_minutes), "shop")


def named(zone: tzinfo) -> str:
    """What stands behind a time: nothing where it is the reader's or the shop's own; UTC is named."""
    return " (UTC)" if zone is UTC else ""


def day(at: datetime | None, zone: tzinfo) -> Text | None:
    """A calendar day in a zone; UTC is named, for the customer's own day may be another."""
    if at is None:
        return None
    local = at.astimezone(zone)
    utc = named(zone)
    return Text(en=f"{local.day} {_MONTHS[local.month - 1]}{utc}", zh=f"{local.month}月{local.day}日{utc}")


def end_of_day(at: datetime, zone: tzinfo) -> datetime:
    """The end of the calendar day that a moment falls on in a zone."""
    local = at.astimezone(zone)
    midnight = datetime(local.year, local.month, local.day, tzinfo=zone) + timedelta(days=1)
    return midnight.astimezone(UTC)
