"""Variants: the same goods in another size or colour, as products of their own in the catalog."""

from __future__ import annotations

import re

from linkloop.commerce.catalog import Product, WhichProduct
from linkloop.links.service.flows.shape import Talk


def variant_of(talk: Talk, product: Product, size: str, colour: str) -> Product | None:
    """The one product of the same brand, category and price that is titled with the wanted size and colour, or None."""
    wanted = [word.lower() for word in (size, colour) if word]
    if not wanted:
        return None
    asked = WhichProduct(text=f"{product.title} {size} {colour}", limit=8)
    found: list[Product] = []
    for product_id in talk.ctx.ask(asked).value.product_ids:
        other = talk.ctx.read(Product, product_id)
        if other is None or other.product_id == product.product_id:
            continue
        same = (other.brand, other.category, other.price) == (product.brand, product.category, product.price)
        if same and all(_stands(word, other.title.lower()) for word in wanted):
            found.append(other)
    return found[0] if len(found) == 1 else None


def _stands(word: str, title: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", title) is not None
    return word in title
