"""The macros' editor in a browser, by keyboard alone: written, refused at its field, changed, deleted, brought back."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from linkloop.app.shop import Shop
from linkloop.commerce.desk import Macro
from linkloop.core.text import Text
from linkloop.faces.desk.roles import Role
from linkloop.faces.desk.service_macros import MacroBody, keep, macros
from linkloop.faces.desk.service_queue import QueueAsk, queue
from linkloop.store.schema import audit
from tests.console.browser import Visit
from tests.console.test_service import Open, until


def opened(page: Page) -> Locator:
    """The dialog of the macros, opened by M."""
    expect(page.locator("[data-talk]")).to_be_visible()
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("option").first).to_be_visible()
    return dialog


def go_to(page: Page, one: Locator) -> None:
    """Go to something by Tab alone."""
    for _ in range(40):
        if one.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {one}")


def press(page: Page, button: Locator) -> None:
    go_to(page, button)
    page.keyboard.press("Enter")


def talk_of(shop: Shop) -> str:
    """A conversation whose customer and order we know."""
    rows = [item.conversation for item in queue(shop, QueueAsk(), "local").items]
    return next(row.conversation_id for row in rows if row.customer_id and row.order_id)


def named(shop: Shop, name: str) -> Macro | None:
    return next((one for one in macros(shop) if name in (one.name.en, one.name.zh)), None)


def audited(shop: Shop, macro_id: str) -> list[tuple[str, str]]:
    """Who did what to a macro, first to last."""
    query = sa.select(audit.c.by, audit.c.what).where(audit.c.about == macro_id).order_by(audit.c.seq)
    with shop.store.read() as connection:
        return [(row.by, row.what) for row in connection.execute(query)]


def test_a_macro_is_written_refused_for_an_unknown_blank_changed_and_deleted_by_keyboard(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    page = visit.open(own_url, f"/service/{talk_of(own_shop)}", lang="en")
    dialog = opened(page)
    press(page, dialog.get_by_role("button", name="New macro"))
    name, text = dialog.get_by_label("Name, English"), dialog.get_by_label("Text, English")
    expect(name).to_be_focused()
    page.keyboard.type("Call back")
    go_to(page, text)
    page.keyboard.type("We call you today, {nmae}. ")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("no table fills {nmae}")
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(text).to_be_focused()
    assert named(own_shop, "Call back") is None
    visit.forgive("400")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("We call you today, ")
    expect(dialog.get_by_role("alert")).to_have_count(0)
    blanks = dialog.get_by_role("group", name="Insert into the English text")
    press(page, blanks.get_by_role("button", name="the customer's name"))
    expect(text).to_be_focused()
    page.keyboard.type(".")
    expect(text).to_have_value("We call you today, {name}.")
    go_to(page, dialog.get_by_label("Name, Chinese"))
    page.keyboard.type("回电")
    go_to(page, dialog.get_by_label("Text, Chinese"))
    page.keyboard.type("{name}您好，我们今天会给您回电。")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(dialog.get_by_role("option", selected=True)).to_have_text("Call back")
    made = named(own_shop, "Call back")
    assert made is not None
    assert made.macro_id.startswith("call-back-")
    assert (made.text.en, made.name.zh) == ("We call you today, {name}.", "回电")

    press(page, dialog.get_by_role("button", name="Edit"))
    go_to(page, dialog.get_by_label("Text, Chinese"))
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("谢谢。")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(dialog.get_by_role("region", name="As it would be sent")).to_contain_text("给您回电。谢谢。")
    after = named(own_shop, "Call back")
    assert after is not None
    assert (after.macro_id, after.text.en) == (made.macro_id, made.text.en)
    assert after.text.zh == "{name}您好，我们今天会给您回电。谢谢。"

    press(page, dialog.get_by_role("button", name="Delete"))
    sure = dialog.get_by_role("alertdialog")
    expect(sure.get_by_role("button", name="Cancel")).to_be_focused()
    press(page, sure.get_by_role("button", name="Delete"))
    expect(dialog.get_by_role("option", name="Call back")).to_have_count(0)
    assert named(own_shop, "Call back") is None
    kept, gone = ("local", "service.macro_kept"), ("local", "service.macro_forgotten")
    assert audited(own_shop, made.macro_id) == [kept, kept, gone]
    page.get_by_role("button", name="Undo").click()
    until(page, lambda: named(own_shop, "Call back"))
    back = named(own_shop, "Call back")
    assert back is not None
    assert (back.macro_id, back.text) == (made.macro_id, after.text)
    assert audited(own_shop, made.macro_id) == [kept, kept, gone, kept]


def test_escape_asks_before_words_are_lost_and_the_list_comes_back(own_shop: Shop, own_url: str, visit: Visit) -> None:
    before = macros(own_shop)
    page = visit.open(own_url, f"/service/{talk_of(own_shop)}", lang="zh")
    dialog = opened(page)
    press(page, dialog.get_by_role("button", name="编辑"))
    go_to(page, dialog.get_by_label("中文内容", exact=True))
    page.keyboard.type("未保存的内容")
    page.keyboard.press("Escape")
    expect(dialog.get_by_text("内容尚未保存。")).to_be_visible()
    page.keyboard.press("Enter")  # stands on going on
    expect(dialog.get_by_label("中文内容", exact=True)).to_have_value(re.compile("未保存的内容"))
    page.keyboard.press("Escape")
    press(page, dialog.get_by_role("button", name="放弃"))
    expect(dialog.get_by_label("搜索快捷语")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert macros(own_shop) == before


def test_who_was_slower_reads_what_was_written_meanwhile_and_may_write_over_it(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    was = next(one for one in macros(own_shop) if one.macro_id == "sorry")
    page = visit.open(own_url, f"/service/{talk_of(own_shop)}", lang="en")
    dialog = opened(page)
    page.keyboard.type("apology")
    press(page, dialog.get_by_role("button", name="Edit"))
    text = dialog.get_by_label("Text, English")
    go_to(page, text)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Mine.")
    keep(
        own_shop, "sorry", MacroBody(name=was.name, text=Text(en="Hers.", zh="她的"), updated_at=was.updated_at), "mei"
    )
    page.keyboard.press("ControlOrMeta+Enter")
    expect(dialog.get_by_text("mei has written meanwhile")).to_be_visible()
    expect(dialog.get_by_text("Hers.")).to_be_visible()
    expect(text).to_have_value("Mine.")
    visit.forgive("409")
    press(page, dialog.get_by_role("button", name="Save mine over it"))
    expect(dialog.get_by_label("Search macros")).to_be_focused()
    assert next(one for one in macros(own_shop) if one.macro_id == "sorry").text.en == "Mine."
    assert audited(own_shop, "sorry")[-2:] == [("mei", "service.macro_kept"), ("local", "service.macro_kept")]


@pytest.mark.parametrize(("role", "may"), [("data", 0), ("live", 0), ("service", 1)])
def test_only_roles_that_decide_for_service_write_macros(open_page: Open, shop: Shop, role: Role, may: int) -> None:
    dialog = opened(open_page(f"/service/{talk_of(shop)}", lang="en", role=role))
    for name in ("New macro", "Edit", "Delete"):
        expect(dialog.get_by_role("button", name=name)).to_have_count(may)
