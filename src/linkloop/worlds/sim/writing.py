"""How a shopper puts an intent and a mood into words: a phrase, its slots, and the slips of real typing."""

from __future__ import annotations

import msgspec

from linkloop.commerce.understanding import IntentName, Mood
from linkloop.worlds.sim import phrases_en, phrases_zh
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.draws import Draws
from linkloop.worlds.sim.noise import roughen
from linkloop.worlds.sim.people import ENGLISH_SHARE
from linkloop.worlds.sim.places import CITIES

Phrases = dict[tuple[IntentName, Mood], list[str]]


class Written(msgspec.Struct, frozen=True, gc=False):
    """A text with what it was meant to say: the truth that an understanding of it is measured against."""

    text: str
    language: str
    intent: IntentName
    mood: Mood


def _by_meaning(phrases: tuple[tuple[IntentName, Mood, str], ...]) -> Phrases:
    found: Phrases = {}
    for intent, mood, text in phrases:
        found.setdefault((intent, mood), []).append(text)
    return found


_PHRASES = {"zh": _by_meaning(phrases_zh.PHRASES), "en": _by_meaning(phrases_en.PHRASES)}


def compose(draws: Draws, language: str, intent: IntentName, mood: Mood, order_id: str, titles: tuple[str, str],
            days: int, home: int) -> Written:  # fmt: skip
    """A text in `language` ("zh" or "en"); `titles` is the product's name in both, `home` indexes CITIES.

    Where nobody has words for an intent in this mood, the intent is put neutrally, and `mood` says so. Without an
    order number, phrases that need one are not used where others are left.
    """
    phrases = _PHRASES[language]
    if (intent, mood) not in phrases:
        mood = "neutral" if (intent, "neutral") in phrases else "pleased"
    options = phrases[intent, mood]
    if not order_id:
        options = [phrase for phrase in options if "{order}" not in phrase] or options
    city = CITIES[home].name if language == "zh" else CITIES[home].english
    title = titles[0] if language == "zh" else _mid_sentence(titles[1])
    plain = draws.pick(options).format(order=order_id, product=title, days=days, city=city).strip()
    return Written(roughen(plain, language, draws, order_id), language, intent, mood)


def _mid_sentence(title: str) -> str:
    """A title inside a sentence: no capital, except for an acronym (USB-C cable) or a number (4K projector)."""
    return title[0].lower() + title[1:] if title[1:2].islower() else title


def sample(count: int, seed: int) -> list[Written]:
    """Texts over all intents and moods evenly, with their truth, for whoever trains or measures understanding."""
    draws, catalog = Draws(seed, "sample"), Catalog(seed)
    texts = []
    for n in range(count):
        language = "en" if draws.happens(ENGLISH_SHARE) else "zh"
        intent, mood = draws.pick(list(_PHRASES[language]))
        texts.append(
            compose(draws, language, intent, mood, f"LL{n + 1:08d}", draws.pick(catalog.titles),
                    2 + int(draws.exponential(3.0)), int(draws.uniform() * len(CITIES)))
        )  # fmt: skip
    return texts
