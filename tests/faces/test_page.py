"""The first page in a real browser: complete in both languages, usable by keyboard, clean in its console."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linkloop.app.settings import Settings, Town
from linkloop.app.shop import Shop
from linkloop.core.world import Setup
from linkloop.engine.gate import GatePolicy, Hold
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from linkloop.faces.page import CONTENT_SECURITY_POLICY, page_dir
from linkloop.links.service import link as service
from linkloop.links.watch import link as watch
from linkloop.worlds import channels, sim

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HAN = re.compile(r"[\u4e00-\u9fff]")
WEB = page_dir()


def catalogue(lang: str) -> dict[str, str]:
    return json.loads((WEB / "i18n" / f"{lang}.json").read_text(encoding="utf-8"))


def scripts() -> dict[str, str]:
    """Every module without its comments."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted((WEB / "js").glob("*.js"))}
    return {name: re.sub(r"/\*.*?\*/|(?<![:\"])//[^\n]*", "", text, flags=re.DOTALL) for name, text in texts.items()}


# -- words --------------------------------------------------------------------------------------------------------


def test_both_catalogues_say_the_same_things_with_the_same_blanks() -> None:
    en, zh = catalogue("en"), catalogue("zh")
    assert sorted(en) == sorted(zh)
    blanks = re.compile(r"\{(\w+)\}")
    assert {key: sorted(blanks.findall(en[key])) for key in en} == {key: sorted(blanks.findall(zh[key])) for key in zh}
    assert [key for key in en if not en[key].strip() or not zh[key].strip()] == []


def test_no_english_word_is_chinese_and_chinese_is() -> None:
    assert [key for key, text in catalogue("en").items() if HAN.search(text)] == ["language.other"]
    plain = re.compile(r"\{\w+\}|[\W\d_]")
    unspoken = [key for key, text in catalogue("zh").items() if plain.sub("", text) and not HAN.search(text)]
    assert unspoken == ["language.other"]


def test_every_word_that_the_page_asks_for_is_in_the_catalogue() -> None:
    known = catalogue("en")
    asked = {(name, key) for name, text in scripts().items() for key in re.findall(r"\bt\(\s*\"([^\"]+)\"", text)}
    html = (WEB / "index.html").read_text(encoding="utf-8")
    asked |= {("index.html", key) for key in re.findall(r"data-(?:t|label)=\"([^\"]+)\"", html)}
    assert len(asked) > 90
    assert sorted((name, key) for name, key in asked if key not in known) == []


def test_no_text_stands_outside_the_catalogues() -> None:
    class Words(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.inside: list[str] = []
            self.said: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[Any]) -> None:
            self.inside.append(tag)
            self.said += [value for name, value in attrs if name in ("title", "placeholder", "aria-label", "alt")]

        def handle_endtag(self, tag: str) -> None:
            while self.inside and self.inside.pop() != tag:
                pass

        def handle_data(self, data: str) -> None:
            if data.strip() and not {"noscript", "title"} & set(self.inside):
                self.said.append(data.strip())

    html = Words()
    html.feed((WEB / "index.html").read_text(encoding="utf-8"))
    assert html.said == []
    literal = re.compile(r"(?:text|placeholder|title|\"aria-label\"): \"([^\"]+)\"")
    found = {text for code in scripts().values() for text in literal.findall(code)}
    assert found <= {"A", "R", "J", "K", "Enter", "--:--:--"}
    chinese = {line.strip() for code in scripts().values() for line in code.splitlines() if HAN.search(line)}
    assert all("Linkloop 环环" in line or 'region: "华东"' in line for line in chinese)


def test_nothing_comes_from_elsewhere_and_nothing_is_inline() -> None:
    html = (WEB / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"(?:src|href)=\"(?!css/|js/|icon\.svg|#)[^\"]*\"", html) == []
    assert re.findall(r"<style|style=|\son\w+=|<script(?![^>]*src=)", html) == []
    files = [file for file in WEB.rglob("*") if file.suffix in (".css", ".js")]
    addresses = {a for file in files for a in re.findall(r"https?://[^\s\"')]+", file.read_text(encoding="utf-8"))}
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert not any("innerHTML" in code or "eval(" in code for code in scripts().values())
    meta = re.search(r"Content-Security-Policy\" content=\"([^\"]+)\"", html)
    assert meta is not None
    assert meta[1] + "; frame-ancestors 'none'" == CONTENT_SECURITY_POLICY


# -- in a browser -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A shop with a town, whose gate holds every reply that is not beyond doubt."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: install Debian's package chromium to run the browser tests")
    folder = tmp_path_factory.mktemp("shop")
    options: dict[str, Any] = {"seed": 3, "orders_per_day": 4000, "speed": 60.0, "history_days": 0}
    settings = Settings(
        folder=str(folder),
        town=Town(**options),
        gate=GatePolicy(holds=(Hold(action="Reply", confidence_below=2.0),)),
    )
    setup: dict[str, Any] = {"shop": "demo", "zone": settings.zone, "currency": "CNY"}
    worlds = [
        channels.open_world(Setup(folder=str(folder / "channels"), **setup)),
        sim.open_world(Setup(folder=str(folder / "sim"), options=options, **setup)),
    ]
    shop = Shop(settings, links=[service, watch], worlds=worlds)
    shop.start()
    try:
        with serving(Desk(shop)) as url:
            yield url
    finally:
        shop.stop()


@pytest.fixture(scope="module")
def browser(url: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def troubles() -> list[str]:
    """Everything that the console, scripts and the content security policy complained of."""
    return []


def opened(browser: Any, url: str, troubles: list[str], path: str = "/?lang=en", **options: Any) -> Page:
    page = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en-US", **options}).new_page()
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective))"
    )
    page.goto(url + path)
    page.wait_for_selector("main:not([hidden])")
    return page


def write(page: Page, text: str) -> None:
    page.wait_for_function("() => /connected|已连接/.test(document.querySelector('#chat-state').textContent)")
    page.fill("#chat-input", text)
    page.press("#chat-input", "Enter")


def chosen_by_keys(page: Page) -> str:
    """Go down by J to the decision that answers this page's visitor (the town has visitors too); gives its id."""
    session = page.evaluate("JSON.parse(atob(localStorage.getItem('linkloop.chat').split('.')[1])).sid")
    page.wait_for_function(
        """async (session) => {
          const held = await (await fetch('/api/v1/decisions?status=held&limit=500')).json();
          const mine = held.items.find((one) => one.action.conversation_id === session);
          window.mine = mine?.id;
          return mine && document.querySelector(`[data-id="${mine.id}"]`);
        }""",
        arg=session,
    )
    mine = page.evaluate("window.mine")
    page.evaluate("document.activeElement.blur()")
    for _ in range(200):
        if page.get_attribute(".decision.selected", "data-id") == mine:
            return mine
        page.keyboard.press("j")
    raise AssertionError(f"J never came to {mine}")


@pytest.mark.browser
def test_a_visitor_writes_a_person_approves_by_keyboard_and_the_chat_answers(
    browser: Any, url: str, troubles: list[str]
) -> None:
    page = opened(browser, url, troubles)
    page.click("#pause")
    page.wait_for_selector("#pause[aria-label='Let the town go on']")
    write(page, "Where is my parcel?")
    page.wait_for_selector(".bubble.mine >> text=Where is my parcel?")
    chosen = chosen_by_keys(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(".drawer h3 >> text=Checks of the gate")
    assert page.locator(".drawer .hits, .drawer .asked").count() > 0
    page.keyboard.press("Escape")
    page.wait_for_selector(".drawer", state="detached")
    page.keyboard.press("a")
    page.wait_for_selector(f".decision[data-id='{chosen}']", state="detached")
    page.wait_for_selector(".toast >> text=Approved: Reply to a visitor")
    page.wait_for_selector(".bubble[data-author=bot] >> text=Please sign in")
    page.reload()
    page.wait_for_selector(".bubble[data-author=bot] >> text=Please sign in")
    assert page.locator(".bubble.mine").count() == 1
    assert troubles == []


@pytest.mark.browser
def test_r_refuses_with_a_note_that_goes_into_the_ledger(browser: Any, url: str, troubles: list[str]) -> None:
    page = opened(browser, url, troubles, "/?lang=zh")
    write(page, "我的快递怎么还没到？")
    chosen = chosen_by_keys(page)
    page.keyboard.press("r")
    page.keyboard.type("先等等")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".decision[data-id='{chosen}']", state="detached")
    page.wait_for_selector(".toast >> text=已拒绝")
    why = page.request.get(f"{url}/api/v1/decisions/{chosen}/why").json()
    assert (why["decision"]["status"], why["decision"]["note"], why["decision"]["by"]) == ("refused", "先等等", "page")
    assert troubles == []


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "other"), [("en", "zh"), ("zh", "en")])
def test_the_page_speaks_one_language_at_a_time_and_switches(
    browser: Any, url: str, troubles: list[str], lang: str, other: str
) -> None:
    page = opened(browser, url, troubles, "/", locale="zh-CN" if lang == "zh" else "en-US")
    for code in (lang, other):
        page.wait_for_function("code => document.documentElement.lang === code", arg=code)
        labels = page.locator("h2, .figure .label, .figure .unit, .town-acts button, .legend span").all_inner_texts()
        assert len(labels) > 15
        spoken = [bool(HAN.search(label)) for label in labels if label.strip()]
        assert spoken == [code == "zh"] * len(spoken)
        page.click("#language")
    assert troubles == []


@pytest.mark.browser
def test_the_town_is_alive_and_a_payment_fault_can_be_brought(browser: Any, url: str, troubles: list[str]) -> None:
    page = opened(browser, url, troubles)
    if page.get_attribute("#pause", "aria-label") == "Let the town go on":
        page.click("#pause")
    before = page.inner_text("#clock")
    page.wait_for_function("before => document.querySelector('#clock').textContent !== before", arg=before)
    page.wait_for_selector("#feed .what")
    page.wait_for_selector("#chart svg path.mean", timeout=60_000)
    page.wait_for_function("() => /[1-9]/.test(document.querySelector('[data-figure=orders] .value').textContent)")
    page.click("[data-trouble=payments]")
    page.wait_for_selector("#town .pill >> text=Payment fault")
    page.click("[data-figure=gmv]")
    page.wait_for_selector(".drawer pre >> text=FROM minute_counts")
    assert troubles == []


@pytest.mark.browser
def test_both_themes_and_a_telephone(browser: Any, url: str, troubles: list[str]) -> None:
    size = {"width": 390, "height": 844}
    page = opened(browser, url, troubles, viewport=size, color_scheme="dark")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.wait_for_selector("#figures .figure")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.click("#theme")
    assert page.get_attribute("html", "data-theme") == "light"
    page.reload()
    page.wait_for_selector("main:not([hidden])")
    assert page.get_attribute("html", "data-theme") == "light"
    assert troubles == []
