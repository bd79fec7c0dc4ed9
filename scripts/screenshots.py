"""Takes the README's pictures of a running shop: `python scripts/screenshots.py http://127.0.0.1:8787`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IMAGES = Path(__file__).parents[1] / "docs" / "images"


def main(address: str) -> None:
    """One picture per language, light, at 1440 × 900."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for lang, locale in (("en", "en-GB"), ("zh", "zh-CN")):
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale=locale, color_scheme="light")
            page.goto(f"{address}/?lang={lang}")
            page.wait_for_timeout(15_000)  # the figures and the stream fill the page
            page.screenshot(path=str(IMAGES / f"page-{lang}.png"))
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
