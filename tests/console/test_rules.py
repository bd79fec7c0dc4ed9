"""The rules page in a real browser: from a cell to a version that decides and back, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linkloop.app.shop import Shop
from linkloop.faces.desk.rules.whatif import what_ifs
from linkloop.store import audit
from tests.console.browser import PHONE, Visit, settled

REMEDY = "rules:RemedyPolicy"
PATH = f"/rules/{REMEDY}"
PASTE = """() => {
  const data = new DataTransfer();
  data.setData('text/plain', window.__lines);
  const paste = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', paste));
}"""
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || ''"


def tab_to(page: Page, wanted: Callable[[str], bool], key: str = "Tab") -> None:
    """Press Tab until what has the focus says what is wanted."""
    for _ in range(120):
        page.keyboard.press(key)
        if wanted(page.evaluate(FOCUSED)):
            return
    raise AssertionError("Tab never came there")


def to_grid(page: Page) -> None:
    """The keyboard in the grid, at its first cell."""
    for _ in range(60):
        if page.evaluate("document.activeElement.getAttribute('role')") == "grid":
            page.keyboard.press("Control+Home")
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never came into the grid")


def step(page: Page, name: str) -> Any:
    steps = page.get_by_role("list", name="From draft to live").get_by_role("listitem")
    return steps.nth(("Draft", "Checks", "What if", "Go live").index(name))


@pytest.mark.timeout(300)
def test_a_cell_a_gap_a_what_if_going_live_and_back_by_keyboard_alone(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    shipped = own_shop.rules.live[REMEDY].version
    page = visit.open(own_url, PATH)
    to_grid(page)

    # A gap: the last row no longer takes everything.
    page.keyboard.press("Control+ArrowDown")
    page.keyboard.type(">= 2")
    page.keyboard.press("Enter")
    expect(step(page, "Checks")).to_contain_text("2 to mend")  # a gap, and a test that it fails
    side = page.get_by_role("region", name="Beside the table")
    expect(side).to_contain_text("No row answers this case")
    expect(side).to_contain_text("Example: Days late: ")
    expect(page.get_by_role("button", name="Go live").first).to_be_disabled()
    page.keyboard.press("Control+z")
    expect(step(page, "Checks")).to_contain_text("15 tests pass")

    # A row of its own: a few hours late is worth ¥10 on small orders.
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+Enter")
    written = ("(0..1)", "Tab", "Tab", "< 50000", "Tab", "Tab", '"late"', "Tab", "20", "Tab", "1000", "Tab", "true")
    for key in (*written, "Tab", "false", "Enter"):
        page.keyboard.press(key) if key in ("Tab", "Enter") else page.keyboard.type(key)
    expect(page.locator("#cell-2-6")).to_contain_text("¥10")
    expect(step(page, "Draft")).to_contain_text("1 rows changed · saved")
    expect(step(page, "Checks")).to_contain_text("15 tests pass")

    # The past.
    tab_to(page, lambda text: "What if" in text, "Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Days…").focus()  # the last of them: ten hours, most of them of the night
    page.keyboard.press("Space")
    tab_to(page, lambda text: text == "From day")
    page.get_by_label("From day").fill("2026-11-25")  # in what order a day is typed depends on the browser
    tab_to(page, lambda text: text == "Run what-if")
    page.keyboard.press("Enter")
    expect(page.get_by_text("of this draft")).to_be_visible(timeout=120_000)
    changed = page.get_by_role("group", name="Different")
    different = page.get_by_role("grid", name="Decisions that would have been different")
    assert int(changed.inner_text().split()[1]) == different.get_by_role("row").count() - 1 > 0
    expect(different).to_contain_text("Compensate")
    assert began(own_shop) == datetime(2026, 11, 24, 16, tzinfo=UTC)  # midnight of the shop

    # Live, with a note.
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("decisions would have been different")
    page.keyboard.type("small orders, a few hours")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Live: the next decision is taken by these rules.")).to_be_visible()
    live = own_shop.rules.live[REMEDY]
    assert live.version != shipped
    assert [row.id for row in _sheet(own_shop).rows][2] == "row-16"
    with own_shop.store.read() as connection:
        [entry] = audit.read(connection, what="rules")
    assert (entry.by, entry.what, entry.after["note"]) == ("local", "rules.live", "small orders, a few hours")
    expect(step(page, "Draft")).to_contain_text("no changes yet")

    # Seen among the versions, and back.
    page.get_by_role("radio", name="Versions").focus()
    page.keyboard.press("Space")
    expect(side).to_contain_text("small orders, a few hours")
    tab_to(page, lambda text: text == "Show changes")
    page.keyboard.press("Enter")
    expect(side).to_contain_text("Row 3 · added")
    tab_to(page, lambda text: text == "Restore as shipped")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Row 3 · removed")
    page.keyboard.type("too dear")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("That version decides again from now on.")).to_be_visible()
    assert own_shop.rules.live[REMEDY].version == shipped
    expect(side).to_contain_text("too dear")


def began(shop: Shop) -> datetime | None:
    """When the period of the latest what-if begins."""
    return what_ifs(shop).all(REMEDY)[0].start


def _sheet(shop: Shop) -> Any:
    from linkloop.faces.desk.rules.sheet import sheet_of

    return sheet_of(shop.rules.bodies[REMEDY])


def test_cells_are_copied_pasted_undone_and_survive_a_reload(own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, PATH)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    to_grid(page)
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight", "Control+c"):
        page.keyboard.press(key)
    assert page.evaluate("navigator.clipboard.readText()") == "(0..1)\t\n>= 1\t"
    page.evaluate("navigator.clipboard.writeText('>= 30\\t\"angry\"\\n>= 20\\t')")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+v")
    expect(page.locator("#cell-0-0")).to_contain_text(">= 30")
    expect(page.locator("#cell-0-1")).to_contain_text("angry")
    expect(page.locator("#cell-1-0")).to_contain_text(">= 20")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#cell-1-0")).to_contain_text(">= 30")
    expect(step(page, "Draft")).to_contain_text("saved")
    page.reload()
    settled(page)
    expect(page.locator("#cell-1-0")).to_contain_text(">= 30")
    to_grid(page)
    page.keyboard.type("when")
    page.keyboard.press("Escape")
    expect(page.locator("#cell-0-0")).not_to_contain_text("when")
    page.keyboard.type("> when")
    page.keyboard.press("Enter")
    expect(page.locator("#cell-0-0")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("region", name="Beside the table")).to_contain_text("unknown: when")


def test_a_second_window_is_not_overwritten(own_url: str, visit: Visit) -> None:
    first, second = visit.open(own_url, PATH), visit.open(own_url, PATH)
    for page, cell in ((first, ">= 30"), (second, ">= 40")):
        to_grid(page)
        page.keyboard.type(cell)
        page.keyboard.press("Enter")
        page.wait_for_timeout(2000)
    expect(second.get_by_text("This draft was saved from another window.")).to_be_visible()
    visit.forgive("409")
    second.get_by_role("button", name="Load the saved one").click()
    expect(second.locator("#cell-0-0")).to_contain_text(">= 30")


def test_trying_says_which_row_fires_and_why_others_do_not(shop_url: str, visit: Visit) -> None:
    page = visit.open(shop_url, PATH, lang="zh")
    page.get_by_label("延误天数", exact=True).first.fill("4")
    expect(page.get_by_text("第 7 行命中")).to_be_visible()  # the first test's mood is angry
    expect(page.get_by_text("要求 延误天数 ≥ 7 天，实际 4 天").first).to_be_visible()
    expect(page.locator("#cell-6-0").locator("xpath=..")).to_contain_text("▶")
    page.get_by_text("文字", exact=True).click()
    expect(
        page.get_by_text(
            "当 延误天数 ≥ 7 天 且 情绪为愤怒或焦急 且 原因为包裹延误 → "
            "最高比例：20%，最高金额：¥100，致歉：是，可用优惠券：是"
        )
    ).to_be_visible()


def test_who_may_only_look_finds_nothing_to_change(open_page: Callable[..., Page]) -> None:
    page = open_page(PATH, role="service")
    expect(page.get_by_text("You may look, not change")).to_be_visible()
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    assert page.locator("input[aria-label^='Row 1']").count() == 0
    assert page.get_by_role("button", name="Go live", exact=True).count() == 0


def test_a_table_of_two_thousand_rows_scrolls_with_few_rows_drawn(own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, PATH, lang="zh")
    lines = "\\n".join(f"[{n}..{n + 1})" for n in range(10, 2000))
    page.evaluate(f"window.__lines = '{lines}'")
    to_grid(page)
    page.keyboard.press("Control+ArrowDown")
    page.evaluate(PASTE)
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "2005")  # 14 rows and 1,990
    assert page.get_by_role("grid").get_by_role("row").count() < 60
    page.keyboard.press("Control+End")
    expect(page.locator("#cell-2003-0")).to_contain_text("[1999..2000)")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "16")


def test_the_list_leads_to_a_table_on_a_phone(shop_url: str, visit: Visit) -> None:
    page = visit.open(shop_url, "/rules", size=PHONE)
    page.get_by_role("link", name="What may be offered for what went wrong").click()
    expect(page.get_by_role("grid")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
