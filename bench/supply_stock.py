"""Stock policies against peers, exact optima and perfect information, in one run.

    python -m bench supply_stock                      # all of it
    python -m bench supply_stock speed lost_sales     # parts: speed night lost_sales net vn2 frontier goc
    python -m bench supply_stock vn2 --data FOLDER    # default LINKLOOP_DATA or ../shared/data

`lost_sales` trains a net per row, which needs torch (`pip install 'linkloop[torch]'` with onnx), and PPO beside it,
which needs stable-baselines3 too; without them the other columns are printed. Every policy is tuned on paths or windows
other than those that are printed.
"""

from __future__ import annotations

import argparse
import importlib
import os
from pathlib import Path

PARTS = ("speed", "night", "lost_sales", "net", "vn2", "frontier", "goc")


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help=" ".join(PARTS))
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("LINKLOOP_DATA", "../shared/data")))
    parser.add_argument("--seconds", type=float, default=45.0, help="CPU seconds of training per net of lost_sales")
    parser.add_argument("--plot", type=Path, default=Path("frontier.svg"), help="where the frontier is drawn")
    asked = parser.parse_args()
    unknown = [part for part in asked.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part is called {unknown[0]}; there are: {', '.join(PARTS)}")
    for part in asked.parts or PARTS:
        print(f"-- {part}", flush=True)
        importlib.import_module(f"bench._stock_{part}").show(asked)


if __name__ == "__main__":
    main()
