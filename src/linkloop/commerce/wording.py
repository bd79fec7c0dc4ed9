"""Wording: a better text for a draft, which may say nothing that is not in the facts."""

import msgspec

from linkloop.commerce.understanding import IntentName, Slots
from linkloop.core.question import Question


class WordingAnswer(msgspec.Struct, frozen=True):
    """A text, and what the model thinks was asked. It authorises nothing: every deed comes from tables and policy."""

    text: str = ""
    intents: tuple[IntentName, ...] = ()
    slots: Slots = Slots()


class Wording(Question[WordingAnswer], frozen=True, kw_only=True):
    """How would a warm, brief colleague say `draft` in `language`, with these facts alone, to who wrote `message`?"""

    draft: str
    facts: tuple[str, ...] = ()
    message: str = ""
    language: str = ""
