"""The harness itself: the shop is the same every time, and no trouble of a page is overlooked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from linkloop.app.shop import Shop
from linkloop.faces.desk.desk import Desk
from linkloop.worlds.sim.running import TownWorld
from tests.console.browser import Visit
from tests.console.seeded import NOW


def test_the_seeded_shop_stands_still_at_its_moment_and_has_something_of_everything(shop: Shop) -> None:
    desk = Desk(shop)
    town = shop.world("sim")
    assert isinstance(town, TownWorld)
    status = town.status()
    assert (status.paused, status.at) == (True, NOW)
    held = {decision.action_kind for decision in desk.decisions("held", limit=200).items}
    assert held >= {"Replenish", "Reply"}
    assert held & {"Compensate", "IssueCoupon"}  # which remedy it is, the governor draws
    assert len(desk.dead_letters()) == 1
    assert sorted(row["status"] for row in desk.rows("alerts").items) == ["open", "over"]
    assert len(list((shop.folder / "quarantine").glob("*/*.csv"))) == 1


def test_a_page_opens_for_nobody_and_for_every_role(open_page: Callable[..., Page]) -> None:
    assert open_page("/decisions").locator("main h1").count() == 1
    assert open_page("/decisions", role="service", lang="zh").locator("main h1").count() == 1


def test_errors_of_the_console_are_heard(browser: Browser, shop_url: str) -> None:
    visit = Visit(browser)
    page = visit.open(shop_url, "/decisions")
    page.evaluate("console.error('something broke')")
    page.evaluate("setTimeout(() => { throw new Error('uncaught') })")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: '1' }))")
    page.evaluate("fetch('/api/v1/nothing-here')")
    page.wait_for_timeout(300)
    visit.close()
    said = " | ".join(visit.troubles)
    for part in ("something broke", "uncaught", "CSP script-src", "404 GET"):
        assert part in said, said
    visit.forgive("something broke")
    assert "something broke" not in " | ".join(visit.troubles)
    with pytest.raises(AssertionError, match="no trouble says"):
        visit.forgive("something broke")
