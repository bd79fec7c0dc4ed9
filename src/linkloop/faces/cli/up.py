"""`linkloop up`: start the shop and its page, and stop both cleanly."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkloop.core.errors import Conflict
from linkloop.faces.cli.frame import command
from linkloop.faces.cli.progress import Progress
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import error, say

if TYPE_CHECKING:
    from linkloop.app.settings import Settings
    from linkloop.app.shop import Shop

PORTS_TRIED = 20
LOG_BYTES, LOG_FILES = 5_000_000, 3


@command("up")
@click.option("--host")
@click.option("--port", type=click.IntRange(1, 65535))
@click.option("--open/--no-open", "browse", default=True)
@click.option("--speed", type=click.FloatRange(min=0))
@click.option("--no-town", is_flag=True)
def up(session: Session, host: str | None, port: int | None, browse: bool, speed: float | None, no_town: bool) -> None:
    settings = chosen(session.settings(), host, port, speed, no_town)
    signal.signal(signal.SIGTERM, _interrupt)  # a service manager's stop is as clean as Ctrl-C
    session.note(say("up.opening", folder=Path(settings.folder).resolve()))
    from linkloop.app.shop import Shop
    from linkloop.faces.api.security import check_binding
    from linkloop.faces.api.server import run
    from linkloop.faces.desk.desk import Desk

    check_binding(settings.host, settings.token, anybody(settings))
    if not (Path(settings.folder) / "log.db").exists():
        check_port(settings)  # before anything is made
    shop = Shop(settings)
    desk = Desk(shop)
    try:
        check_free(shop)
        check_port(settings)
        _log_to(shop.folder / "linkloop.log")
        with waiting(session):
            shop.start()
        run(desk, lambda url: _tell(session, shop, url, browse))
        session.note(say("up.stopping"))
    except KeyboardInterrupt:  # while it was still being set up
        session.note(say("up.stopping"))
    finally:
        desk.close()
    session.note(say("up.stopped"))


def chosen(settings: Settings, host: str | None, port: int | None, speed: float | None, no_town: bool) -> Settings:
    """The settings with what the command line changes for this run."""
    import msgspec

    town: dict[str, Any] = {} if speed is None else {"speed": speed}
    if no_town:
        town["enabled"] = False
    return msgspec.structs.replace(
        settings,
        host=host or settings.host,
        port=port or settings.port,
        town=msgspec.structs.replace(settings.town, **town),
    )


def anybody(settings: Settings) -> bool:
    """Whether somebody has an account in the store of these settings; where there is none yet, none is made."""
    if not settings.log and not (Path(settings.folder) / "log.db").exists():
        return False
    from linkloop.faces.desk.people import any_account
    from linkloop.store.store import open_store

    store = open_store(settings.log_url())
    try:
        with store.read() as connection:
            return any_account(connection)
    finally:
        store.close()


def check_free(shop: Shop) -> None:
    """Raises Conflict `up.running` when this shop runs already."""
    host, port = shop.settings.host, shop.settings.port
    if shop.running():
        pid = (shop.folder / "running.lock").read_text(encoding="ascii").strip()
        raise error(Conflict, "up.running", where=str(shop.folder), pid=pid, url=f"http://{host}:{port}")


def check_port(settings: Settings) -> None:
    """Raises Conflict `up.port`, which names a free port, when another program has the shop's."""
    host, port = settings.host, settings.port
    if not _free(host, port):
        free = next((p for p in range(port + 1, min(port + PORTS_TRIED, 65536)) if _free(host, p)), 0)
        raise error(Conflict, "up.port", where=f"{host}:{port}", port=port, free=free)


def _free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError:
            return False
    return True


@contextmanager
def waiting(session: Session) -> Iterator[None]:
    """Tell that the shop is being set up for as long as that takes: the first start takes a town's history in."""
    done = threading.Event()
    progress = Progress(session.json)
    began = time.monotonic()

    def tell() -> None:
        while not done.wait(1.0):
            progress.step(say("up.preparing"), max(1, round(time.monotonic() - began)), unit=say("seconds"))

    teller = threading.Thread(target=tell, name="progress", daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
        progress.end()


def _tell(session: Session, shop: Shop, url: str, browse: bool) -> None:
    if session.json:
        session.data({"url": url, "folder": str(shop.folder.resolve()), "pid": os.getpid()})
    else:
        session.line(say("up.ready", url=url))
        if shop.settings.token:
            session.line(say("up.token", url=url))
        session.line(
            say(
                "up.links",
                links=", ".join(link.name for link in shop.wiring.links),
                worlds=", ".join(world.name for world in shop.worlds),
            )
        )
        session.line(say("up.stop"))
        sys.stdout.flush()
    if browse and sys.stdout.isatty() and _has_display():
        threading.Thread(target=webbrowser.open, args=(url,), name="browser", daemon=True).start()


def _has_display() -> bool:
    """Whether a browser would open a window; without one it would take over this terminal."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _log_to(file: Path) -> None:
    """Everything that goes wrong inside, with its traceback, into a file; one line of it onto the terminal."""
    root = logging.getLogger()
    full = RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True)
    full.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    brief = logging.StreamHandler(sys.stderr)
    brief.setFormatter(_OneLine("%(levelname)s %(name)s: %(message)s"))
    for handler in (full, brief):
        handler.setLevel(logging.WARNING)
        root.addHandler(handler)


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = f"{record.levelname} {record.name}: {record.getMessage()}"
        return said.splitlines()[0] + (f" ({say('up.see_log')})" if record.exc_info else "")
