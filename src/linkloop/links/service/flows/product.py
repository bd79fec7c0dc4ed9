"""Questions about a product: what its row and its articles say, and nothing else."""

from __future__ import annotations

from linkloop.commerce.catalog import Product, WhichProduct
from linkloop.commerce.knowledge import Retrieve
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import halves
from linkloop.links.service.flows.knowing import cited, of_product, passage, product_named, sizes
from linkloop.links.service.flows.shape import Flow, Line, Talk, Told, for_person, line


def answer(talk: Talk) -> Told:
    """A passage that answers, else the facts of the row; else a person, who may know."""
    product = product_named(talk)
    found = passage(talk, "product", "help", "policy", "answer")
    because = Text(en="a question about a product", zh="商品咨询")
    if found is not None:
        return Told((cited(found),), because, confidence=found.score)
    if product is None:
        return for_person(None, "a question about a product that no article answers", "没有文章能回答的商品咨询")
    return Told(
        (facts_of(product),), because,
        person=Text(en=f"no article answers this about "
                       f"{product.product_id}", zh=f"没有文章回答 {product.product_id} 的这个问题"),
    )  # fmt: skip


def facts_of(product: Product) -> Line:
    """What the catalog says of a product."""
    title = halves(product.title)
    size, rests = sizes(product), of_product(product)
    en = [f"by {product.brand}" if product.brand else "", f"{product.price}" if product.price else "", size]
    zh = [f"品牌 {product.brand}" if product.brand else "", f"价格 {product.price}" if product.price else "", size]
    return line(f"What I know of “{title.en}”: {', '.join(part for part in en if part)}.",
                f"“{title.zh}”的信息：{'，'.join(part for part in zh if part)}。", rests)  # fmt: skip


FLOW = Flow(
    "product_question",
    Text(en="Question about a product", zh="商品咨询"),
    needs=(),
    reads=(Product,),
    answer=answer,
    policy=(Retrieve, WhichProduct),
)
