"""Everything else: an article that answers it, with its source, or a person."""

from __future__ import annotations

from linkloop.commerce.knowledge import Embed, Retrieve
from linkloop.core.text import Text
from linkloop.links.service.flows.knowing import cited, passage
from linkloop.links.service.flows.shape import Flow, Talk, Told, for_person
from linkloop.links.service.plainly import intent


def answer(talk: Talk) -> Told:
    """A passage is quoted where one answers; nothing is made up where none does."""
    found = passage(talk)
    if found is None:
        first = talk.read.intents[0] if talk.read.intents else None
        if first is None:
            return for_person(None, "not ours to answer: for a person", "不在自动回答范围：转人工")
        asks, sure = intent(first.intent), f"{first.confidence:.0%}"
        return for_person(None, f"not ours to answer (read as {asks.en}, {sure} sure): for a person",
                          f"不在自动回答范围（理解为{asks.zh}，把握 {sure}）：转人工")  # fmt: skip
    return Told((cited(found),), Text(en=f"answered from “{found.title}”", zh=f"依据《{found.title}》回答"),
                confidence=found.score)  # fmt: skip


FLOW = Flow(
    "other",
    Text(en="Answer from articles", zh="按文章回答"),
    needs=(),
    reads=(),
    answer=answer,
    policy=(Embed, Retrieve),
)
