"""Contacts are merged and split in any order, and no message is lost: what a customer sees follows from the links."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from linkloop.commerce.contacts import ContactConversation, ContactLink, ContactMerged, ContactSplit, CustomerKey
from linkloop.commerce.conversations import Conversation, Message
from tests.links.service.late_parcel import shop
from tests.links.service.listening import happen, link_of, listen, minutes, person, row, said

CONTACTS = {"telegram:1": "phone:1", "email:2": "email:2", "wechat:3": "unionid:3"}
CUSTOMERS = ("c1", "c2")
KEYS = (
    CustomerKey(key="phone:1", customer_id="c1"),
    CustomerKey(key="email:2", customer_id="c2"),
    CustomerKey(key="unionid:3", customer_id="c1"),
    CustomerKey(key="unionid:3", customer_id="c2"),  # shared: never links by itself
)


class Identity(RuleBasedStateMachine):
    """Three senders write, people merge and split them with two customers as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.town = shop(*(person(contact, key) for contact, key in CONTACTS.items()), *KEYS)
        self.n = 0
        self.wrote: dict[str, list[str]] = {contact: [] for contact in CONTACTS}
        self.parted: set[tuple[str, str]] = set()

    @rule(contact=st.sampled_from(sorted(CONTACTS)), talk=st.integers(0, 1))
    def writes(self, contact: str, talk: int) -> None:
        self.n += 1
        before = link_of(self.town, contact)
        event = said(self.n, contact=contact, conversation=f"{contact}/{talk}", channel=contact.split(":")[0])
        heard = listen(self.town, event)
        self.wrote[contact].append(event.message_id)
        after = link_of(self.town, contact)
        if before:
            assert after == before
        elif after:
            own = {key.customer_id for key in KEYS if key.key == CONTACTS[contact]}
            assert own == {after}
            assert (contact, after) not in self.parted  # never again by itself
        assert heard.customer_id == after

    @rule(contact=st.sampled_from(sorted(CONTACTS)), customer=st.sampled_from(CUSTOMERS))
    def is_merged(self, contact: str, customer: str) -> None:
        if link_of(self.town, contact):
            return  # the desk refuses it: split first
        self.n += 1
        happen(
            self.town,
            ContactMerged(at=minutes(self.n), contact_id=contact, customer_id=customer, how="person", by="wei"),
        )
        self.parted.discard((contact, customer))
        assert link_of(self.town, contact) == customer

    @rule(contact=st.sampled_from(sorted(CONTACTS)))
    def is_split(self, contact: str) -> None:
        customer = link_of(self.town, contact)
        if not customer:
            return
        self.n += 1
        happen(self.town, ContactSplit(at=minutes(self.n), contact_id=contact, customer_id=customer, by="wei"))
        self.parted.add((contact, customer))
        assert link_of(self.town, contact) == ""
        for talk in self.talks(contact):
            assert row(self.town, talk).customer_id == ""

    def talks(self, contact: str) -> list[str]:
        return [kept.conversation_id for kept in self.town.read(ContactConversation, contact_id=contact)]

    def seen(self, contact: str) -> list[str]:
        lines = [line for talk in self.talks(contact) for line in self.town.read(Message, conversation_id=talk)]
        return [line.message_id for line in sorted(lines, key=lambda line: line.sent_at)]

    @invariant()
    def every_message_is_readable_from_its_contact(self) -> None:
        assert {contact: self.seen(contact) for contact in CONTACTS} == self.wrote

    @invariant()
    def a_customer_sees_the_messages_of_the_linked_contacts_and_no_others(self) -> None:
        for customer in CUSTOMERS:
            linked = [link.contact_id for link in self.town.read(ContactLink, customer_id=customer)]
            theirs = sorted(message for contact in linked for message in self.wrote[contact])
            owned = [one.conversation_id for one in self.town.read(Conversation, customer_id=customer)]
            shown = {*owned, *(talk for contact in linked for talk in self.talks(contact))}
            lines = [line for talk in shown for line in self.town.read(Message, conversation_id=talk)]
            assert sorted(line.message_id for line in lines) == theirs

    @invariant()
    def no_message_was_rewritten(self) -> None:
        kept = self.town.rows.get(Message, {})
        assert sorted(kept) == sorted(message for messages in self.wrote.values() for message in messages)
        assert all(isinstance(line, Message) and line.customer_id == "" for line in kept.values())


TestIdentity = Identity.TestCase
TestIdentity.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
