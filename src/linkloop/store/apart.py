"""Apart: the lander's work in a process of its own, so that nothing of it makes the threads of a shop wait."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

import msgspec
import sqlalchemy as sa

from linkloop.core.vocabulary import tables
from linkloop.store.lake import Lake


class Begin(msgspec.Struct, frozen=True):
    """What the child must know: two URLs, the lake's options, the tables that it lands and the modules they are in."""

    log: str
    lake: str
    options: dict[str, str] | None
    tables: tuple[str, ...]
    modules: tuple[str, ...]


class Landed(msgspec.Struct, frozen=True):
    """How many rows a landing got past, what each kind waits for, and why all of it failed, if it did."""

    moved: int = 0
    problems: dict[str, str] = {}
    failed: str = ""


class Apart:
    """A child process that lands and compacts: one line there, one line of JSON back.

    The child ends when its input does, so that it never outlives a parent that was killed; a landing that it has begun
    is skipped or repeated by the next one. A method raises OSError when the child has died, and RuntimeError with what
    failed over there.
    """

    def __init__(self, engine: sa.Engine, lake: Lake) -> None:
        """Start the child. Raises LookupError when it cannot have every table that is here."""
        known = tables()
        self.tables = tuple(sorted(known))
        begin = Begin(
            log=engine.url.render_as_string(hide_password=False),
            lake=lake.root,
            options=lake.options,
            tables=self.tables,
            modules=tuple(sorted({kind.__module__ for kind in known.values()})),
        )
        command = [sys.executable, "-m", "linkloop.store.landing_process"]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self._say(msgspec.json.encode(begin))  # by the pipe: a command line shows a password to everybody
        except RuntimeError as error:
            self.close()
            raise LookupError(str(error)) from error

    def land(self, limit: int) -> Landed:
        """`Lander.land` over there."""
        return self._say(b"%d" % limit)

    def compact(self) -> Landed:
        """`Lander.compact` over there."""
        return self._say(b"compact")

    def current(self) -> bool:
        """Whether the child has every table that is here by now."""
        return self.tables == tuple(sorted(tables()))

    def alive(self) -> bool:
        """Whether the child runs."""
        return self._child.poll() is None

    def close(self) -> None:
        """Let the child end, which it does between two lines."""
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):  # it may have died with a line unread
            self._child.stdin.close()
        self._child.wait()
        assert self._child.stdout is not None
        self._child.stdout.close()

    def _say(self, line: bytes) -> Landed:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(line + b"\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        if not answer.endswith(b"\n"):
            raise BrokenPipeError("the process that lands rows has ended")
        landed = msgspec.json.decode(answer, type=Landed)
        if landed.failed:
            raise RuntimeError(landed.failed)
        return landed
