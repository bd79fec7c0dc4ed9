"""Decisions in a browser: by keyboard alone at a desk, by thumb on a phone, in bulk, while others decide too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from linkloop.app.shop import Shop
from linkloop.core.decision import Decision
from linkloop.faces.desk.deciding import decision as find
from linkloop.faces.desk.inbox import list_inbox
from linkloop.faces.desk.inbox_views import InboxAsk
from tests.console.browser import PHONE, Visit

BOX = "[role=listbox]"


def waiting(shop: Shop, **ask: Any) -> list[str]:
    """The ids of what waits, in the order of the inbox."""
    return [item.id for item in list_inbox(shop, InboxAsk(**ask)).items]


def chosen(page: Page) -> str:
    return page.locator(f"{BOX} [aria-selected=true]").first.get_attribute("data-id") or ""


def choose(page: Page, which: str) -> None:
    """Go down by J until a decision is chosen and its dossier is there."""
    expect(page.locator(f"{BOX} [aria-selected=true]").first).to_be_visible()
    for _ in range(60):
        if chosen(page) == which:
            break
        page.keyboard.press("j")
    expect(page.locator(f"article[data-decision='{which}']")).to_be_visible()


def stood(shop: Shop, which: str, status: str, page: Page) -> Decision:
    """The decision, once it stands so."""
    for _ in range(100):
        found = find(shop, which)
        if found.status == status:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"{found.status}, not {status}")


def test_read_the_why_adjust_and_take_it_back_by_keyboard_alone(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/decisions", lang="en")
    which = waiting(own_shop, kind="Replenish")[0]
    choose(page, which)
    detail = page.locator("article")
    for title in ("What was heard", "What the gate checked", "What would have happened otherwise", "What was asked"):
        expect(detail.get_by_role("heading", name=title)).to_be_visible()
    expect(detail.get_by_text("Do nothing")).to_be_visible()
    expect(detail.get_by_text("if at most ¥15,000.00 were at risk")).to_be_visible()
    before = find(own_shop, which)
    page.keyboard.press("e")
    quantity = page.get_by_label("Quantity, units")
    expect(quantity).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    half = int(before.action["quantity"]) // 2
    page.keyboard.type(str(half))
    cost = before.at_risk.amount // int(before.action["quantity"])
    shown = page.locator("[role=dialog] strong")
    expect(shown).to_have_text(f"¥{half * cost / 100:,.2f}")
    page.keyboard.press("Enter")
    expect(page.locator("[role=dialog]")).to_have_count(0)
    done = stood(own_shop, which, "done", page)
    assert (done.action["quantity"], done.at_risk.amount, done.by) == (half, half * cost, "local")
    page.goto(f"{own_url}/decisions?tab=decided&id={which}")
    expect(page.locator(f"article[data-decision='{which}']").get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("ordered by mistake")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator("[role=dialog]")).to_have_count(0)
    undone = stood(own_shop, which, "undone", page)
    assert (undone.by, undone.note) == ("local", "ordered by mistake")


def test_refuse_with_a_reason_by_keyboard_alone_in_chinese(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/decisions", lang="zh")
    first, second = waiting(own_shop)[:2]
    choose(page, first)
    page.keyboard.press("r")
    expect(page.get_by_role("dialog").get_by_role("button", name="拒 绝").or_(
        page.get_by_role("dialog").get_by_role("button", name="拒绝"))).to_be_disabled()  # fmt: skip
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("先等等")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator(f"{BOX} [data-id='{first}']")).to_have_count(0)
    refused = find(own_shop, first)
    assert (refused.status, refused.by, refused.note) == ("refused", "local", "先等等")
    assert chosen(page) == second  # the next one is at hand


def test_approve_is_one_key_and_the_next_is_at_hand(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/decisions")
    first, second = waiting(own_shop)[:2]
    choose(page, first)
    page.keyboard.press("a")
    expect(page.locator(f"{BOX} [data-id='{first}']")).to_have_count(0)
    stood(own_shop, first, "done", page)
    assert chosen(page) == second


def test_somebody_was_faster_and_the_page_says_so(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/decisions")
    first = waiting(own_shop)[0]
    choose(page, first)
    page.route("**/stream**", lambda route: route.abort())
    page.route(
        f"**/decisions/{first}/approve",
        lambda route: (
            own_shop.loop.do(lambda turn: turn.verdicts.refuse(turn.w, first, "li", "no")),
            route.continue_(),
        )[-1],
    )
    page.keyboard.press("a")
    expect(page.get_by_text("Reload it: somebody was faster.").first).to_be_visible()
    assert (find(own_shop, first).status, find(own_shop, first).by) == ("refused", "li")
    visit.forgive("409")


def test_marks_by_x_and_shift_x_and_one_summary(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/decisions")
    ids = waiting(own_shop)
    choose(page, ids[0])
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.get_by_text("3 marked")).to_be_visible()
    own_shop.loop.do(lambda turn: turn.verdicts.refuse(turn.w, ids[1], "li", "no"))
    expect(page.get_by_text("2 marked")).to_be_visible()  # what somebody decided leaves the marks too
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Refuse 2 decisions")).to_be_visible()
    dialog.get_by_role("button", name="Wait and see").click()
    dialog.get_by_role("button", name="Refuse").click()
    expect(dialog.get_by_text("Done", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    assert [find(own_shop, key).note for key in ids[:3]] == ["Wait and see", "no", "Wait and see"]
    assert [find(own_shop, key).by for key in ids[:3]] == ["local", "li", "local"]


def test_bulk_on_a_phone(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/decisions", lang="zh", size=PHONE)
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE[0]
    ids = waiting(own_shop)[:2]
    page.get_by_role("button", name="批量选择").tap()
    for which in ids:
        page.locator(f"[data-id='{which}'] input[type=checkbox]").check()
    bar = page.get_by_role("toolbar")
    expect(bar.get_by_text("已选 2 条")).to_be_visible()
    approve = bar.get_by_role("button").first
    box = approve.bounding_box()
    assert box is not None
    assert box["height"] >= 44  # a thumb's width
    approve.tap()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("将通过")).to_be_visible()
    dialog.locator(".ant-modal-footer .ant-btn-primary").tap()
    expect(dialog.get_by_text("已完成")).to_be_visible()
    for which in ids:
        stood(own_shop, which, "done", page)


def test_a_thumb_must_tap_twice(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/decisions", size=PHONE)
    first = waiting(own_shop)[0]
    button = page.locator(f"[data-id='{first}']").get_by_role("button", name="Approve")
    button.tap()
    again = page.locator(f"[data-id='{first}']").get_by_role("button", name="Tap again to approve")
    expect(again).to_be_visible()
    assert find(own_shop, first).status == "held"
    again.tap()
    stood(own_shop, first, "done", page)


def test_new_ones_wait_behind_a_pill(own_shop: Shop, own_url: str, visit: Visit) -> None:
    page = visit.open(own_url, "/decisions")
    shown = page.locator(f"{BOX} [role=option]").first.get_attribute("data-id")
    old = find(own_shop, waiting(own_shop)[0])
    new = msgspec.structs.replace(
        old, id="zz-new", effect_key="zz-new", at_risk=msgspec.structs.replace(old.at_risk, amount=99_999_999)
    )
    own_shop.loop.do(lambda turn: turn.w.decision(new, "decided", 0, "link:stock"))
    pill = page.get_by_role("button", name="1 new")
    expect(pill).to_be_visible()
    assert page.locator(f"{BOX} [role=option]").first.get_attribute("data-id") == shown  # nothing moved
    pill.click()
    expect(page.locator(f"{BOX} [data-id='zz-new']")).to_be_visible()
    assert page.locator(f"{BOX} [role=option]").first.get_attribute("data-id") == "zz-new"  # the most urgent now


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_case_is_told_and_its_raw_form_is_one_click_away(
    open_page: Callable[..., Page], shop: Shop, lang: str
) -> None:
    done = list_inbox(shop, InboxAsk(statuses=("done",), kind="Reply", sort="newest", limit=1)).items[0]
    page = open_page(f"/case/{done.case_id}", lang=lang)
    story = page.get_by_role("feed")
    expect(story.get_by_text(done.title.en if lang == "en" else done.title.zh).first).to_be_visible()
    story.get_by_role("button", name="Raw data" if lang == "en" else "原始数据").first.click()
    expect(story.locator("pre").first).to_contain_text('"offset"')
    page.goto(page.url.replace(f"/case/{done.case_id}", "/cases"))
    expect(page.locator("a[href^='/case/']").first).to_be_visible()


def test_a_role_that_does_not_decide_for_a_link_is_spared_the_attempt(open_page: Callable[..., Page]) -> None:
    page = open_page("/decisions?kind=Replenish", role="service")
    expect(page.get_by_text("Your role does not decide for this link.")).to_be_visible()
    assert page.get_by_role("button", name="Approve").count() == 0
