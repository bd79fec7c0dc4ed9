"""Runs every bench, or those named: `python -m bench [name [argument …] …]`; `python -m bench --list` names them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

QUICK = ("engine", "rules", "town", "import_files", "sql", "service_first")


def main(names: list[str]) -> None:
    here = sorted(p.stem for p in Path(__file__).parent.glob("*.py") if not p.stem.startswith("_"))
    if "--list" in names:
        print("\n".join(here))
        return
    calls: list[tuple[str, list[str]]] = []
    for name in names or [name for name in QUICK if name in here]:
        if name in here:
            calls.append((name, []))
        elif calls:
            calls[-1][1].append(name)  # what is no bench is an argument of the one before it
        else:
            sys.exit(f"no bench is called {name}; there are: {', '.join(here)}")
    for name, arguments in calls:
        print(f"== {name}", flush=True)
        sys.argv = [f"bench.{name}", *arguments]
        importlib.import_module(f"bench.{name}").main()
        print(flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
