"""Worlds, map and models in a real browser: the town by keyboard, a trouble to its case, hooks, the chat, the map."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from playwright.sync_api import Page, expect

from linkloop.app.shop import Shop
from linkloop.faces.desk.town import TownOrder, town, town_do
from linkloop.store import audit
from tests.console.browser import Visit


def noted(shop: Shop, what: str) -> list[audit.Audited]:
    with shop.store.read() as connection:
        return audit.read(connection, what=what)


def test_the_town_is_started_stepped_and_paused_by_keyboard_and_it_is_on_record(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    page = visit.open(own_url, "/worlds")
    state = page.get_by_role("group", name="The town's time")
    expect(state).to_contain_text("Paused")
    page.keyboard.press("p")
    expect(state).to_contain_text("Running")
    page.keyboard.press("p")
    expect(state).to_contain_text("Paused")
    page.keyboard.press("h")
    expect(state).to_contain_text("11:00:00")
    expect(state).to_contain_text("Paused")
    assert town(own_shop).at.isoformat() == "2026-11-25T03:00:00+00:00"
    assert [entry.what for entry in noted(own_shop, "town")] == ["town.step", "town.pause", "town.resume"]
    assert {entry.by for entry in noted(own_shop, "town")} == {"local"}


def test_a_payment_fault_is_brought_the_alert_appears_leads_to_its_case_and_the_fault_is_ended(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    for trouble in town(own_shop).troubles:
        town_do(own_shop, TownOrder(do="end", number=trouble.number), "test")
    page = visit.open(own_url, "/worlds")
    page.locator("[data-fault=PaymentFault]").click()
    dialog = page.get_by_role("dialog", name="Payments fail")
    dialog.get_by_label("Payment provider").click()
    page.get_by_title("Alipay").click()
    dialog.get_by_role("spinbutton", name="For how long").fill("2000")
    dialog.locator("#fault-success_rate").fill("0")
    expect(dialog).to_contain_text("only 0% of the payments by Alipay succeed")
    dialog.get_by_role("button", name="Begin now").click()
    expect(dialog).to_be_hidden()  # until it has gone, keys are its own
    card = page.get_by_role("article", name="Payments fail").first
    expect(card).to_contain_text("left")
    assert [type(one.fault).__name__ for one in town(own_shop).troubles] == ["PaymentFault"]

    clock = page.get_by_role("group", name="The town's time")
    for hour in (11, 12, 13, 14):
        page.keyboard.press("h")
        expect(clock).to_contain_text(f"{hour}:00:00")
        expect(clock).to_contain_text("Paused")
    expect(card).to_contain_text("Noticed after")
    expect(card.locator("[data-alert]").first).to_contain_text("alipay")
    card.get_by_role("button", name="End now").click()
    page.get_by_role("tooltip").get_by_role("button", name="End now").click()
    expect(page.get_by_text("Nothing: it is an ordinary day.")).to_be_visible()
    assert town(own_shop).troubles == ()
    assert noted(own_shop, "town.end")[0].about == "PaymentFault"

    over = page.get_by_role("article", name="Payments fail").first
    over.get_by_role("button", name="What the shop made of it").click()
    over.locator("[data-alert] a").first.click()
    expect(page).to_have_url(re.compile(r"/case/[0-9a-f-]{36}"))


def test_the_map_is_walked_by_arrow_keys_and_told_as_a_table(open_page: Callable[..., Page], shop: Shop) -> None:
    page = open_page("/worlds")
    page.locator("[data-mark][tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    here = page.evaluate("document.activeElement.dataset.mark")
    assert here != page.locator("[data-mark]").first.get_attribute("data-mark")
    page.keyboard.press("Enter")
    expect(page.locator("[data-mark][aria-pressed='true']")).to_have_attribute("data-mark", here)
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    lanes = page.get_by_role("region", name="Warehouses").get_by_role("row")
    expect(lanes).to_have_count(4)  # the head and three warehouses
    query = "SELECT CAST(sum(on_hand) AS BIGINT) AS units FROM stock_levels WHERE place = 'WH-EAST'"
    [stock] = shop.door.query(query, {}, max_rows=1).dicts()
    expect(lanes.filter(has_text="East China")).to_contain_text(f"{stock['units']:,}")


def test_who_may_not_run_the_town_looks_at_it(open_page: Callable[..., Page]) -> None:
    page = open_page("/worlds", role="service")
    expect(page.get_by_test_id("town-turn")).to_be_disabled()
    expect(page.locator("[data-fault=Typhoon]")).to_be_disabled()
    page.keyboard.press("p")
    expect(page.get_by_role("group", name="The town's time")).to_contain_text("Paused")


def test_a_hook_is_opened_its_secret_told_once_and_a_delivery_tried(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/worlds/connectors")
    page.get_by_role("button", name="New webhook").click()
    page.get_by_label("Name", exact=True).fill("erp")
    page.get_by_role("button", name="Open", exact=True).click()
    secret = page.get_by_test_id("hook-secret").inner_text()
    assert secret.startswith("whsec_")
    page.get_by_role("button", name="I have kept it").click()
    card = page.get_by_role("article", name="erp")
    card.get_by_role("button", name="Test delivery").click()
    page.get_by_role("dialog", name="Test delivery to erp").get_by_role("button", name="Test delivery").click()
    expect(page.get_by_text("It would be taken in: orders order_id-1")).to_be_visible()
    page.reload()
    expect(page.get_by_role("article", name="erp")).to_be_visible()
    assert secret not in page.content()
    assert [entry.what for entry in noted(own_shop, "hook")] == ["hook.open"]


def test_a_visitor_writes_and_what_the_shop_made_of_it_leads_to_the_case(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    page = visit.open(own_url, "/worlds/chat")
    page.get_by_label("Write a message").fill("Where is my parcel?")
    page.keyboard.press("Enter")
    expect(page.locator("[data-author=customer]")).to_contain_text("Where is my parcel?")
    behind = page.get_by_role("region", name="What happened behind it")
    expect(behind.locator("[data-decision]")).to_have_count(1)
    expect(behind).to_contain_text("What a message says: Where is my parcel")
    page.reload()
    expect(page.locator("[data-author=customer]")).to_have_count(1)
    behind.get_by_role("link", name="Case").click()
    expect(page).to_have_url(re.compile(r"/case/[0-9a-f-]{36}"))


def test_the_map_opens_a_link_by_keyboard_and_is_told_as_a_list(open_page: Callable[..., Page]) -> None:
    page = open_page("/map")
    page.locator("[data-box='link:watch']").focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Decision tables")
    expect(drawer).to_contain_text("payment_tried")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    wires = page.request.get(page.url.split("/map")[0] + "/api/v1/map/wires").json()["wires"]
    page.keyboard.press("m")
    expect(page.locator("tbody tr.ant-table-row")).to_have_count(len(wires))
    page.get_by_label("Find on the map").fill("replenish")
    expect(page.locator("tbody tr.ant-table-row")).to_have_count(1)


def test_a_model_is_asked_and_nothing_is_written(open_page: Callable[..., Page], shop: Shop) -> None:
    page = open_page("/models")
    head = shop.loop.head
    page.locator("[data-model='messages']").get_by_role("button", name="Ask it").click()
    page.get_by_label("Text").fill("I want my money back")
    page.get_by_role("dialog").get_by_role("button", name="Ask it").click()
    answer = page.get_by_test_id("answer")
    expect(answer).to_contain_text("Refund")
    expect(answer).to_contain_text("messages")
    assert shop.loop.head == head
    table = page.locator("[data-model='rules:RemedyPolicy']").get_by_role("link", name="Edit the table")
    assert unquote(table.get_attribute("href") or "") == "/rules/rules:RemedyPolicy"
