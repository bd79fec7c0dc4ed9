"""The row of a conversation: one for every message, with whose turn it is and by when."""

from __future__ import annotations

from datetime import timedelta

from linkloop.commerce.conversations import Conversation
from tests.links.context import of_kind
from tests.links.service.late_parcel import NOW, message, shop


def test_every_message_keeps_a_conversation_row() -> None:
    town = shop()
    [row] = of_kind(town.hear(message("where is my parcel?")), Conversation)
    assert (row.conversation_id, row.customer_id, row.messages, row.status) == ("v1", "c1", 1, "open")
    assert row.unanswered_since == row.last_customer_at == NOW
    assert row.answer_by == NOW + timedelta(seconds=30)
    [row] = of_kind(town.hear(message("thank you", n=2, at=NOW + timedelta(minutes=1))), Conversation)
    assert (row.messages, row.recent) == (2, ("where is my parcel?", "thank you"))
    assert row.unanswered_since == NOW
