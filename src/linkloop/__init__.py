"""Linkloop 环环: an AI operating layer for the whole e-commerce chain, on one loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkloop.faces.sdk import open_shop as open

__all__ = ["open"]


def __getattr__(name: str) -> Any:
    """`open` is loaded when it is first used: `import linkloop` alone costs next to nothing."""
    if name == "open":
        from linkloop.faces.sdk import open_shop

        return open_shop
    raise AttributeError(f"module 'linkloop' has no attribute {name!r}")
