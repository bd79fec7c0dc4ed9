"""Notices: a trouble that many customers meet is told to each who asks about it, instead of keeping them waiting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.notices import ServiceNotice
from linkloop.commerce.payments import PaymentsFailing
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.core.text import Text

LASTS = timedelta(hours=2)  # the watch says it again while it lasts
_PAYING = re.compile(r"支付|付款|付不了|付钱|扣款|刷卡|\b(?:pay(?:ment|ing|s)?|checkout|card|charged)\b", re.IGNORECASE)


def payments_fail(ctx: Context, event: PaymentsFailing) -> Iterator[Table]:
    """Payments through one provider fail: from now on, who asks about paying is told."""
    text = Text(
        en=f"Payments by {event.provider} fail at the moment; nothing was charged for a failed one. "
        "Please pay in another way, or try again later.",
        zh=f"目前 {event.provider} 支付不稳定，失败的支付不会扣款。请换一种支付方式，或稍后再试。",
    )
    yield ServiceNotice(topic="payments", text=text, since=event.since, until=ctx.now() + LASTS)


def notice_for(ctx: Context, event: MessageReceived) -> Text | None:
    """The notice that answers a message, or None."""
    found = notice_of(ctx) if _PAYING.search(event.text) else None
    return found.text if found is not None else None


def notice_of(ctx: Context) -> ServiceNotice | None:
    """The notice about payments that stands right now, or None."""
    found = ctx.read(ServiceNotice, "payments")
    return found if found is not None and ctx.now() < found.until else None
