"""A running shop for the kill test: reads `<n> <yuan>` lines, takes each in as a late parcel, answers `ok <n>`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from linkloop.core.clock import RealClock
from linkloop.engine import effects as effects_module
from linkloop.engine.gate import GatePolicy, Hold
from tests.engine.small_shop import delayed, open_small, order, said

ABOVE_FIFTY = GatePolicy(holds=(Hold(action="Compensate", above=5_000),))


def main(folder: str) -> None:
    effects_module.BACKOFF_S = 0.02
    shop, _ = open_small(Path(folder), gate=ABOVE_FIFTY)
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = RealClock()
    shop.lander.interval_s = 0.05
    shop.start()
    print("ready", flush=True)
    lock = threading.Lock()

    def answer(n: str) -> None:
        with lock:
            print(f"ok {n}", flush=True)

    for line in sys.stdin:
        if line.strip() == "stop":
            break
        n, yuan = line.split()
        delivery = said(f"late:{n}", order(n, int(yuan), f"c{n}"), delayed(n, f"c{n}"))
        future = shop.loop.submit([delivery])
        future.add_done_callback(lambda done, n=n: None if done.exception() else answer(n))
    shop.stop()
    print("stopped", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
