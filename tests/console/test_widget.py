"""The chat widget in a real browser, on a page of another site: answered, lost and resumed, rated, by keyboard."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import ConversationRated, MessageReceived, Reply
from linkloop.core.action import Errand
from linkloop.core.decision import decide
from linkloop.core.link import Context, Link
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from linkloop.faces.widget import script
from linkloop.worlds.channels import ChannelsWorld
from linkloop.worlds.channels.settings import read_settings

rated: list[int] = []


def parrot() -> Link:
    """Answers what it hears, and keeps the stars."""
    link = Link("parrot", title=("Parrot", "鹦鹉"), decides=(Reply,))

    @link.hears(MessageReceived)
    def on_message(ctx: Context, event: MessageReceived) -> Iterator[Any]:
        if event.text == "nobody answers this":
            return
        yield decide(
            Reply(
                conversation_id=event.conversation_id, in_reply_to=event.message_id, channel=event.channel,
                customer_id=event.customer_id, text=f"收到 {event.text} https://shop.example/o/1.",
                at_risk=Money(0, "CNY"),
            ),
            Text(en="repeats", zh="复述"),
        )  # fmt: skip

    @link.hears(ConversationRated)
    def on_stars(ctx: Context, event: ConversationRated) -> Iterator[Any]:
        rated.append(event.stars)
        yield from ()

    return link


_PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>shop</title>
<style nonce="n">body{{font:30px serif}}button{{background:red}}</style>
<main><h1>A shop</h1><button>Buy</button></main>
<script src="{widget}/widget.js" {options} async></script></html>"""


class Site:
    """A page of another origin that carries the widget, under a policy as strict as a careful shop's."""

    def __init__(self) -> None:
        self.widget = ""
        self.world: Any = None
        self.options = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                widget = site.widget
                lang = "zh-CN" if "zh" in self.path else "en"
                body = _PAGE.format(lang=lang, widget=widget, options=site.options).encode()
                ws = widget.replace("http", "ws")
                policy = f"default-src 'none'; script-src {widget}; style-src 'nonce-n'; connect-src {ws}"
                self.send_response(200 if "favicon" not in self.path else 404)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-security-policy", policy)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()


@contextmanager
def open_shop(folder: Path, origins: list[str], **webchat: Any) -> Iterator[Shop]:
    settings = read_settings({"webchat": {"origins": origins, **webchat}})
    shop = Shop(Settings(folder=str(folder)), links=[parrot()], worlds=[ChannelsWorld(folder / "channels", settings)])
    shop.start()
    try:
        yield shop
    finally:
        shop.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site()
    with open_shop(tmp_path, [one.url]) as shop, serving(Desk(shop)) as one.widget:
        one.world = shop.world("channels")
        yield one
    one.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with fresh(browser) as one:
        yield one


@contextmanager
def fresh(browser: Browser, **options: Any) -> Iterator[Page]:
    options = {"viewport": {"width": 1000, "height": 760}, **options}
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **options)
    one = context.new_page()
    said: list[str] = []
    one.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    one.on("pageerror", lambda error: said.append(str(error)))
    yield one
    context.close()
    assert [line for line in said if "favicon" not in line and "ERR_" not in line and "WebSocket" not in line] == []


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def test_the_script_is_small_cached_and_open_to_every_site(site: Site) -> None:
    plain, packed, etag = script()
    assert len(packed) < 15 * 1024
    assert gzip.decompress(packed) == plain
    url = f"{site.widget}/widget.js"
    got = httpx.get(url, headers={"accept-encoding": "gzip"}, trust_env=False)
    assert (got.status_code, got.headers["content-encoding"], got.headers["etag"]) == (200, "gzip", etag)
    assert got.headers["cross-origin-resource-policy"] == "cross-origin"
    assert got.headers["content-type"].startswith("text/javascript")
    assert "max-age" in got.headers["cache-control"]
    again = httpx.get(url, headers={"if-none-match": etag}, trust_env=False)
    assert (again.status_code, again.content) == (304, b"")


def test_a_visitor_of_another_site_writes_is_answered_and_comes_back(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Open the chat").click()
    expect(page.get_by_role("dialog", name="Chat with us")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_focused()
    write(page, "where is <b>it</b>? 📦")
    log = page.get_by_role("log")
    expect(log.get_by_text("收到 where is <b>it</b>? 📦")).to_be_visible()
    expect(log.get_by_text("Delivered")).to_be_visible()
    link = log.get_by_role("link")
    expect(link).to_have_attribute("href", "https://shop.example/o/1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    page.reload()
    page.get_by_role("button", name="Open the chat").click()
    expect(log.get_by_text("收到 where is")).to_have_count(1)
    assert page.evaluate("getComputedStyle(document.querySelector('main button')).backgroundColor") == "rgb(255, 0, 0)"
    close = "document.querySelector('linkloop-widget').shadowRoot.querySelector('header button')"
    assert page.evaluate(f"getComputedStyle({close}).backgroundColor") != "rgb(255, 0, 0)"


def test_a_site_that_was_not_invited_cannot_open_the_chat(browser: Browser, tmp_path: Path) -> None:
    with open_shop(tmp_path, ["https://*.shop.example"]) as shop, serving(Desk(shop)) as url, fresh(browser) as page:
        site = Site()
        site.widget = url
        page.goto(site.url)
        page.get_by_role("button", name="Open the chat").click()
        expect(page.get_by_text("Connection lost")).to_be_visible()
        write(page, "hello")
        expect(page.get_by_text("Waiting to be sent")).to_be_visible()
        with shop.store.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM log WHERE kind = 'message_received'").scalar() == 0
        site.close()


def test_what_is_written_without_a_line_is_sent_once_when_it_is_back(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Open the chat").click()
    write(page, "one")
    expect(page.get_by_text("收到 one")).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")
    write(page, "two")
    page.context.set_offline(False)
    expect(page.get_by_text("收到 two")).to_have_count(1)
    write(page, "three")
    expect(page.get_by_text("收到 three")).to_have_count(1)
    lines = page.locator("linkloop-widget .one .text").all_inner_texts()
    assert [line.split(" https")[0] for line in lines] == ["one", "收到 one", "two", "收到 two", "three", "收到 three"]


def test_what_came_while_it_was_closed_is_counted_and_read(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Open the chat").click()
    write(page, "nobody answers this")
    expect(page.get_by_text("Delivered")).to_be_visible()
    page.keyboard.press("Escape")
    session = page.evaluate("JSON.parse(Object.values(localStorage)[0]).session")
    answer = Reply(at_risk=Money(0, "CNY"), conversation_id=session, in_reply_to="later", channel="webchat",
                   customer_id="", text="A person has looked.", author="person")  # fmt: skip
    site.world.perform(Errand(key="e1", action=answer, decision_id="d", case_id="c"))
    button = page.get_by_role("button", name="Open the chat (1 unread messages)")
    expect(button).to_be_visible()
    expect(button).to_be_focused()
    page.reload()
    expect(button).to_be_visible()
    button.click()
    expect(page.get_by_role("button", name="Open the chat", exact=True)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.get_by_role("button", name="Open the chat", exact=True)).to_be_visible()


def test_all_of_it_works_by_keyboard(site: Site, page: Page) -> None:
    rated.clear()
    page.goto(site.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Open the chat")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("line one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("line two")
    page.keyboard.press("Enter")
    expect(page.get_by_text("收到 line one\nline two")).to_be_visible()
    page.get_by_role("button", name="Rate and end").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="1 stars")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you for rating!")).to_be_visible()
    assert rated == [4]


def test_names_of_files_are_sent_and_never_their_content(site: Site, page: Page, tmp_path: Path) -> None:
    secret = tmp_path / "破损 照片.png"
    secret.write_bytes(b"content that stays here")
    frames: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda payload: frames.append(payload)))
    page.goto(site.url)
    page.get_by_role("button", name="Open the chat").click()
    page.locator("linkloop-widget input[type=file]").set_input_files(str(secret))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log").get_by_text("📎 破损 照片.png")).to_be_visible()
    expect(page.get_by_text("Delivered")).to_be_visible()
    said = [json.loads(one) for one in frames]
    assert [one["media"] for one in said if one["type"] == "say"] == [["破损 照片.png"]]
    assert "content that stays here" not in json.dumps(said)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")])
def test_it_can_be_read_in_both_languages_and_themes(
    site: Site, browser: Browser, tmp_path: Path, lang: str, theme: Any
) -> None:
    phone = theme == "dark"
    with fresh(browser, color_scheme=theme, **({"viewport": {"width": 390, "height": 780}} if phone else {})) as page:
        page.goto(f"{site.url}/{lang}")
        page.get_by_role("button", name="打开客服对话" if lang == "zh" else "Open the chat").click()
        write(page, "我的包裹到哪了？" if lang == "zh" else "Where is my parcel?")
        expect(page.get_by_role("log").get_by_text("收到")).to_be_visible()
        page.get_by_role("button", name="评价并结束" if lang == "zh" else "Rate and end").click()
        page.screenshot(path=str(tmp_path / f"widget-{lang}-{theme}.png"))
        paper, ink = page.evaluate("""() => {
          const style = getComputedStyle(document.querySelector('linkloop-widget').shadowRoot.querySelector('.panel'));
          return [style.backgroundColor, style.color].map((one) => one.match(/\\d+/g).slice(0, 3).map(Number));
        }""")
        assert contrast(paper, ink) > 7
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_another_customer_on_the_same_browser_sees_nothing_of_the_first(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Open the chat").click()
    write(page, "a secret of the first")
    expect(page.get_by_text("收到 a secret")).to_be_visible()
    site.options = 'data-token="e30.eyJzdWIiOiJvdGhlciJ9.x"'
    page.reload()
    page.get_by_role("button", name="Open the chat").click()
    expect(page.get_by_text("this session token is not valid")).to_be_visible()
    expect(page.get_by_text("a secret of the first")).to_have_count(0)


def contrast(one: list[int], other: list[int]) -> float:
    def light(colour: list[int]) -> float:
        parts = [c / 255 / 12.92 if c / 255 <= 0.03928 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demo_page_shows_it_and_the_line_to_copy(site: Site, page: Page, tmp_path: Path, lang: str) -> None:
    page.goto(f"{site.widget}/widget/demo?lang={lang}")
    expect(page.get_by_text(f'<script src="{site.widget}/widget.js" async></script>')).to_be_visible()
    page.get_by_role("button", name="打开客服对话" if lang == "zh" else "Open the chat").click()
    write(page, "demo")
    expect(page.get_by_role("log").get_by_text("收到 demo")).to_be_visible()
    page.screenshot(path=str(tmp_path / f"demo-{lang}.png"))
