"""The command line: one shop started, filled, asked, explained, replayed and verified by `linkloop <command>`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; the exit code.

    0 done · 1 it was done and found a problem · 2 the command was not understood · 3 refused, not found, or
    contradicted by what has happened · 4 a fault in Linkloop (its log is named) · 130 interrupted · 141 the reader of
    a pipe went away.
    """
    from linkloop.faces.cli.running import run
    from linkloop.faces.cli.words import choose, speak

    given = list(sys.argv[1:] if args is None else args)
    speak(choose(given, os.environ))
    return run(given)
