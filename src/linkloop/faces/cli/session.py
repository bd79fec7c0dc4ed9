"""Session: one call of the command line, which shop it is about, and how it answers."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from linkloop.core.errors import NotFound
from linkloop.faces.cli.hushed import hush
from linkloop.faces.cli.table import table
from linkloop.faces.cli.words import error, speak, spoken

if TYPE_CHECKING:
    from linkloop.app.settings import Settings
    from linkloop.faces.desk.desk import Desk


class Session:
    """What a person reads goes to stdout as text, or, with `json`, one JSON document and nothing else."""

    def __init__(self, args: Sequence[str] = ()) -> None:
        self.lang = spoken(args)
        self.folder = ""
        self.json = False
        self.worst = 0

    def settings(self) -> Settings:
        """The settings of the shop; a language that is set there counts unless `--lang` says another."""
        from linkloop.app.settings import load

        settings = load(self.folder or None)
        if settings.language and not self.lang:
            speak("zh" if settings.language.lower().startswith("zh") else "en")
        return settings

    @contextmanager
    def desk(self, *, missing: Literal["refuse", "create", "borrow"] = "refuse") -> Iterator[Desk]:
        """The desk of the shop. Where there is none yet: refuse (NotFound `shop.none`), create it, or borrow an empty
        one for what needs rules and models but no data."""
        settings = self.settings()
        none_yet = not settings.log and not (Path(settings.folder) / "log.db").exists()
        if none_yet and missing == "refuse":
            raise error(NotFound, "shop.none", where=settings.folder, folder=settings.folder)
        with ExitStack() as stack:
            if none_yet and missing == "borrow":
                import msgspec

                empty = stack.enter_context(tempfile.TemporaryDirectory(prefix="linkloop-"))
                settings = msgspec.structs.replace(settings, folder=empty)
            from linkloop.app.shop import Shop
            from linkloop.faces.desk.desk import Desk

            desk = Desk(Shop(settings))
            hush()
            stack.callback(desk.close)
            yield desk

    def data(self, value: Any) -> None:
        """One JSON document on stdout: structs as objects, keys sorted."""
        import msgspec

        self.bytes(msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n")

    def bytes(self, answer: bytes) -> None:
        """An answer for programs, UTF-8 whatever the terminal speaks."""
        sys.stdout.flush()
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()

    def line(self, text: str = "") -> None:
        """A line of the answer."""
        click.echo(text)

    def note(self, text: str) -> None:
        """A line beside the answer (stderr): progress, hints."""
        click.echo(text, err=True)

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """A table; cut to the terminal's width, whole when it is piped."""
        for line in table(headers, rows, columns_of_terminal()):
            click.echo(line)

    def found_problem(self) -> None:
        """End with exit code 1: the answer is complete, and it is bad news."""
        self.worst = 1


def columns_of_terminal() -> int:
    """Columns of the terminal that stdout is, 0 when it is a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
