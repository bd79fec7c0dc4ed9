"""Everything else: an article that answers it, with its source, or a person."""

from __future__ import annotations

from linkloop.commerce.knowledge import Retrieve
from linkloop.core.text import Text
from linkloop.links.service.flows.knowing import cited, passage
from linkloop.links.service.flows.shape import Flow, Talk, Told, for_person


def answer(talk: Talk) -> Told:
    """A passage is quoted where one answers; nothing is made up where none does."""
    found = passage(talk)
    if found is None:
        first = talk.read.intents[0] if talk.read.intents else None
        why = f"{first.intent}, {first.confidence:.2f}" if first else "-"
        return for_person(None, f"not ours to answer ({why}): for a person", f"不在自动回答范围（{why}）：转人工")
    return Told((cited(found),), Text(en=f"answered from “{found.title}”", zh=f"依据《{found.title}》回答"),
                confidence=found.score)  # fmt: skip


FLOW = Flow(
    "other",
    Text(en="Answer from articles", zh="按文章回答"),
    needs=(),
    reads=(),
    answer=answer,
    policy=(Retrieve,),
)
