"""Keeps a wheel or source distribution from being made without the console, or with the pages of older sources."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# As in scripts/console.sh, which writes the hash of what it has built from into `.built-from`.
SOURCES = ("src", "public", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts",
           ".npmrc", "../scripts/pack.mjs")  # fmt: skip
TODO = (
    "Run scripts/setup.sh (or make run) in the checkout, then build again"
    " · 请先运行 scripts/setup.sh（或 make run）再构建"
)


class ConsoleHook(BuildHookInterface):
    """Looks at the built pages before anything is packed; an editable install does not need them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises RuntimeError, which names what is missing and what to run."""
        if version == "editable":
            return
        root = Path(self.root)
        built = root / "src" / "linkloop" / "faces" / "console" / "built"
        if not (built / "index.html").is_file() or not any((built / "assets").glob("*.js")):
            raise RuntimeError(f"linkloop: the console has not been built ({built} is empty) · 控制台尚未构建。{TODO}")
        stamp = built / ".built-from"
        was = stamp.read_text(encoding="ascii").strip() if stamp.is_file() else "?"
        if was != hash_of(root / "console"):
            raise RuntimeError(f"linkloop: the console was built from other sources · 控制台并非由当前源码构建。{TODO}")


def hash_of(console: Path) -> str:
    """One hash of everything that a build of the console reads."""
    files: list[str] = []
    for name in SOURCES:
        here = console / name
        found = here.rglob("*") if here.is_dir() else [here]
        files += [f"{name}{str(file)[len(str(here)) :]}" for file in found if file.is_file()]
    lines = [
        f"{hashlib.sha256((console / file).read_bytes()).hexdigest()}  {file}\n".encode()
        for file in sorted(files, key=str.encode)
    ]
    return hashlib.sha256(b"".join(lines)).hexdigest()
