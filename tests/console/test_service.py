"""Service in a browser: through the queue by keyboard alone, one pen for bot and people, one customer over channels."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation
from linkloop.faces.desk.service_contacts import contact_view
from linkloop.faces.desk.service_quality import report
from linkloop.faces.desk.service_queue import QueueAsk, queue
from linkloop.faces.desk.service_talk import talk
from linkloop.faces.desk.service_views import Said
from tests.console.browser import PHONE, Visit, settled, shift

BOX = "[role=listbox]"
Open = Callable[..., Page]


def items(shop: Shop, **ask: object) -> list[Conversation]:
    """The queue in its order."""
    return [item.conversation for item in queue(shop, QueueAsk(**ask), "local").items]  # type: ignore[arg-type]


def one(shop: Shop, conversation_id: str) -> Conversation:
    return talk(shop, conversation_id, "local").conversation


def until(page: Page, true: Callable[[], object]) -> None:
    """Once the shop has it so."""
    for _ in range(150):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come")


def choose(page: Page, which: str) -> Locator:
    """Go down by J until a conversation is chosen and its thread is there."""
    expect(page.locator(f"{BOX} [aria-selected=true]").first).to_be_visible()
    for _ in range(60):
        if page.locator(f"{BOX} [aria-selected=true]").first.get_attribute("data-id") == which:
            break
        page.keyboard.press("j")
        page.wait_for_timeout(30)
    found = page.locator(f"[data-talk='{which}']")
    expect(found).to_be_visible()
    return found


def said_by(shop: Shop, conversation_id: str, by: str) -> list[Said]:
    return [line for line in talk(shop, conversation_id, "local").messages if line.by == by]


def test_take_over_answer_and_solve_by_keyboard_alone(own_shop: Shop, own_url: str, visit: Visit) -> None:
    which = next(row.conversation_id for row in items(own_shop) if row.status == "waiting" and row.channel == "webchat")
    page = visit.open(own_url, "/service", lang="en")
    chat = choose(page, which)
    page.keyboard.press("t")
    expect(chat.get_by_text("Yours for")).to_be_visible()
    taken = one(own_shop, which)
    assert (taken.status, taken.held_by) == ("with_person", "local")
    page.keyboard.press("r")
    expect(page.get_by_label("Answer", exact=True)).to_be_focused()
    page.keyboard.type("Hello, I have looked into it and will call you today.")
    page.keyboard.press("ControlOrMeta+Enter")
    bubble = chat.locator("li", has_text="Hello, I have looked into it")
    expect(bubble).to_have_count(1)
    expect(bubble).to_contain_text("local")
    until(page, lambda: [line.delivery for line in said_by(own_shop, which, "local")] == ["sent"])
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    until(page, lambda: one(own_shop, which).status == "solved")
    expect(chat.get_by_role("button", name="Reopen")).to_be_visible()


def test_hand_back_with_a_note_in_chinese(own_shop: Shop, own_url: str, visit: Visit) -> None:
    mine = items(own_shop, mine=True)[0].conversation_id
    page = visit.open(own_url, f"/service/{mine}", lang="zh")
    expect(page.locator(f"[data-talk='{mine}']").get_by_text("由您处理")).to_be_visible()
    page.keyboard.press("b")
    reason = page.get_by_label("理由")
    expect(reason).to_be_focused()
    page.keyboard.type("已答复，等待客户")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator("[role=dialog]")).to_have_count(0)
    until(page, lambda: one(own_shop, mine).held_by == "")


def test_who_does_not_hold_the_pen_reads_who_does(own_shop: Shop, own_url: str, visit: Visit) -> None:
    hers = [row for row in items(own_shop, status="with_person") if row.held_by == "mei" and row.lease_until]
    theirs = max(hers, key=lambda row: str(row.lease_until))
    page = visit.open(own_url, f"/service/{theirs.conversation_id}", lang="en")
    answer = page.get_by_label("Answer", exact=True)
    expect(answer).to_be_disabled()
    expect(answer).to_have_attribute("placeholder", "mei writes here until 10:46.")
    page.keyboard.press("t")
    page.wait_for_timeout(300)
    assert one(own_shop, theirs.conversation_id).held_by == "mei"


def test_a_macro_is_shown_filled_before_it_is_taken(own_shop: Shop, own_url: str, visit: Visit) -> None:
    row = next(row for row in items(own_shop) if row.customer_id and row.order_id and row.held_by in ("", "local"))
    page = visit.open(own_url, f"/service/{row.conversation_id}", lang="en")
    expect(page.locator(f"[data-talk='{row.conversation_id}']")).to_be_visible()
    page.keyboard.press("m")
    search = page.get_by_label("Search macros")
    expect(search).to_be_focused()
    page.keyboard.type("refund")
    name = talk(own_shop, row.conversation_id, "local").known.customer
    assert name is not None
    preview = page.locator("[role=dialog]").get_by_text(name.name)
    expect(preview).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[role=dialog]")).to_have_count(0)
    answer = page.get_by_label("Answer", exact=True)
    expect(answer).to_have_value(re.compile(re.escape(row.order_id)))
    assert "{" not in answer.input_value()


def test_a_suggestion_is_accepted_and_split_again_and_no_message_is_lost(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    which = "whatsapp:8613900000001"
    before = len(talk(own_shop, which, "local").messages)
    page = visit.open(own_url, f"/service/{which}", lang="en")
    asked = page.locator("[data-suggestion]")
    expect(asked).to_have_count(2)
    first = asked.first.get_attribute("data-suggestion") or ""
    asked.first.get_by_role("button", name="The same", exact=True).click()
    until(page, lambda: (link := contact_view(own_shop, which).link) and link.customer_id == first)
    expect(page.get_by_text("merged as suggested")).to_be_visible()
    page.get_by_role("button", name="Split").click()
    page.get_by_role("dialog").get_by_role("button", name="Split").click()
    until(page, lambda: (link := contact_view(own_shop, which).link) and link.customer_id == "")
    assert len(talk(own_shop, which, "local").messages) == before


def test_two_channels_of_one_customer_are_one_thread(open_page: Open, shop: Shop) -> None:
    row = next(row for row in items(shop) if row.continues)
    page = open_page(f"/service/{row.conversation_id}", lang="en")
    expect(page.get_by_text("goes on in Web chat").first).to_be_visible()
    shown = page.locator("[data-message]")
    expect(shown).to_have_count(len(talk(shop, row.conversation_id, "local").messages))


def test_the_queue_counts_down_without_moving(open_page: Open) -> None:
    page = open_page("/service", lang="en")
    settled(page)
    before = shift(page)
    page.wait_for_timeout(2500)
    assert shift(page) == before


def test_a_phone_shows_the_queue_and_answers(own_shop: Shop, own_url: str, visit: Visit) -> None:
    mine = items(own_shop, mine=True)[0].conversation_id
    page = visit.open(own_url, "/service?show=mine", lang="zh", size=PHONE)
    page.locator(f"[data-id='{mine}']").tap()
    page.wait_for_url(f"**/service/{mine}**")
    page.get_by_label("回复", exact=True).fill("您好，正在为您处理。")
    page.get_by_role("button", name="发送").tap()
    until(page, lambda: len(said_by(own_shop, mine, "local")) == 1)
    page.get_by_role("button", name="队列").tap()
    expect(page.locator(f"[data-id='{mine}']")).to_be_visible()


def test_the_figures_of_quality_are_those_of_the_api_and_a_review_is_kept(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    page = visit.open(own_url, "/service/quality", lang="en")
    left = page.get_by_text("that you have not marked").text_content() or ""
    for group in page.get_by_role("group").filter(has=page.get_by_role("radio")).all():
        group.get_by_text("yes").click()
    page.get_by_role("button", name="Keep marks").click()
    expect(page.get_by_text("Mean of 1 reviews in 30 days")).to_be_visible()
    expect(page.get_by_text("that you have not marked")).not_to_have_text(left)
    assert report(own_shop).reviews == 1
