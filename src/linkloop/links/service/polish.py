"""Polish: a model may word a draft better and guess what was meant; whatever it says is checked, or the draft stays."""

from __future__ import annotations

from msgspec.structs import replace

from linkloop.commerce.conversations import Evidence
from linkloop.commerce.understanding import Slots
from linkloop.commerce.wording import Wording, WordingAnswer
from linkloop.core.errors import NotFound
from linkloop.links.service.faithful import faithful
from linkloop.links.service.flows.shape import Talk


def polished(talk: Talk, draft: str, evidence: tuple[Evidence, ...]) -> str:
    """The draft in better words, if a model is here that has them and they say nothing else."""
    facts = tuple(e.says.say(talk.language) for e in evidence)
    found = _asked(talk, Wording(draft=draft, facts=facts, message=talk.text, language=talk.language))
    return found.text.strip() if found is not None and faithful(found.text.strip(), draft, facts) else draft


def proposed(talk: Talk) -> tuple[str, ...]:
    """What a model thinks was asked where understanding was not sure. It chooses a flow and authorises nothing."""
    found = _asked(talk, Wording(draft="", message=talk.text, language=talk.language))
    return tuple(found.intents) if found is not None else ()


def claimed(text: str, slots: Slots) -> Slots:
    """Slots that a model read out of a text: only what stands in it, sign for sign; the rest it made up."""
    made_up = {
        name: "" if isinstance(value, str) else 0
        for name in slots.__struct_fields__
        if (value := getattr(slots, name)) and str(value) not in text
    }
    return replace(slots, **made_up)


def _asked(talk: Talk, question: Wording) -> WordingAnswer | None:
    try:
        return talk.ctx.ask(question).value
    except NotFound:  # no model words anything here: the draft is the answer
        return None
