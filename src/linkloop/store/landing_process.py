"""The process that lands rows for a shop, beside it and giving way to it: `store.apart` starts and asks it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from importlib import import_module
from typing import BinaryIO

import msgspec

from linkloop.core.vocabulary import tables
from linkloop.store.apart import Begin, Landed
from linkloop.store.drivers.pick import connect
from linkloop.store.lake import Lake
from linkloop.store.lander import Lander

YOUNG = 50_000  # containers made before the youngest are looked at: rows are made and dropped by the ten thousand
CALM = 10  # how far it steps back where processors are scarce (nice)


def serve(lines: BinaryIO, answers: BinaryIO) -> None:
    """Do what each line says until they end; the first says what to land."""

    def answer(landed: Landed) -> None:
        answers.write(msgspec.json.encode(landed) + b"\n")
        answers.flush()

    begin = msgspec.json.decode(lines.readline(), type=Begin)
    if missing := _missing(begin):
        answer(Landed(failed=missing))
        return
    lander = Lander(connect(begin.log), Lake(begin.lake, begin.options))
    answer(Landed())
    for line in lines:
        try:
            moved = _do(lander, line.strip())
            answer(Landed(moved, lander.problems))
        except Exception as error:  # the parent tells of it, and tries again later
            answer(Landed(0, lander.problems, f"{type(error).__name__}: {error}"))
    lander.engine.dispose()


def _do(lander: Lander, what: bytes) -> int:
    if what != b"compact":
        return lander.land(int(what))
    lander.compact()
    return 0


def _missing(begin: Begin) -> str:
    """Why not every table can be landed here; "" when all are known."""
    for module in begin.modules:
        try:
            import_module(module)
        except Exception as error:  # whatever a module of somebody else does when it is imported
            return f"{module} cannot be imported: {type(error).__name__}: {error}"
    return ", ".join(sorted(set(begin.tables) - tables().keys()))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this by closing its input
    os.nice(CALM)
    gc.set_threshold(YOUNG, 20, 100)
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
