"""Changes of the network in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from linkloop.core.text import Text

SHOWN = 3


def replan(action: Mapping[str, Any], names: Callable[[str, str], str]) -> Text:
    """Which destinations are served from elsewhere, and which places open and close."""
    parts = [
        (
            f"orders of {move['destination']} from {move['to_place']}",
            f"{move['destination']}改由 {move['to_place']} 发货",
        )
        for move in action["moves"][:SHOWN]
    ]
    if (more := len(action["moves"]) - SHOWN) > 0:
        parts.append((f"{more} destinations more", f"另有 {more} 个目的地"))
    parts += [(f"{place} opens", f"开启 {place}") for place in action["opens"]]
    parts += [(f"{place} closes", f"关闭 {place}") for place in action["closes"]]
    en, zh = ", ".join(en for en, _ in parts), "，".join(zh for _, zh in parts)
    return Text(en=f"Change the network: {en}", zh=f"调整仓网：{zh}")


def replan_back(action: Mapping[str, Any], names: Callable[[str, str], str]) -> Text:
    """A change that is taken back."""
    return Text(en=f"Take the change of the network of {action['wave']} back", zh=f"收回 {action['wave']} 的仓网调整")
