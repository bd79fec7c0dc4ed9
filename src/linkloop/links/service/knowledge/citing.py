"""Citing: a passage as the evidence of a sentence."""

from __future__ import annotations

from linkloop.commerce.conversations import Evidence
from linkloop.commerce.knowledge import Passage
from linkloop.core.text import Text

SHOWN = 160  # signs of a passage that are quoted


def cite(passage: Passage) -> Evidence:
    """What rests on a passage: the article by its key, and the words that were found, as they are written."""
    flat = " ".join(passage.text.split())
    quote = flat if len(flat) <= SHOWN else f"{flat[: SHOWN - 1]}…"
    return Evidence(
        table="articles",
        key=passage.article_id,
        says=Text(en=f"{passage.title}: {quote}", zh=f"《{passage.title}》：{quote}"),
    )
