"""Takes pictures of the console from the seeded shop (tests/console/seeded.py), so that they are the same everywhere.

python scripts/screenshots.py                the README's pictures, docs/images/*.png, in both languages
python scripts/screenshots.py service phone  … of some places only
python scripts/screenshots.py --baselines    what tests/console compares pages with; look at them before you commit
python scripts/screenshots.py --baselines today decisions      … of some pages only
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from tests.console import pictures
from tests.console.browser import PHONE, Lang, Size, Theme, Visit, chromium
from tests.console.conftest import copied
from tests.console.routes import PAGES, PHONES, filled
from tests.console.seeded import made_once, standing

IMAGES = Path(__file__).parents[1] / "docs" / "images"
# page, theme, size, the place in the README's file name
README: tuple[tuple[str, Theme, Size, str], ...] = (
    ("today", "light", (1440, 900), "today"),
    ("decisions", "light", (1440, 900), "decisions"),
    ("service", "light", (1440, 900), "service"),
    ("case", "light", (1440, 900), "case"),
    ("rule-table", "light", (1440, 900), "rules"),
    ("sql", "dark", (1440, 900), "sql"),
    ("worlds", "dark", (1440, 900), "worlds"),
    ("decisions", "light", PHONE, "phone"),
)


@contextmanager
def seeded_shop() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of the seeded shop and those of its pages."""
    with tempfile.TemporaryDirectory() as home:
        seed = made_once(Path(os.environ.get("LINKLOOP_SEEDED") or Path(home) / "seed"))
        with standing(copied(seed, Path(home) / "shop")) as shop, serving(Desk(shop)) as url:
            yield url, filled(shop)


def for_the_readme(visit: Visit, url: str, addresses: dict[str, str], names: list[str]) -> None:
    """Full-size pictures with few enough colours to be small."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, theme, size, place in README:
        if names and place not in names:
            continue
        for lang in ("en", "zh"):
            page = visit.open(url, addresses[name], lang=lang, theme=theme, size=size)
            page.wait_for_timeout(300)  # charts have drawn themselves
            file = IMAGES / f"{place}-{lang}.png"
            page.screenshot(path=str(file), animations="disabled")
            pictures.shrink(file)
            visit.close()
            print(file, f"{file.stat().st_size / 1000:.0f} kB", flush=True)


def baselines(visit: Visit, url: str, addresses: dict[str, str], names: list[str]) -> None:
    """What tests/console/test_every_page.py compares with."""
    shots: list[tuple[str, str, Lang, Theme, Size]] = []
    for name in PAGES:
        shots += [
            (name, f"{name}-en-light", "en", "light", (1440, 900)),
            (name, f"{name}-zh-dark", "zh", "dark", (1440, 900)),
        ]
    shots += [(name, f"{name}-phone", "zh", "light", PHONE) for name in PHONES]
    for name, file, lang, theme, size in shots:
        if names and name not in names:
            continue
        pictures.keep(pictures.shoot(visit.open(url, addresses[name], lang=lang, theme=theme, size=size)), file)
        visit.close()
        print(file, flush=True)
    total = sum(file.stat().st_size for file in pictures.BASELINES.glob("*.webp"))
    print(f"{total / 1e6:.2f} MB in {pictures.BASELINES} (at most 3)")


def main(arguments: list[str]) -> None:
    with seeded_shop() as (url, addresses), chromium() as browser:
        visit = Visit(browser)
        names = [name for name in arguments if not name.startswith("--")]
        if "--baselines" in arguments:
            baselines(visit, url, addresses, names)
        else:
            for_the_readme(visit, url, addresses, names)
        if visit.troubles:
            print("the pages complained:", *visit.troubles, sep="\n  ", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
