"""For the console's tests: the built pages, a seeded shop behind a real server, and a browser that hears every trouble.

* `shop_url`: the seeded shop (see seeded.py), shared by all tests of a worker and without accounts: whoever comes is
  `local`, an admin. For tests that leave nothing behind.
* `own_shop`: a copy for one test, `own_url` its address: for tests that change something, or let the town go on.
* `staff_url`: a copy with an account per role, named after it, whose password is PASSWORD.
* `visit.open(url, path, lang=, theme=, size=, signed_in=)`: a page that has settled. Whatever its console said fails
  the test when it ends, unless `visit.forgive(part)` took it out.
* `open_page(path, role=…, …)`: the same on `shop_url`, or with a role signed in on `staff_url`.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, expect

from linkloop.app.shop import Shop
from linkloop.faces.api.server import serving
from linkloop.faces.console import page_dir
from linkloop.faces.desk import passwords, people
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.roles import Role
from tests.console.browser import CHROMIUM, Visit, chromium
from tests.console.seeded import made_once, standing

PASSWORD = "correct horse battery staple 9"
ROLES: tuple[Role, ...] = get_args(Role)
expect.set_options(timeout=30_000)  # two cores are shared by shops, browsers and whatever else runs


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser is marked so, and not run where there is none."""
    for item in items:
        if "browser" not in getattr(item, "fixturenames", ()):
            continue
        item.add_marker(pytest.mark.browser)
        if not CHROMIUM.exists():
            item.add_marker(pytest.mark.skip(reason=f"{CHROMIUM} is missing: install Debian's package chromium"))


@pytest.fixture(scope="session")
def pages() -> Path:
    """The built console. Without it the tests fail and say how to make it."""
    folder = page_dir()
    if not (folder / "index.html").is_file():
        pytest.fail(f"the console is not built ({folder}); run: scripts/setup.sh dev", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the seeded shop, made once for all workers; never opened, only copied.

    LINKLOOP_SEEDED names a folder that is kept from run to run: for whoever works on pages, not on what they show.
    """
    if kept := os.environ.get("LINKLOOP_SEEDED"):
        return made_once(Path(kept))
    base = tmp_path_factory.getbasetemp()
    return made_once((base if worker_id == "master" else base.parent) / "seeded-shop")


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """`gw0`, `gw1`, … or `master` without workers."""
    return getattr(request.config, "workerinput", {}).get("workerid", "master")


def copied(seed: Path, folder: Path) -> Path:
    """A copy that may be opened."""
    shutil.copytree(seed, folder)
    return folder


@pytest.fixture(scope="session")
def shop(seed: Path, pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shared shop, running, its town paused."""
    with standing(copied(seed, tmp_path_factory.mktemp("shared") / "shop")) as shop:
        yield shop


@pytest.fixture(scope="session")
def shop_url(shop: Shop) -> Iterator[str]:
    with serving(Desk(shop)) as url:
        yield url


@pytest.fixture
def own_shop(seed: Path, pages: Path, tmp_path: Path) -> Iterator[Shop]:
    with standing(copied(seed, tmp_path / "own")) as shop:
        yield shop


@pytest.fixture
def own_url(own_shop: Shop) -> Iterator[str]:
    with serving(Desk(own_shop)) as url:
        yield url


@pytest.fixture(scope="session")
def staff_url(seed: Path, pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # what a password costs is tested elsewhere
    folder = copied(seed, tmp_path_factory.mktemp("staff") / "shop")
    with pytest.MonkeyPatch.context() as patch, standing(folder) as shop:
        now = int(time.time() * 1e6)
        patch.setattr(passwords, "_hasher", lambda: cheap)
        for role in ("admin", *(role for role in ROLES if role != "admin")):
            people.add(shop, role, role, PASSWORD, "admin", now)
        with serving(Desk(shop)) as url:
            yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser)
    yield visit
    visit.close()
    assert visit.troubles == []


@pytest.fixture
def open_page(visit: Visit, request: pytest.FixtureRequest) -> Callable[..., Page]:
    """`open_page(path, role=…, lang=…, theme=…, size=…)`; see Visit.open."""

    def opened(path: str = "/", *, role: Role | None = None, **options: Any) -> Page:
        if role is None:
            return visit.open(request.getfixturevalue("shop_url"), path, **options)
        url = request.getfixturevalue("staff_url")
        return visit.open(url, path, signed_in=(role, PASSWORD), **options)

    return opened
