"""Views: the named questions that ship as .sql files, one SELECT a file, loaded over the tables."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

# The tables that views read, known whatever links are installed.
import linkloop.commerce.catalog
import linkloop.commerce.demand
import linkloop.commerce.network
import linkloop.commerce.orders
import linkloop.commerce.payments
import linkloop.commerce.stock  # noqa: F401


@cache
def shipped_views() -> dict[str, str]:
    """View name → its SELECT, from `views/<name>.sql`."""
    folder = files("linkloop.store.sql") / "views"
    found = {one.name.removesuffix(".sql"): one.read_text("utf-8") for one in folder.iterdir()}
    return dict(sorted(found.items()))


def about(text: str) -> str:
    """What a view says of itself: its first comment line."""
    first = text.lstrip().split("\n", 1)[0]
    return first.removeprefix("--").strip() if first.startswith("--") else ""
