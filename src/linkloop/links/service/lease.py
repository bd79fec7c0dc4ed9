"""Lease: who holds the pen of a conversation. Bot and person never write at the same time, nor hand it to and fro."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from linkloop.commerce.conversations import Conversation
from linkloop.core.text import Text

# So often may the bot hand one conversation over; after that it stays with people until it is solved.
MOST_HAND_OVERS = 2


def held(row: Conversation, now: datetime) -> bool:
    """Whether only a person may write: one holds the pen, or one was asked for and nobody has taken it yet."""
    return row.holder == "person" and (not row.held_by or not lapsed(row, now))


def lapsed(row: Conversation, now: datetime) -> bool:
    """Whether a named person's time is over."""
    return bool(row.held_by) and (row.lease_until is None or row.lease_until <= now)


def taken(row: Conversation, by: str, until: datetime) -> Conversation:
    """A person takes the pen, or keeps it for longer."""
    return replace(row, status="with_person", holder="person", held_by=by, lease_until=until, solved_at=None)


def settled(row: Conversation, now: datetime) -> Conversation:
    """The row with a lease that has lapsed taken back into account."""
    return let_go(row) if row.holder == "person" and lapsed(row, now) else row


def let_go(row: Conversation) -> Conversation:
    """A person's time is over: back into the queue. The bot may go on only if nobody had asked for a person."""
    asked = row.why_person is not None
    waits = asked or row.unanswered_since is not None
    return replace(
        row,
        status="waiting" if waits else "open",
        holder="person" if asked else "bot",
        held_by="",
        lease_until=None,
    )


def handed_back(row: Conversation, now: datetime) -> Conversation:
    """A person gives the pen back: to the bot, or to the other people where the bot has handed over too often."""
    if row.handed_over >= MOST_HAND_OVERS:
        return replace(row, status="waiting", holder="person", held_by="", lease_until=None, handed_back_at=now)
    return replace(row, status="open", holder="bot", held_by="", lease_until=None, why_person=None, handed_back_at=now)


def may_hand_over(row: Conversation) -> bool:
    """Whether the bot may ask for a person: once for a message of the customer, and not straight after a hand-back."""
    if row.status in ("waiting", "with_person"):
        return False
    back, wrote = row.handed_back_at, row.last_customer_at
    return back is None or (wrote is not None and wrote > back)


def hand_over(row: Conversation, why: Text, *, people_only: bool = False) -> Conversation:
    """The bot asks for a person. With `people_only`, or the last time that it may, it keeps silent from then on."""
    if row.status in ("waiting", "with_person"):  # it is with people already: nothing moves, a stricter wish counts
        silent = people_only and row.holder == "bot"
        return replace(row, holder="person", why_person=why) if silent else row
    if not may_hand_over(row):
        return row
    times = row.handed_over + 1
    silent = people_only or times >= MOST_HAND_OVERS
    return replace(
        row, status="waiting", holder="person" if silent else "bot", held_by="", handed_over=times, why_person=why
    )
