"""The console in Chromium: first load, time to interactive, 5,000 events a second, 100,000 rows, an hour of stream.

    python -m bench console

One machine does everything here: the shop, its server, the browser, and who says the events. Frame times are those of
requestAnimationFrame, beside an idle page of the same browser in the same run; 60 frames a second are 16.7 ms each.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page

from linkloop.app.shop import Shop
from linkloop.commerce.customers import Browsed
from linkloop.core.world import Delivery
from linkloop.faces.api.server import serving
from linkloop.faces.console import page_dir
from linkloop.faces.desk.desk import Desk
from tests.console.browser import Visit, chromium
from tests.console.routes import filled
from tests.console.seeded import made_once, standing

LIMIT_KB = 300
EVENTS_A_SECOND, STREAM_S = 5000, 20
HOUR_EVENTS = 300_000  # what an hour of a busy shop says: 83 events a second
TABLE_ROWS = 100_000
BATCHES_A_SECOND = 20
SLOW_MS = 34.0  # two frames of a 60 Hz screen: the eye sees that one is missing

_FRAMES = """
(ms) => new Promise((resolve) => {
  const times = [];
  let last = performance.now();
  const end = last + ms;
  const frame = () => {
    const now = performance.now();
    times.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(frame); else resolve(times.slice(1));
  };
  requestAnimationFrame(frame);
})
"""
_SCROLL = """
(ms) => new Promise((resolve) => {
  const area = [...document.querySelectorAll('main *, body > div')]
    .filter((one) => one.scrollHeight > one.clientHeight + 1000)
    .sort((a, b) => b.scrollHeight - a.scrollHeight)[0];
  const times = [], most = area.scrollHeight - area.clientHeight;
  let last = performance.now();
  const began = last;
  const frame = () => {
    const now = performance.now();
    times.push(now - last);
    last = now;
    area.scrollTop = Math.min(most, area.scrollTop + 240);  // a fast wheel: seven rows a frame
    if (now - began < ms) requestAnimationFrame(frame); else resolve({ times: times.slice(1), at: area.scrollTop });
  };
  requestAnimationFrame(frame);
})
"""
_READY = """
() => new Promise((resolve) => {
  const look = () => {
    const waits = document.querySelector('.ant-skeleton, .ant-spin-spinning, [aria-busy="true"], [data-waiting]');
    if (document.querySelector('h1') && !waits) setTimeout(() => resolve(performance.now()), 0);
    else requestAnimationFrame(look);
  };
  look();
})
"""
EMPTY = "<title>empty</title><h1>empty</h1>"
LONG = "<div style='height:800px;overflow:auto'><div style='height:9999999px'>"


def told(times: list[float]) -> str:
    """Frame times in words."""
    cuts = quantiles(times, n=100)
    slow = sum(one > SLOW_MS for one in times)
    late = f"{slow} longer than {SLOW_MS:.0f} ms ({slow / len(times):.1%})"
    p50, p95, p99 = (f"{cuts[at]:.1f}" for at in (49, 94, 98))
    return f"{len(times)} frames, p50 {p50} ms, p95 {p95}, p99 {p99}, longest {max(times):.0f}; {late}"


def plain(visit: Visit, url: str, body: str) -> Page:
    """A page of nothing else, from the same address without a server's work."""

    def before(page: Page) -> None:
        page.route("**/plain", lambda route: route.fulfill(body=body, content_type="text/html"))

    return visit.open(url, "/plain", settle=False, before=before)


def first_loads(visit: Visit, url: str, addresses: dict[str, str]) -> None:
    """Bytes on the wire for each page in a browser that has nothing yet, by Chromium's own count."""
    print(f"first load, kB on the wire as the server sent it (goal ≤ {LIMIT_KB} without the answers of the API):")
    for name, path in addresses.items():
        sent: dict[str, float] = {}
        where: dict[str, str] = {}

        def before(page: Page, sent: dict[str, float] = sent, where: dict[str, str] = where) -> None:
            wire = page.context.new_cdp_session(page)
            wire.send("Network.enable")
            wire.on("Network.responseReceived", lambda it: where.__setitem__(it["requestId"], it["response"]["url"]))
            wire.on("Network.loadingFinished", lambda it: sent.__setitem__(it["requestId"], it["encodedDataLength"]))

        page = visit.open(url, path, before=before)
        page.wait_for_timeout(300)
        visit.close()
        own = sum(size for one, size in sent.items() if "/api/" not in where.get(one, "")) / 1000
        font = sum(size for one, size in sent.items() if where.get(one, "").endswith(".woff2")) / 1000
        answers = sum(size for one, size in sent.items() if "/api/" in where.get(one, "")) / 1000
        mark = "" if own <= LIMIT_KB else "  ← above the goal"
        print(f"  {name:16} {own:6.1f} (fonts {font:.1f} of it) + answers {answers:.1f}{mark}", flush=True)


def interactive(visit: Visit, url: str) -> None:
    """Navigation to a page that answers, beside an empty page."""

    def took(page: Page) -> float:
        ms = float(page.evaluate(_READY))
        visit.close()
        return ms

    for path in ("/", "/decisions"):
        ours = [took(visit.open(url, path, settle=False)) for _ in range(5)]
        print(f"time to interactive, {path}: median of 5 cold loads {median(ours):.0f} ms", flush=True)
    beside = median([took(plain(visit, url, EMPTY)) for _ in range(5)])
    print(f"  an empty page in the same browser: {beside:.0f} ms")


class Saying(threading.Thread):
    """Says events to a running loop at a steady pace, in its own thread; `said` counts what is durable."""

    def __init__(self, shop: Shop, a_second: int, most: int) -> None:
        super().__init__(name="saying", daemon=True)
        self.shop, self.a_second, self.most, self.said = shop, a_second, most, 0
        self.behind_s = 0.0

    def run(self) -> None:
        size, began, n = self.a_second // BATCHES_A_SECOND, time.monotonic(), 0
        while self.said < self.most:
            at = self.shop.clock.now() + timedelta(milliseconds=n)
            batch = [
                Delivery(
                    source="bench",
                    external_id=f"{id(self)}:{n}:{k}",
                    said=(Browsed(at=at, session_id=f"B{n}-{k}", viewed=(f"SKU-{1 + k % 120:03}",), seconds=k),),
                )
                for k in range(size)
            ]
            self.shop.loop.accept(batch)
            self.said += size
            n += 1
            wait = began + n / BATCHES_A_SECOND - time.monotonic()
            self.behind_s = max(self.behind_s, -wait)
            time.sleep(max(0.0, wait))


def heap(page: Page, wire: Any) -> float:
    """MB in use by the page's JavaScript after the garbage is collected."""
    for _ in range(2):
        wire.send("HeapProfiler.collectGarbage")
    return float(wire.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def streaming(visit: Visit, url: str, shop: Shop) -> None:
    """Today under the stream: frame times, what the page says of it, and the heap over an hour's worth of events."""
    idle = plain(visit, url, EMPTY)
    beside = idle.evaluate(_FRAMES, 5000)
    visit.close()
    page = visit.open(url, "/")
    wire = page.context.new_cdp_session(page)
    quiet = page.evaluate(_FRAMES, 5000)
    start = heap(page, wire)
    saying = Saying(shop, EVENTS_A_SECOND, HOUR_EVENTS)
    began = time.monotonic()
    saying.start()
    page.wait_for_timeout(2000)
    before, from_ = saying.said, time.monotonic()
    times = page.evaluate(_FRAMES, STREAM_S * 1000)
    rate = (saying.said - before) / (time.monotonic() - from_)
    says = page.locator("header [role=status]").inner_text()
    print(f"stream of {rate:,.0f} events a second (goal {EVENTS_A_SECOND:,}) for {STREAM_S} s, on Today:")
    print(f"  the page says: {says!r}")
    print(f"  under the stream: {told(times)}")
    print(f"  the same page without: {told(quiet)}")
    print(f"  an empty page:    {told(beside)}", flush=True)
    while saying.said < HOUR_EVENTS / 2 and saying.is_alive():
        page.wait_for_timeout(200)
    middle = heap(page, wire)
    while saying.is_alive():
        page.wait_for_timeout(200)
    page.wait_for_timeout(3000)
    end = heap(page, wire)
    seconds = time.monotonic() - began
    print(f"heap of the page over {HOUR_EVENTS:,} events, an hour of a shop that says 83 a second, in {seconds:.0f} s:")
    print(f"  start {start:.1f} MB, middle {middle:.1f} MB, end {end:.1f} MB (flat: end ≤ middle + 10 %)", flush=True)
    visit.close()


def scrolling(visit: Visit, url: str, shop: Shop) -> None:
    """The table of all visits, from its top for five seconds, beside an empty long page."""
    [(rows,)] = [tuple(row.values()) for row in Desk(shop).sql("SELECT count(*) AS n FROM browsed").dicts()]
    page = visit.open(url, "/data/table/browsed")
    found = page.evaluate(_SCROLL, 5000)
    filled_in = page.locator("main [role=row]").count()
    visit.close()
    empty = plain(visit, url, LONG)
    beside = empty.evaluate(_SCROLL, 5000)
    visit.close()
    print(f"a table of {rows:,} rows (goal ≥ {TABLE_ROWS:,}) scrolled by 240 px a frame, {filled_in} rows in the page:")
    print(f"  the table:     {told(found['times'])}; came to {found['at']:,.0f} px")
    print(f"  an empty area: {told(beside['times'])}")


@contextmanager
def served() -> Iterator[tuple[Shop, str]]:
    """The seeded shop, fresh."""
    with tempfile.TemporaryDirectory() as home:
        folder = made_once(Path(home) / "shop")
        with standing(folder) as shop, serving(Desk(shop)) as url:
            yield shop, url


def main() -> None:
    if not (page_dir() / "index.html").is_file():
        sys.exit("the console is not built; run: scripts/setup.sh dev")
    with served() as (shop, url), chromium() as browser:
        visit = Visit(browser)
        first_loads(visit, url, filled(shop))
        interactive(visit, url)
        streaming(visit, url, shop)
        scrolling(visit, url, shop)
        if visit.troubles:
            print("the pages complained:", json.dumps(visit.troubles[:10], ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
