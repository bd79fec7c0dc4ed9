"""The browser of the console's tests: Debian's Chromium, pages that tell every trouble, and when a page has settled."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
]
Lang = Literal["en", "zh"]
Theme = Literal["light", "dark"]
Size = tuple[int, int]
DESK, TABLET, PHONE = (1440, 900), (1024, 768), (390, 844)

# A page has settled when it shows itself, waits for nothing, and nothing in it has changed for a while.
_SETTLED = """
async ({ quiet, most }) => {
  const waits = '.ant-skeleton, .ant-spin-spinning, [aria-busy="true"], [data-waiting]';
  const began = performance.now();
  let changed = began;
  const watcher = new MutationObserver(() => { changed = performance.now(); });
  watcher.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
  while (performance.now() - began < most) {
    const now = performance.now();
    const there = document.querySelector('main h1, main h2, form') && !document.querySelector(waits);
    if (!there) changed = now;
    if (there && now - changed > quiet) break;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  watcher.disconnect();
  await document.fonts.ready;
  const left = [...document.querySelectorAll(waits)].map((one) => one.className || one.tagName);
  if (performance.now() - began < most) return '';
  return `not settled after ${most} ms; waiting: ${left.slice(0, 3).join(', ')}`;
}
"""
_EARLY = """
window.__shift = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.__shift += one.value;
}).observe({ type: 'layout-shift', buffered: true });
document.addEventListener('securitypolicyviolation', (one) => {
  console.error(`CSP ${one.violatedDirective} ${one.blockedURI} ${one.sourceFile}:${one.lineNumber}`);
});
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """Opens pages of one shop and hears everything that goes wrong in them.

    `troubles` holds every error and warning of the console, exception, violation of the content security policy and
    failed request; a test that provokes one takes it out by `forgive`.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.troubles: list[str] = []
        self.answers: list[Response] = []  # of the API, for what a page may say because it was told
        self._contexts: list[Any] = []

    def open(
        self,
        url: str,
        path: str = "/",
        *,
        lang: Lang = "en",
        theme: Theme = "light",
        size: Size = DESK,
        signed_in: tuple[str, str] | None = None,
        settle: bool = True,
        before: Callable[[Page], None] = lambda page: None,
        **options: Any,
    ) -> Page:
        """A fresh browser profile at `path`; `signed_in`: a name and its password; `before` runs on the blank page."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN" if lang == "zh" else "en-GB",
            timezone_id="UTC",  # not the shop's: a page that reads the browser's clock is found out
            color_scheme=theme,
            reduced_motion="reduce",
            has_touch=size[0] < 500,
            **options,
        )
        self._contexts.append(context)
        kept = json.dumps(json.dumps({"lang": lang, "theme": theme}))
        # What a test or the page itself has chosen later is not overwritten by a reload.
        context.add_init_script(
            f"localStorage.getItem('linkloop.preferences') ?? localStorage.setItem('linkloop.preferences', {kept})"
        )
        context.add_init_script(_EARLY)
        if signed_in is not None:
            name, password = signed_in
            answer = context.request.post(f"{url}/api/v1/session", data={"name": name, "password": password})
            assert answer.ok, answer.text()
        page = context.new_page()
        page.set_default_timeout(15_000)
        self._hear(page)
        before(page)
        page.goto(url + path, wait_until="domcontentloaded")
        if settle:
            settled(page)
        return page

    def forgive(self, part: str) -> None:
        """Take the troubles out that contain `part`; there must be one."""
        left = [one for one in self.troubles if part not in one]
        assert len(left) < len(self.troubles), f"no trouble says {part!r}: {self.troubles}"
        self.troubles[:] = left

    def close(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def _hear(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.troubles.append(f"exception: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _said(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.troubles.append(f"console {said.type}: {said.text}")

    def _failed(self, request: Request) -> None:
        # A page that is left gives up what it was asking for.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.troubles.append(f"request failed: {request.method} {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if "/api/" in response.url and "/stream" not in response.url:
            self.answers.append(response)
        if response.status >= 400:
            self.troubles.append(f"{response.status} {response.request.method} {response.url}")


def settled(page: Page, quiet_ms: int = 250, most_ms: int = 40_000) -> None:
    """Return when the page shows itself, waits for nothing, and has not changed for a while."""
    problem = page.evaluate(_SETTLED, {"quiet": quiet_ms, "most": most_ms})
    assert not problem, f"{page.url}: {problem}"


def shift(page: Page) -> float:
    """How much the layout has jumped since the page was opened, as Chromium sums it up."""
    return float(page.evaluate("window.__shift"))
