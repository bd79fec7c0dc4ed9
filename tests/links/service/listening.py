"""Messages heard by the conversation core alone, with a reading and an answer that the test gives."""

from __future__ import annotations

from datetime import datetime, timedelta

from linkloop.commerce.contacts import Contact, ContactLink
from linkloop.commerce.conversations import Conversation, Message, MessageReceived
from linkloop.commerce.understanding import IntentGuess, Understanding
from linkloop.core.event import Event
from linkloop.links.service.conversation import Answered, Heard, hear, kept
from tests.links.context import MemoryShop
from tests.links.service.late_parcel import NOW

CALM = Understanding(intents=(IntentGuess("where_is_parcel", 0.9),), language="en")
ANGRY = Understanding(
    intents=(IntentGuess("complaint", 0.9),), mood="angry", intensity=0.8, urgency=0.75, churn=0.6, language="en"
)
HUMAN = Understanding(intents=(IntentGuess("human", 0.99),), language="en")
NOTHING = Answered()


def minutes(n: float) -> datetime:
    return NOW + timedelta(minutes=n)


def said(
    n: int,
    *,
    customer: str = "",
    contact: str = "",
    conversation: str = "v1",
    channel: str = "web",
    at: datetime | None = None,
    text: str = "",
) -> MessageReceived:
    """Message number n; it comes n minutes after NOW unless told otherwise."""
    return MessageReceived(
        at=at or minutes(n), id=f"e{n}", case_id=f"case{n}", message_id=f"m{n}", conversation_id=conversation,
        channel=channel, text=text or f"text {n}", customer_id=customer, contact_id=contact,
    )  # fmt: skip


def listen(town: MemoryShop, event: MessageReceived, read: Understanding = CALM, answered: Answered = NOTHING) -> Heard:
    """Let the core hear a message and keep what it says, as the loop would."""
    town._now = event.at
    town.keep(
        [
            Message(
                message_id=event.message_id, conversation_id=event.conversation_id, customer_id=event.customer_id,
                author="customer", channel=event.channel, text=event.text, sent_at=event.at,
            ),
            event,
        ]
    )  # fmt: skip
    heard = hear(town, event)
    row = kept(town, heard, read, answered)
    town.keep([*heard.says, row])
    return heard


def happen(town: MemoryShop, event: Event) -> None:
    """Let the link hear something else."""
    town.hear(event, slow=False)


def row(town: MemoryShop, conversation: str = "v1") -> Conversation:
    found = town.read(Conversation, conversation)
    assert found is not None
    return found


def link_of(town: MemoryShop, contact: str) -> str:
    """The customer that a contact is linked to, or an empty string."""
    found = town.read(ContactLink, contact)
    return found.customer_id if found else ""


def person(contact_id: str, *keys: str, proven: bool = True) -> Contact:
    """A contact; the channel is what stands before the colon."""
    return Contact(contact_id=contact_id, channel=contact_id.split(":")[0], keys=keys, proven=proven)
