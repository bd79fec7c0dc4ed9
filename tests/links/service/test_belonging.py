"""Who a sender is: what is proven opens orders, what is claimed opens nothing, what is shared links nobody."""

from __future__ import annotations

import pytest

from linkloop.commerce.contacts import ContactLink, ContactMerged, ContactSplit, CustomerKey, MergeSuggestion
from tests.links.context import MemoryShop
from tests.links.service.late_parcel import shop
from tests.links.service.listening import happen, link_of, listen, minutes, person, row, said

PHONE = "phone:+8613800138000"
MAIL = "email:ann@example.com"


def key(name: str, customer: str) -> CustomerKey:
    return CustomerKey(key=name, customer_id=customer)


def suggested(town: MemoryShop) -> dict[tuple[str, str], str]:
    rows = town.rows.get(MergeSuggestion, {}).values()
    return {(s.contact_id, s.customer_id): s.status for s in rows if isinstance(s, MergeSuggestion)}


def test_a_session_says_who_it_is_and_links_the_contact() -> None:
    town = shop(person("web:v1", proven=False))
    heard = listen(town, said(1, customer="c1", contact="web:v1"))
    assert (heard.customer_id, heard.claimed_customer_id) == ("c1", "")
    assert town.read(ContactLink, "web:v1") == ContactLink(
        contact_id="web:v1", customer_id="c1", how="session", since=minutes(1)
    )


def test_a_proven_key_of_one_customer_links_and_opens_orders() -> None:
    town = shop(person("telegram:7", PHONE), key(PHONE, "c2"))
    heard = listen(town, said(1, contact="telegram:7"))
    assert (heard.customer_id, heard.claimed_customer_id) == ("c2", "")
    link = town.read(ContactLink, "telegram:7")
    assert link is not None
    assert (link.customer_id, link.how, link.key) == ("c2", "key", PHONE)


def test_a_claimed_key_opens_nothing_and_links_nobody() -> None:
    town = shop(person("email:x", MAIL, proven=False), key(MAIL, "c2"))
    heard = listen(town, said(1, contact="email:x"))
    assert (heard.customer_id, heard.claimed_customer_id) == ("", "c2")
    assert link_of(town, "email:x") == ""
    assert row(town).customer_id == ""


def test_a_sender_that_is_no_longer_proven_is_no_longer_trusted() -> None:
    """One message of an address is signed, the next is not (DKIM)."""
    town = shop(person("email:x", MAIL), key(MAIL, "c2"))
    assert listen(town, said(1, contact="email:x")).customer_id == "c2"
    town.keep([person("email:x", MAIL, proven=False)])
    heard = listen(town, said(2, contact="email:x"))
    assert (heard.customer_id, heard.claimed_customer_id) == ("", "c2")


def test_a_number_that_went_to_another_customer_opens_nothing() -> None:
    town = shop(person("whatsapp:1", PHONE), key(PHONE, "c1"))
    assert listen(town, said(1, contact="whatsapp:1")).customer_id == "c1"
    town.rows[CustomerKey].clear()
    town.keep([key(PHONE, "c2")])
    heard = listen(town, said(2, contact="whatsapp:1"))
    assert (heard.customer_id, heard.claimed_customer_id) == ("", "c1")
    assert link_of(town, "whatsapp:1") == "c1"  # a person decides; nothing is moved by itself


@pytest.mark.parametrize(
    ("keys", "known"),
    [
        ((PHONE,), [key(PHONE, "c1"), key(PHONE, "c2")]),  # a family's telephone
        ((PHONE, MAIL), [key(PHONE, "c1"), key(MAIL, "c2")]),  # two keys, two customers
    ],
)
def test_what_may_be_two_customers_is_asked_and_not_guessed(keys: tuple[str, ...], known: list[CustomerKey]) -> None:
    town = shop(person("telegram:7", *keys), *known)
    heard = listen(town, said(1, contact="telegram:7"))
    assert (heard.customer_id, heard.claimed_customer_id) == ("", "")
    assert link_of(town, "telegram:7") == ""
    assert suggested(town) == {("telegram:7", "c1"): "open", ("telegram:7", "c2"): "open"}


def test_a_shared_key_beside_an_own_one_does_not_hinder() -> None:
    town = shop(person("telegram:7", PHONE, MAIL), key(PHONE, "c1"), key(PHONE, "c2"), key(MAIL, "c2"))
    assert listen(town, said(1, contact="telegram:7")).customer_id == "c2"


def test_a_split_contact_is_not_merged_again_by_the_same_key_nor_by_another_of_that_customer() -> None:
    town = shop(person("telegram:7", PHONE), key(PHONE, "c1"), key(MAIL, "c1"))
    listen(town, said(1, contact="telegram:7"))
    assert row(town).customer_id == "c1"
    happen(town, ContactSplit(at=minutes(2), contact_id="telegram:7", customer_id="c1", by="wei"))
    assert (link_of(town, "telegram:7"), row(town).customer_id) == ("", "")
    town.keep([person("telegram:7", PHONE, MAIL)])
    heard = listen(town, said(3, contact="telegram:7"))
    assert (heard.customer_id, heard.claimed_customer_id) == ("", "c1")
    assert link_of(town, "telegram:7") == ""
    happen(town, ContactMerged(at=minutes(4), contact_id="telegram:7", customer_id="c1", how="person", by="wei"))
    assert listen(town, said(5, contact="telegram:7")).customer_id == "c1"  # a person may still say so


def test_two_accounts_in_one_browser_stay_two_customers() -> None:
    """Chatwoot #4728: there, the second to sign in took over the first's contact and conversations."""
    town = shop(person("web:tab", proven=False))
    assert listen(town, said(1, customer="c1", contact="web:tab", conversation="a")).customer_id == "c1"
    assert listen(town, said(2, customer="c2", contact="web:tab", conversation="b")).customer_id == "c2"
    assert (row(town, "a").customer_id, row(town, "b").customer_id) == ("c1", "c2")
    assert link_of(town, "web:tab") == "c1"  # whose it was first; a person is asked about the other
    assert suggested(town) == {("web:tab", "c2"): "open"}


def test_the_same_address_on_two_channels_is_one_customer_without_anybody_merging() -> None:
    """Chatwoot #258: there, an e-mail and a text message of one person stayed two contacts."""
    town = shop(person("email:ann", MAIL), person("sms:1", PHONE), key(MAIL, "c2"), key(PHONE, "c2"))
    assert listen(town, said(1, contact="email:ann", conversation="mail", channel="email")).customer_id == "c2"
    assert listen(town, said(2, contact="sms:1", conversation="sms", channel="sms")).customer_id == "c2"
    assert (link_of(town, "email:ann"), link_of(town, "sms:1")) == ("c2", "c2")
    assert row(town, "sms").continues == "mail"
