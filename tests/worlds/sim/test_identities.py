"""The town's people are known by keys that follow from who they are, and write as contacts that bear them."""

from __future__ import annotations

from datetime import UTC, datetime

from linkloop.commerce.contacts import Contact, CustomerKey
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.customers import Customer
from linkloop.worlds.sim.identities import contact_of, keys_of
from tests.worlds.sim.conftest import Lived

AT = datetime(2026, 11, 24, tzinfo=UTC)


def test_keys_follow_from_the_customer_and_only_households_share_a_telephone() -> None:
    assert keys_of("C0000007") == keys_of("C0000007")
    phones = [keys_of(f"C{n:07d}")[0].key for n in range(1, 401)]
    mails = [keys_of(f"C{n:07d}")[1].key for n in range(1, 401)]
    assert len(set(mails)) == 400
    assert len(set(phones)) == 390
    assert phones[39] == phones[38]
    assert all(key.startswith("phone:+861") and len(key) == len("phone:+8613800138000") for key in phones)


def test_what_a_channel_vouches_for_is_proven_and_a_web_page_vouches_for_nothing() -> None:
    app, wechat, web = (contact_of(c, "C0000007", "T1", "李雷", "zh", AT) for c in ("app", "wechat", "web"))
    phone, _, union = (key.key for key in keys_of("C0000007"))
    assert (app.contact_id, app.keys, app.proven) == ("app:C0000007", (phone,), True)
    assert (wechat.keys, wechat.proven, wechat.contact_id[:8]) == ((union,), True, "wechat:o")
    assert (web.contact_id, web.keys, web.proven, web.name) == ("web:T1", (), False, "")
    stranger = contact_of("wechat", "", "T2", "", "zh", AT)
    assert (stranger.keys, stranger.proven) == ((), False)


def test_who_writes_is_a_contact_that_was_said_before_or_with_the_message(lived: Lived) -> None:
    contacts = {row.contact_id for row in lived.said(Contact)}
    written = {event.contact_id for event in lived.said(MessageReceived)}
    assert written
    assert written <= contacts
    known = {row.customer_id for row in lived.said(CustomerKey)}
    assert {row.customer_id for row in lived.said(Customer)} <= known
