"""Node for tests: the machine's, or the one that comes in a wheel with the development environment."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def node() -> str:
    """The path of a Node that builds the console, chosen as scripts/node.sh does. Raises CalledProcessError without."""
    script = ". scripts/node.sh && use_node .venv/bin/python && command -v node"
    return subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
