"""Progress: how far a long thing is, on stderr, in place on a terminal and sparingly in a file."""

from __future__ import annotations

import sys
import time

from linkloop.faces.cli.session import columns_of_terminal
from linkloop.faces.cli.width import cut, pad, plain, width

EVERY_S = 0.1
STEPS = 4  # lines per stage where the progress is not on a terminal


class Progress:
    """Call `step` as often as you like; `end` leaves the line. Silent when `quiet`."""

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.live = sys.stderr.isatty()
        self._shown = 0.0
        self._columns = 0
        self._told = ("", -1)

    def step(self, what: str, done: int = 0, of: int = 0, unit: str = "") -> None:
        """`what` is going on; `done` of `of` where that is known, else `done` in `unit`."""
        if self.quiet:
            return
        share = f" {100 * done // of:3d} %" if of else (f" {done:,} {unit}".rstrip() if done else "")
        if self.live:
            now = time.monotonic()
            if now - self._shown >= EVERY_S or what != self._told[0] or (of and done >= of):
                self._shown = now
                line = cut(plain(what) + share, max(20, (columns_of_terminal() or 80) - 1))
                sys.stderr.write("\r" + pad(line, self._columns))
                self._columns = width(line)
                sys.stderr.flush()
            self._told = (what, 0)
            return
        quarter = STEPS * done // of if of else 0
        if (what, quarter) != self._told:
            self._told = (what, quarter)
            sys.stderr.write(plain(what) + share + "\n")
            sys.stderr.flush()

    def end(self) -> None:
        """Clear the live line, so that what follows stands alone."""
        if not self.quiet and self.live and self._columns:
            sys.stderr.write("\r" + " " * self._columns + "\r")
            sys.stderr.flush()
            self._columns = 0
