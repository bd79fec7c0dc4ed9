"""Every page, in both languages and both themes: it opens, speaks one language, fits, stands still, and can be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from linkloop.app.shop import Shop
from tests.console import pictures
from tests.console.browser import DESK, PHONE, TABLET, Lang, Theme, Visit, settled, shift
from tests.console.routes import PAGES, PHONES, covered, filled, registered
from tests.console.speech import foreign

AXE = Path(__file__).parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
_RUN_AXE = """
async () => {
  const found = await axe.run(document, { resultTypes: ['violations'] });
  return found.violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 5).join(' | ')}`);
}
"""
_TOO_WIDE = """
() => {
  const root = document.documentElement;
  if (root.scrollWidth <= innerWidth) return '';
  const right = (one) => one.getBoundingClientRect().right;
  const wide = [...document.querySelectorAll('body *')].filter((one) => right(one) > innerWidth + 1);
  const names = wide.slice(0, 3).map((one) => one.className || one.tagName);
  return `${root.scrollWidth} > ${innerWidth}: ${names.join(' | ')}`;
}
"""
MOST_SHIFT = 0.05
EVERY = [pytest.param(name, id=name) for name in PAGES]


@pytest.fixture(scope="session")
def addresses(shop: Shop) -> dict[str, str]:
    return filled(shop)


def test_every_page_of_the_console_is_visited() -> None:
    assert covered() == registered()


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("zh", "dark"), ("en", "dark"), ("zh", "light")])
@pytest.mark.parametrize("name", EVERY)
def test_it_opens_speaks_fits_and_stands_still(
    open_page: Callable[..., Page], visit: Visit, addresses: dict[str, str], name: str, lang: Lang, theme: Theme
) -> None:
    page = open_page(addresses[name], lang=lang, theme=theme)
    wrong: dict[str, Any] = {}
    assert page.evaluate("[document.documentElement.lang.slice(0, 2), document.documentElement.dataset.theme]") == [
        lang,
        theme,
    ]
    if (moved := shift(page)) > MOST_SHIFT:
        wrong["layout shift"] = moved
    if said := foreign(page, lang, visit.answers):
        wrong["other language"] = said
    if (lang, theme) in (("en", "light"), ("zh", "dark")):
        if problem := pictures.check(pictures.shoot(page), f"{name}-{lang}-{theme}"):
            wrong["picture"] = problem
        page.evaluate(AXE.read_text(encoding="utf-8"))
        if found := page.evaluate(_RUN_AXE):
            wrong["axe"] = found
    for width, height in (DESK, TABLET, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(80)
        if too_wide := page.evaluate(_TOO_WIDE):
            wrong[f"too wide at {width}"] = too_wide
    assert wrong == {}


@pytest.mark.parametrize("name", PHONES)
def test_it_is_made_for_a_phone(open_page: Callable[..., Page], addresses: dict[str, str], name: str) -> None:
    page = open_page(addresses[name], lang="zh", theme="light", size=PHONE)
    assert shift(page) <= MOST_SHIFT
    assert pictures.check(pictures.shoot(page), f"{name}-phone") == ""


def test_the_language_and_theme_change_without_a_reload_and_are_kept(open_page: Callable[..., Page]) -> None:
    page = open_page("/decisions", lang="en", theme="light")
    page.evaluate("window.sameDocument = true")
    page.locator("header button[lang='zh-CN']").click()
    page.wait_for_function("document.documentElement.lang === 'zh-CN'")
    page.get_by_role("button", name="深色主题").click()
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert page.evaluate("window.sameDocument") is True
    page.reload()
    settled(page)
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme]") == ["zh-CN", "dark"]
