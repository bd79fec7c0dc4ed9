"""Advice on size and on what fits: from articles and the product's own row, or from a person; it is never guessed."""

from __future__ import annotations

from linkloop.commerce.catalog import Product, WhichProduct
from linkloop.commerce.knowledge import Retrieve
from linkloop.core.text import Text
from linkloop.links.service.flows.knowing import cited, passage, product_named
from linkloop.links.service.flows.product import facts_of
from linkloop.links.service.flows.shape import Flow, Talk, Told, for_person


def size(talk: Talk) -> Told:
    """The size table that is written for the product, or for its kind."""
    return _advised(talk, "size", "尺码")


def fits(talk: Talk) -> Told:
    """What is written about which things go together."""
    return _advised(talk, "compatibility", "兼容性")


def _advised(talk: Talk, en: str, zh: str) -> Told:
    product = product_named(talk)
    found = passage(talk, "product", "help", "answer")
    because = Text(en=f"advice on {en}", zh=f"{zh}建议")
    if found is not None:
        return Told((cited(found),), because, confidence=found.score)
    lines = (facts_of(product),) if product is not None else ()
    return for_person(None, f"advice on {en} that no article gives: a guess may be "
                            f"wrong", f"没有文章给出{zh}建议，不能猜测",
                      *lines)  # fmt: skip


SIZE = Flow(
    "size_advice",
    Text(en="Advice on size", zh="尺码建议"),
    needs=(),
    reads=(Product,),
    answer=size,
    policy=(Retrieve, WhichProduct),
)
FITS = Flow(
    "compatibility",
    Text(en="Advice on compatibility", zh="兼容性建议"),
    needs=(),
    reads=(Product,),
    answer=fits,
    policy=(Retrieve, WhichProduct),
)
