"""Knowing: what articles and the catalog say, with where it is written."""

from __future__ import annotations

import re

from linkloop.commerce.catalog import Product, WhichProduct
from linkloop.commerce.conversations import Evidence
from linkloop.commerce.knowledge import ArticleKind, Embed, Embedding, Passage, Retrieve
from linkloop.core.errors import NotFound
from linkloop.core.link import Context
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import halves
from linkloop.links.service.flows.shape import Line, Talk, evidence

SURE = 0.5  # a passage that answers with less than this probability is not shown
LONGEST = 160  # signs of a message that are looked for
MOST = 320  # signs of a passage in an answer
_ENDS = re.compile(r"(?<=[。！？!?])|(?<=\.)\s")
_MARKUP = re.compile(r"^#{1,6}\s+|\*\*|__|`|^[-*]\s+", re.MULTILINE)


def passage(talk: Talk, *kinds: ArticleKind, text: str = "") -> Passage | None:
    """The passage that answers a message best, in the language of the question where there is one."""
    asked = Retrieve(
        text=text or talk.text, at=talk.now(), kinds=kinds, limit=3, near=direction(talk, text or talk.text)
    )
    found = [p for p in talk.ctx.ask(asked).value.passages if p.score >= SURE and p.text.strip()]
    same = [p for p in found if spoken(p.text) == talk.language]
    return next(iter(same or found), None)


def direction(talk: Talk, text: str) -> Embedding:
    """Where a text lies in the space of the encoder that this shop has; nowhere without one, or while it is silent."""
    try:
        return talk.ctx.ask(Embed(text=text[:LONGEST])).value
    except NotFound:
        return Embedding()


def spoken(text: str) -> str:
    """The language that a passage is written in."""
    return "zh" if re.search(r"[㐀-鿿]", text) else "en"


def cited(found: Passage) -> Line:
    """A passage as a sentence of an answer, with its title as the source; it is quoted, never rephrased."""
    text = shortened(_MARKUP.sub("", found.text).strip())
    rests = Evidence(table="articles", key=found.article_id, says=Text(en=found.title, zh=found.title))
    where = f" {found.url}" if found.url else ""
    return Line(
        Text(en=f"{text} (Source: {found.title}{where})", zh=f"{text}（来源：《{found.title}》{where}）"),
        (rests, Evidence(table="articles", key=found.article_id, says=Text(en=text, zh=text))),
    )


def shortened(text: str) -> str:
    """A text cut at the end of a sentence."""
    flat = " ".join(text.split())
    if len(flat) <= MOST:
        return flat
    kept = ""
    for part in _ENDS.split(flat):
        if len(kept) + len(part) > MOST:
            break
        kept += part if not kept or spoken(kept) == "zh" else f" {part}"
    return kept or f"{flat[: MOST - 1]}…"


def product_named(talk: Talk) -> Product | None:
    """The product that a message names: an id from the slots of an earlier step, or words of a title."""
    if product_id := talk.slots.get("product_id", ""):
        return talk.ctx.read(Product, product_id)
    return product_in(talk.ctx, f"{talk.text} {talk.read.slots.product}".strip())


def product_in(ctx: Context, text: str) -> Product | None:
    """The one product of the catalog whose title a text names best."""
    found = ctx.ask(WhichProduct(text=text)).value
    if not found.product_ids or (len(found.shares) > 1 and found.shares[0] == found.shares[1]):
        return None
    return ctx.read(Product, found.product_ids[0])


def of_product(product: Product) -> Evidence:
    """A product's row as evidence."""
    title = halves(product.title)
    facts = [str(product.price) if product.price else "", product.brand, *_sizes(product)]
    told = ", ".join(fact for fact in facts if fact)
    return evidence(product, f"{title.en}: {told}", f"{title.zh}：{told}")


def _sizes(product: Product) -> list[str]:
    said = [f"{product.weight_g} g"] if product.weight_g else []
    if product.length_mm and product.width_mm and product.height_mm:
        said.append(f"{product.length_mm} × {product.width_mm} × {product.height_mm} mm")
    return said


def sizes(product: Product) -> str:
    """Weight and measures as the catalog has them, or an empty string."""
    return ", ".join(_sizes(product))
