"""Stock in a browser, by keyboard alone: the worst line found, overridden, ordered, undone; a typhoon on the map."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from linkloop.app.shop import Shop
from linkloop.commerce.network import NetworkWhatIf
from linkloop.engine.asking import ask_now
from linkloop.faces.desk.deciding import decision
from linkloop.faces.desk.network_map import network_map
from linkloop.faces.desk.stock_attention import StockAsk, attention
from linkloop.faces.desk.stock_override import history
from linkloop.faces.desk.stock_sku import sku
from linkloop.faces.desk.stock_views import StockLine
from tests.console.browser import PHONE, Lang, Visit
from tests.console.test_macros import go_to, press
from tests.console.test_service import Open, until


def lines(shop: Shop, **ask: Any) -> list[StockLine]:
    return attention(shop, StockAsk(**ask)).lines


def list_of(page: Page, name: str = "Stock") -> Locator:
    """The list, with its keys ready: the worst line is chosen."""
    grid = page.get_by_role("grid", name=name)
    expect(grid).to_be_focused()
    expect(grid.get_by_role("row").nth(1)).to_be_visible()
    return grid


def chosen(page: Page) -> str:
    """What the row says that the keys came to."""
    row = page.get_by_role("grid").get_attribute("aria-activedescendant") or ""
    return page.locator(f"[id='{row}']").inner_text()


def test_the_worst_exception_is_found_overridden_with_a_reason_and_undone_by_keyboard(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    worst = lines(own_shop)[0]
    before = sku(own_shop, worst.product_id, worst.place)
    page = visit.open(own_url, "/stock", lang="en")
    list_of(page)
    assert worst.product_id in chosen(page)
    assert worst.place in chosen(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=worst.title)).to_be_visible()
    page.keyboard.press("e")
    units = page.locator("#override-units")
    expect(units).to_be_focused()
    page.keyboard.type(str(round(before.line.week * 2)))
    page.keyboard.press("Tab")
    page.keyboard.type("a live show on Friday")
    page.keyboard.press("Enter")
    until(page, lambda: history(own_shop, worst.product_id, worst.place))
    [edit] = history(own_shop, worst.product_id, worst.place)
    assert (edit.by, edit.reason, round(edit.units or 0)) == (
        "local", "a live show on Friday", round(before.line.week * 2),
    )  # fmt: skip
    told = page.get_by_role("list", name="Who said what")
    expect(told).to_contain_text("a live show on Friday")
    after = sku(own_shop, worst.product_id, worst.place)
    assert (after.reorder_point or 0) > (before.reorder_point or 0)  # what the next night orders by
    assert after.line.lost > before.line.lost

    press(page, told.get_by_role("button", name="Undo"))
    expect(page.get_by_role("dialog").get_by_label("Reason")).to_be_focused()
    page.keyboard.type("it is called off")
    page.keyboard.press("ControlOrMeta+Enter")
    until(page, lambda: len(history(own_shop, worst.product_id, worst.place)) == 2)
    back = sku(own_shop, worst.product_id, worst.place)
    assert (back.line.week_told, back.reorder_point) == (before.line.week_told, before.reorder_point)
    expect(told).to_contain_text("taken back")
    expect(told).to_contain_text("it is called off")


def test_a_forecast_is_overridden_in_the_list_and_the_last_edit_is_taken_back(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    second = lines(own_shop)[1]
    page = visit.open(own_url, "/stock", lang="zh")
    list_of(page, "库存")
    page.keyboard.press("j")
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label(re.compile("件数"))).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("天气")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    until(page, lambda: history(own_shop, second.product_id, second.place))
    [edit] = history(own_shop, second.product_id, second.place)
    assert (edit.units, edit.reason) == (12.0, "天气")
    page.keyboard.press("u")
    until(page, lambda: len(history(own_shop, second.product_id, second.place)) == 2)
    assert history(own_shop, second.product_id, second.place)[0].units is None


def test_a_held_order_is_let_go_with_another_quantity_and_taken_back(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    line = lines(own_shop, show="held")[0]
    assert line.held is not None
    page = visit.open(own_url, "/stock?show=held", lang="en")
    list_of(page)
    page.keyboard.press("o")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Units to order")).to_be_focused()
    half = line.held.quantity // 2
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(str(half))
    page.keyboard.press("Tab")
    page.keyboard.type("no room")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    until(page, lambda: decision(own_shop, line.held.id).status == "done")  # type: ignore[union-attr]
    done = decision(own_shop, line.held.id)
    assert (done.action["quantity"], done.by, done.note) == (half, "local", "no room")
    page.keyboard.press("u")
    until(page, lambda: decision(own_shop, line.held.id).status == "undone")  # type: ignore[union-attr]
    assert [one.id for one in lines(own_shop, show="held") if one.held and one.held.id == line.held.id] == []


def test_the_list_is_narrowed_by_the_action_of_the_risk_query(open_page: Open, shop: Shop) -> None:
    page = open_page("/stock", lang="zh")
    list_of(page, "库存")
    wanted = lines(shop, action="促销建议")
    box = page.get_by_role("combobox", name="风险动作")
    go_to(page, box)
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("action="))
    grid = page.get_by_role("grid", name="库存")
    expect(grid).to_have_attribute("aria-rowcount", str(len(wanted) + 1))
    if wanted:
        expect(grid.get_by_role("row").nth(1)).to_contain_text(wanted[0].product_id)


def test_who_may_not_decide_sees_and_cannot_edit(open_page: Open, shop: Shop) -> None:
    worst = lines(shop)[0]
    page = open_page("/stock", lang="en", role="data")
    list_of(page)
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=worst.title)).to_be_visible()
    expect(page.locator("#override-units")).to_have_count(0)
    expect(page.get_by_role("heading", name="Your own number")).to_be_visible()


def test_what_if_says_what_it_rests_on(open_page: Open, shop: Shop) -> None:
    worst = lines(shop)[0]
    page = open_page(f"/stock/{worst.product_id}?place={worst.place}", lang="en")
    page.keyboard.press("w")
    expect(page.locator("#whatif-price")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="What if")
    expect(table).to_contain_text("sells in 14 days")
    expect(page.get_by_text(re.compile("price: ")).first).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "typhoon", "closed"),
    [("en", "A typhoon closes {}", "closed"), ("zh", "台风关闭 {}", "关闭")],
)
def test_a_typhoon_closes_a_centre_on_the_map(
    open_page: Open, shop: Shop, lang: Lang, typhoon: str, closed: str
) -> None:
    network = network_map(shop)
    hit = next(place for place in network.places if place.region and place.present > 0)
    asked = NetworkWhatIf(closed=(hit.place,), typhoon=(hit.region,))
    outlook = ask_now(shop.store, shop.matrix, asked).value
    assert outlook.before is not None
    assert outlook.kept is not None
    assert outlook.after is not None
    assert outlook.after.centres.get(hit.place, 0.0) == 0.0
    page = open_page("/stock/network", lang=lang)
    press(page, page.get_by_role("button", name=typhoon.format(hit.place)))
    for side in (outlook.before, outlook.kept, outlook.after):
        shown = f"¥{round(side.cost / 100):,}"
        expect(page.get_by_role("table").get_by_text(shown, exact=True).first).to_be_visible()
    mark = page.locator(f"[data-mark='{hit.place}']")
    expect(mark).to_have_attribute("aria-label", re.compile(closed))
    go_to(page, mark)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-mark]:focus")).not_to_have_attribute("data-mark", hit.place)
    page.keyboard.press("m")
    grid = page.get_by_role("grid")
    expect(grid).to_be_visible()
    expect(grid).not_to_contain_text(hit.place)
    page.keyboard.press("Escape")
    expect(grid).to_contain_text(hit.place)


def test_a_phone_gets_cards(open_page: Open, shop: Shop) -> None:
    worst = lines(shop)[0]
    page = open_page("/stock", lang="zh", size=PHONE)
    page.get_by_role("button", name=re.compile(re.escape(worst.title))).first.click()
    expect(page.get_by_role("heading", name=worst.title)).to_be_visible()
