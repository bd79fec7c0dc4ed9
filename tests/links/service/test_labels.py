"""A shop teaches its own words, and what was known before stays known."""

from __future__ import annotations

from linkloop.commerce.understanding import IntentLabel, Understand
from linkloop.links.service.labels import own
from linkloop.links.service.model import UnderstandModel

WORD = "glimfarb"


def test_a_word_of_the_shop_is_understood_once_it_was_labelled() -> None:
    shipped = UnderstandModel()
    assert shipped.answer(Understand(text=f"my {WORD}?")).value.intents[0].intent != "invoice"
    forms = (
        f"{WORD} please",
        f"where is the {WORD}",
        f"I need a {WORD}",
        f"{WORD}",
        f"send {WORD} to me",
        f"my {WORD}",
    )
    labels = [IntentLabel(message_id=str(n), text=form, intent="invoice", by="wei") for n, form in enumerate(forms)]
    taught = UnderstandModel(own(labels, count=1_680))
    assert taught.card.version == "2+6"
    assert taught.card.name == shipped.card.name  # it takes over in the matrix
    assert taught.answer(Understand(text=f"my {WORD}?")).value.intents[0].intent == "invoice"
    assert taught.answer(Understand(text="where is my parcel")).value.intents[0].intent == "where_is_parcel"
