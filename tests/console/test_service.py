"""Service in a browser: through the queue by keyboard alone, one pen for bot and people, one customer over channels."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from playwright.sync_api import Locator, Page, expect

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation
from linkloop.faces.desk.knowledge import article, find, list_articles
from linkloop.faces.desk.service_contacts import contact_view
from linkloop.faces.desk.service_quality import report
from linkloop.faces.desk.service_queue import QueueAsk, queue
from linkloop.faces.desk.service_talk import talk
from linkloop.faces.desk.service_views import Said
from tests.console.browser import PHONE, TABLET, Visit, settled, shift

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
    page.wait_for_url(lambda url: f"/service/{mine}" in unquote(url))
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


def test_an_article_is_written_into_and_withdrawn_and_the_bot_finds_it_so(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    page = visit.open(own_url, "/service/knowledge?article=zh-returns-7-days", lang="zh")
    body = page.get_by_label("正文（Markdown）", exact=True)
    before = article(own_shop, "zh-returns-7-days")
    expect(body).to_have_value(before.body)
    save = page.get_by_role("button", name="保存")
    expect(save).to_be_disabled()
    body.fill(f"{before.body}\n\n紫色独角兽挂件可以在 77 天内退货。")
    save.click()
    until(page, lambda: "77 天" in article(own_shop, "zh-returns-7-days").body)
    after = article(own_shop, "zh-returns-7-days")
    assert (after.title, after.kind, after.topic, after.source) == (
        before.title, before.kind, before.topic, before.source,
    )  # fmt: skip
    expect(save).to_be_disabled()  # what is shown is what is kept
    assert any("77 天" in one.text for one in find(own_shop, "紫色独角兽挂件可以退货吗", "zh"))
    page.get_by_role("button", name="撤下").click()
    page.get_by_role("tooltip").get_by_role("button", name="撤下").click()
    until(page, lambda: article(own_shop, "zh-returns-7-days").withdrawn)
    expect(page.get_by_role("button", name=before.title)).to_have_count(0)
    assert "zh-returns-7-days" not in [one.article_id for one in list_articles(own_shop, limit=500).items]
    assert all("77 天" not in one.text for one in find(own_shop, "紫色独角兽挂件可以退货吗", "zh"))


def test_who_was_slower_is_told_that_an_article_has_moved(own_shop: Shop, own_url: str, visit: Visit) -> None:
    one, two = (visit.open(own_url, "/service/knowledge?article=en-returns-7-days", lang="en") for _ in range(2))
    for page, text in ((one, "The first."), (two, "The second.")):
        page.get_by_label("Text, Markdown", exact=True).fill(text)
        page.get_by_role("button", name="Save").click()
        until(page, lambda: article(own_shop, "en-returns-7-days").body == "The first.")
    expect(two.get_by_text("this article was changed meanwhile")).to_be_visible()
    assert article(own_shop, "en-returns-7-days").body == "The first."
    visit.forgive("409")


def test_the_palette_finds_a_conversation_by_its_customer_and_takes_it_over(
    own_shop: Shop, own_url: str, visit: Visit
) -> None:
    row = next(row for row in items(own_shop) if row.status == "waiting" and row.customer_id and not row.held_by)
    known = talk(own_shop, row.conversation_id, "local").known.customer
    assert known is not None
    page = visit.open(own_url, "/decisions", lang="en")
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type(known.name)
    hit = page.get_by_role("option").filter(has_text="waits for a person").first
    expect(hit).to_be_visible()
    for _ in range(30):
        if hit.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("dialog")).to_contain_text("Take over")
    page.keyboard.press("Tab")
    page.wait_for_url("**/service/*")
    taken = page.locator("[data-talk]")
    expect(taken.get_by_text("Yours for")).to_be_visible()
    assert one(own_shop, taken.get_attribute("data-talk") or "").held_by == "local"


def test_an_order_leads_to_its_conversation_at_the_desk(open_page: Open, shop: Shop) -> None:
    row = next(row for row in items(shop) if row.customer_id and row.order_id)
    for path in (f"/order/{row.order_id}", f"/customer/{row.customer_id}"):
        page = open_page(path, lang="en")
        ids = (row.conversation_id, quote(row.conversation_id, safe=""))
        link = page.get_by_role("list", name="Open in the desk").locator(", ".join(f"a[href$='/{id}']" for id in ids))
        link.click()
        expect(page.locator(f"[data-talk='{row.conversation_id}']")).to_be_visible()


def test_between_phone_and_desk_the_customer_is_a_drawer(open_page: Open, shop: Shop) -> None:
    row = next(row for row in items(shop) if row.customer_id and row.order_id)
    page = open_page(f"/service/{row.conversation_id}", lang="en", size=TABLET)
    known = talk(shop, row.conversation_id, "local").known.customer
    assert known is not None
    expect(page.get_by_role("region", name="Customer")).to_have_count(0)
    page.locator("[data-talk]").get_by_role("button", name="Customer", exact=True).click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("link", name=known.name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.keyboard.press("c")
    expect(drawer.get_by_role("link", name=known.name)).to_be_visible()
