"""Today and the palette in a real browser: what a role sees first, figures with their SQL, journeys by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from linkloop.faces.desk.roles import Role
from tests.console.browser import PHONE, Visit, settled

Open = Callable[..., Page]
HEADS = "main section h2"


def api(url: str, path: str, **query: Any) -> Any:
    """What the API says, asked past the page."""
    return httpx.get(f"{url}/api/v1/{path}", params=query, trust_env=False, timeout=30).raise_for_status().json()


def typed(page: Page, text: str) -> None:
    """Open the palette and type; returns when the list answers to what was typed."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type(text)
    page.wait_for_function("() => document.querySelector('[role=listbox]')?.getAttribute('aria-busy') === 'false'")


def chosen(page: Page) -> str:
    """The line that Enter would take, as the combobox tells a screen reader."""
    return page.evaluate(
        "() => document.getElementById(document.querySelector('[role=combobox]').getAttribute('aria-activedescendant'))"
        ".textContent"
    )


def test_the_figures_are_those_of_the_api_and_open_their_sql_in_the_workbench(open_page: Open, shop_url: str) -> None:
    page = open_page("/")
    figures = {one["name"]: one for one in api(shop_url, "today")["figures"]}
    orders = page.get_by_role("group", name="Orders", exact=True)
    expect(orders).to_contain_text(f"{figures['orders']['value']:,}")
    orders.get_by_role("button", name="Show the SQL of Orders").click()
    expect(page.locator("pre", has_text="SELECT count(*) AS orders")).to_be_visible()
    page.get_by_role("link", name="Open in SQL").click()
    page.wait_for_url("**/data/sql?query=SELECT**")


def test_from_an_order_to_its_case_by_keyboard_alone(open_page: Open, shop_url: str) -> None:
    held = api(shop_url, "decisions", status="held", limit=200)["items"]
    order = next(one["action"]["order_id"] for one in held if one["action_kind"] in ("Compensate", "IssueCoupon"))
    page = open_page("/")
    typed(page, order.lower())
    assert order in chosen(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/order/{order}")
    settled(page)
    expect(page.locator("h1")).to_have_text(f"Order {order}")
    page.keyboard.press("c")
    page.wait_for_url("**/case/*")
    settled(page)


@pytest.mark.parametrize("letters", ["gaogenxie", "ggx", "高跟鞋"])
def test_a_product_is_found_by_pinyin_and_its_characters_are_marked(open_page: Open, letters: str) -> None:
    page = open_page("/", lang="zh")
    typed(page, letters)
    expect(page.get_by_role("option", selected=True).locator("mark")).to_have_text("高跟鞋")
    page.keyboard.press("Enter")
    page.wait_for_url("**/product/SKU-*")
    settled(page)
    expect(page.locator("h1")).to_contain_text("高跟鞋")


def test_the_palette_keeps_the_focus_moves_by_arrows_and_gives_it_back(open_page: Open) -> None:
    page = open_page("/")
    before = page.get_by_role("link", name="Decisions").first
    before.focus()
    typed(page, "se")
    first = chosen(page)
    page.keyboard.press("ArrowDown")
    assert chosen(page) != first
    page.keyboard.press("ArrowUp")
    assert chosen(page) == first
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(before).to_be_focused()


def test_a_slash_opens_it_and_it_does_things_without_going_anywhere(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("dark theme")
    assert chosen(page) == "Dark theme"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    typed(page, "yuyan")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.documentElement.lang === 'zh-CN'")
    assert page.url.endswith("/")


def test_what_is_typed_is_never_markup(open_page: Open) -> None:
    page = open_page("/")
    typed(page, "<img src=x onerror=alert(1)>")
    expect(page.locator("[role=dialog] img")).to_have_count(0)
    expect(page.get_by_role("listbox")).to_contain_text("<img src=x")


def test_the_palette_refuses_the_top_decision_with_a_reason_and_the_ledger_has_it(own_url: str, visit: Visit) -> None:
    held = api(own_url, "decisions", status="held", limit=200)["items"]
    top = max(held, key=lambda one: one["at_risk"]["amount"])
    page = visit.open(own_url, "/")
    typed(page, "refuse the top")
    page.keyboard.press("Enter")
    page.keyboard.type("not today")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Refused:")).to_be_visible()
    found = api(own_url, f"decisions/{top['id']}")
    assert (found["status"], found["note"], found["by"]) == ("refused", "not today", "local")


@pytest.mark.parametrize(
    ("role", "first"),
    [("operator", "Orders through the day"), ("planner", "Stock that ends first"), ("service", "Happening now")],
)
def test_each_role_sees_its_own_first_and_everything_below(open_page: Open, role: Role, first: str) -> None:
    page = open_page("/", role=role)
    heads = page.locator(HEADS).all_inner_texts()
    assert heads[0] == first
    assert len(heads) == 8


def test_who_may_not_decide_or_run_is_not_offered_it(open_page: Open) -> None:
    page = open_page("/", role="data")
    typed(page, "approve")
    expect(page.get_by_role("option", name="Approve the top decision")).to_have_count(0)


def test_a_promise_leads_to_its_parcel_and_the_parcel_to_its_order_and_customer(open_page: Open) -> None:
    page = open_page("/")
    promises = page.get_by_role("region", name="Promises due")
    promises.get_by_text("Parcels", exact=False).first.click()
    link = promises.get_by_role("link").first
    parcel = link.inner_text()
    link.click()
    page.wait_for_url(f"**/parcel/{parcel}")
    settled(page)
    page.get_by_role("link", name=parcel.removeprefix("P")).first.click()
    page.wait_for_url("**/order/*")
    settled(page)
    page.get_by_role("region", name="Facts").get_by_role("link").first.click()
    page.wait_for_url("**/customer/*")
    settled(page)


def test_a_thing_that_is_not_there_says_what_to_do(open_page: Open, visit: Visit) -> None:
    page = open_page("/order/LL-none")
    expect(page.get_by_role("alert")).to_contain_text("there is no order LL-none")
    expect(page.get_by_role("alert")).to_contain_text("⌘K")
    visit.forgive("404")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_today_fits_a_telephone(open_page: Open, lang: str) -> None:
    page = open_page("/", lang=lang, size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    assert page.evaluate("(m => m.scrollWidth <= m.clientWidth)(document.querySelector('main'))")
