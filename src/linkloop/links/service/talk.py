"""Talk: a message as flows see it, and in which language its answer is written."""

from __future__ import annotations

import re

from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.customers import Customer
from linkloop.commerce.understanding import Understanding
from linkloop.core.link import Context
from linkloop.links.service.conversation import Heard
from linkloop.links.service.features import language
from linkloop.links.service.flows.shape import Talk

_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_ASKS = re.compile(r"\b(?:where|when|what|how|can|could|please|is|my|the|want|need|help|why|which|do|does)\b", re.I)
_FRAGT = re.compile(r"[吗呢么的了我你在哪怎请想要能可]")


def talk_of(ctx: Context, event: MessageReceived, heard: Heard, read: Understanding, asked_in: str = "") -> Talk:
    """What a flow may know of a message. The customer is the trusted one alone; `asked_in` is the language of what
    we asked, which a bare "ok" answers."""
    customer = ctx.read(Customer, heard.customer_id) if heard.customer_id else None
    before = heard.conversation.language if heard.conversation.messages > 1 else ""
    known = asked_in or before or (customer.language if customer else "")
    return Talk(
        ctx=ctx,
        conversation_id=event.conversation_id,
        message_id=event.message_id,
        text=event.text,
        customer_id=heard.customer_id,
        customer=customer,
        language=tongue(event.text, known),
        read=read,
        named=(event.order_id, read.slots.order_id),
        channel=event.channel,
        known_order=heard.scope
        or (heard.conversation.order_id if heard.conversation.customer_id == heard.customer_id else ""),
        scope=heard.scope,
        opens=heard.opens,
    )


def tongue(text: str, known: str) -> str:
    """ "zh" or "en". Of a mixed text the language that its question words are in, not that of a product's name."""
    han = len(_HAN.findall(text))
    if han and len(_LATIN.findall(text)) >= 3:
        english, chinese = len(_ASKS.findall(text)), len(_FRAGT.findall(text))
        if english != chinese:
            return "en" if english > chinese else "zh"
    return language(text, known)
