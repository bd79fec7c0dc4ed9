"""Halves: a name that is written in both languages, `中文 · English`, as a text of two."""

from __future__ import annotations

from linkloop.core.text import Text

_BETWEEN = " · "


def halves(name: str) -> Text:
    """Both sides of ` · `, the Chinese first; a name without it is the same in both languages."""
    zh, between, en = name.partition(_BETWEEN)
    return Text(en=en, zh=zh) if between else Text(en=name, zh=name)
