"""Journeys of the service desk by keyboard alone, in both languages: another policy tried on the past, and what
waits for a decision approved where its conversation is read, so that the customer has the answer."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation
from linkloop.faces.desk.deciding import decision as find
from linkloop.faces.desk.inbox import list_inbox
from linkloop.faces.desk.inbox_views import InboxAsk, InboxItem
from linkloop.faces.desk.rules.whatif import what_ifs
from linkloop.faces.desk.service_talk import talk
from tests.console.browser import Lang, Visit, settled
from tests.console.test_decisions import stood
from tests.console.test_rules import REMEDY, tab_to, to_grid
from tests.console.test_service import choose, items, until


class Words(NamedTuple):
    """What the page calls things."""

    lang: Lang
    tab: str
    edit: str
    month: str
    run: str
    current: str
    changed: str
    different: str
    approve: str
    pending: str
    no_draft: str
    saved: str


WORDS = (
    Words("en", "What-if", "Change it in a draft", "30 days", "Run what-if", "of this draft", "Different",
          "Decisions that would have been different", "Approve", "Waits for a decision", "You have no draft",
          r"1 rows changed · saved"),
    Words("zh", "推演", "在草稿中修改", "30 天", "开始推演", "当前草稿", "结果不同", "结果会不同的决策",
          "批准", "待决策", "您还没有该表的草稿", r"修改了 1 行 · .*已保存"),
)  # fmt: skip


def by_lang(words: Words) -> str:
    return words.lang


@pytest.mark.timeout(300)
@pytest.mark.parametrize("words", WORDS, ids=by_lang)
def test_a_service_policy_is_changed_and_last_months_conversations_are_replayed_by_it(
    own_shop: Shop, own_url: str, visit: Visit, words: Words
) -> None:
    live = own_shop.rules.live[REMEDY].version
    page = visit.open(own_url, "/service", lang=words.lang)
    tab_to(page, lambda text: text == words.tab)
    page.keyboard.press("Enter")
    page.wait_for_url("**/service/what-if*")
    settled(page)
    expect(page.get_by_text(words.no_draft)).to_be_visible()
    tab_to(page, lambda text: text == words.edit)
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules/**")
    settled(page)
    to_grid(page)  # a row of its own: a few hours late is worth ¥10 on small orders
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+Enter")
    written = ("(0..1)", "Tab", "Tab", "< 50000", "Tab", "Tab", '"late"', "Tab", "20", "Tab", "1000", "Tab", "true")
    for key in (*written, "Tab", "false", "Enter"):
        page.keyboard.press(key) if key in ("Tab", "Enter") else page.keyboard.type(key)
    expect(page.locator("#cell-2-6")).to_contain_text("¥10")
    expect(page.get_by_text(re.compile(words.saved))).to_be_visible()
    page.go_back()  # Alt+← belongs to the browser's window, which headless Chromium has not
    page.wait_for_url("**/service/what-if*")
    settled(page)
    expect(page.get_by_text(words.no_draft)).to_have_count(0)
    page.get_by_role("radio", name=words.month).focus()
    page.keyboard.press("Space")
    tab_to(page, lambda text: text == words.run)
    page.keyboard.press("Enter")
    expect(page.get_by_text(words.current)).to_be_visible(timeout=200_000)
    (told,) = what_ifs(own_shop).all(REMEDY)
    tried = what_ifs(own_shop).one(REMEDY, told.id)
    assert tried.result is not None
    shown = page.get_by_role("group", name=words.changed).inner_text()
    assert int(re.findall(r"\d+", shown)[0]) == tried.result.changed > 0
    different = page.get_by_role("grid", name=words.different)  # draws only rows in sight; says how many
    expect(different).to_have_attribute("aria-rowcount", str(tried.result.changed + 1))
    assert different.get_by_role("row").count() > 5
    assert own_shop.rules.live[REMEDY].version == live  # only tried


@pytest.mark.parametrize("words", WORDS, ids=by_lang)
@pytest.mark.parametrize("kinds", [("Reply",), ("Compensate", "IssueCoupon")], ids=("reply", "remedy"))
def test_what_waits_is_approved_in_its_conversation_and_the_customer_has_it(
    own_shop: Shop, own_url: str, visit: Visit, words: Words, kinds: tuple[str, ...]
) -> None:
    item, row = held(own_shop, kinds)
    before = len(from_us(own_shop, row.conversation_id))
    if row.status == "solved":  # as the link of its decision leads there
        page = visit.open(own_url, f"/service/{quote(row.conversation_id, safe='')}?show=solved", lang=words.lang)
        settled(page)
    else:
        page = visit.open(own_url, "/service", lang=words.lang)
        choose(page, row.conversation_id)
    waits = page.get_by_role("region", name=words.pending)
    expect(waits.locator(f"[data-decision='{item.id}']")).to_be_visible()
    page.keyboard.press("a")
    expect(waits.get_by_role("button", name=words.approve).first).to_be_focused()
    reach(page, item.id)
    page.keyboard.press("Enter")
    stood(own_shop, item.id, "done", page)
    assert find(own_shop, item.id).by == "local"
    expect(waits.locator(f"[data-decision='{item.id}']")).to_have_count(0)
    until(page, lambda: len(from_us(own_shop, row.conversation_id)) > before)
    shown = page.locator("[data-message]").filter(has_text=from_us(own_shop, row.conversation_id)[-1][:12])
    expect(shown.last).to_be_visible()


def reach(page: Page, decision: str) -> None:
    """Tab on from the first decision that waits to the one that is meant."""
    for _ in range(20):
        at = page.evaluate("document.activeElement.closest('[data-decision]')?.getAttribute('data-decision')")
        if at == decision and page.evaluate("document.activeElement.hasAttribute('data-pending-approve')"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never came there")


def held(shop: Shop, kinds: tuple[str, ...]) -> tuple[InboxItem, Conversation]:
    """A decision of these kinds (which remedy, the governor draws) that waits, and its conversation at the desk: one
    that waits too, or one where we wrote first (of a parcel that is late) and nobody has answered."""
    rows = [*items(shop), *items(shop, status="solved", limit=200)]
    for item in (item for kind in kinds for item in list_inbox(shop, InboxAsk(kind=kind)).items):
        for row in rows:
            if item.about in (row.conversation_id, row.order_id) and item.about:
                return item, row
    raise LookupError(f"none of {kinds} waits in a conversation of the queue")


def from_us(shop: Shop, conversation_id: str) -> list[str]:
    """What the customer was sent, oldest first."""
    lines = talk(shop, conversation_id, "local").messages
    return [line.text for line in lines if line.author != "customer" and line.delivery == "sent"]
