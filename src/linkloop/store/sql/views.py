"""Views: the named questions that ship as .sql files, one SELECT a file, loaded over the tables."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

# The tables that views read, known whatever links are installed.
import linkloop.commerce.catalog
import linkloop.commerce.demand
import linkloop.commerce.network
import linkloop.commerce.orders
import linkloop.commerce.payments
import linkloop.commerce.risks
import linkloop.commerce.stock  # noqa: F401

_PART = re.compile(r"^-- Part: (\w+) of (\w+)\n", re.MULTILINE)


@cache
def shipped_views() -> dict[str, str]:
    """View name → its SELECT, from `views/<name>.sql`.

    A line `-- Part: <part> of <source>` stands for `parts/<part>.sql` over that table or view: what two views say alike
    is written once.
    """
    folder = files("linkloop.store.sql")

    def part(found: re.Match[str]) -> str:
        return (folder / "parts" / f"{found[1]}.sql").read_text("utf-8").replace("$source", found[2])

    views = {one.name.removesuffix(".sql"): one.read_text("utf-8") for one in (folder / "views").iterdir()}
    return {name: _PART.sub(part, text) for name, text in sorted(views.items())}


def about(text: str) -> str:
    """What a view says of itself: its first comment line."""
    first = text.lstrip().split("\n", 1)[0]
    return first.removeprefix("--").strip() if first.startswith("--") else ""
