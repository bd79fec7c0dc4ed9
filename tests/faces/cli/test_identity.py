"""linkloop identity: strangers are compared with customers; the suggestions are there afterwards."""

from __future__ import annotations

from pathlib import Path

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.contacts import Contact, CustomerKey, MergeSuggestion
from linkloop.commerce.customers import Customer
from linkloop.core.world import Delivery
from tests.faces.cli.calling import call

PHONE = "phone:+8613800138000"


def test_it_tells_what_it_found_and_a_second_run_finds_the_same(tmp_path: Path) -> None:
    shop = Shop(Settings(folder=str(tmp_path)), links=[], worlds=[])
    rows = (
        Customer(customer_id="c1", name="Ann Lee"),
        Customer(customer_id="c2", name="Bob Ray"),
        CustomerKey(key=PHONE, customer_id="c1"),
        Contact(contact_id="email:x", channel="email", name="Ann Lee", keys=(PHONE,)),
    )
    shop.loop.accept([Delivery(source="test", external_id="1", said=rows)])
    shop.close()
    told = call("--folder", str(tmp_path), "identity", "--json").json()
    assert told == {"senders": 1, "customers": 2, "suggested": 1, "withdrawn": 0}
    assert call("--folder", str(tmp_path), "identity", "--json").json() == told
    shop = Shop(Settings(folder=str(tmp_path)), links=[], worlds=[])
    found = shop.loop.do(lambda turn: turn.w.facts.get(MergeSuggestion, "email:x|c1")[0])
    shop.close()
    assert found is not None
    assert (found.status, found.because) == ("open", ("same name", "same phone"))
