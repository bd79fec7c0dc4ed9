"""Questions about a product: what its row and its articles say, and nothing else."""

from __future__ import annotations

import re

from linkloop.commerce.catalog import Product, ProductAttribute, WhichProduct
from linkloop.commerce.conversations import Evidence
from linkloop.commerce.knowledge import Embed, Retrieve
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import halves
from linkloop.links.service.flows.knowing import cited, of_product, passage, product_named, sizes
from linkloop.links.service.flows.shape import Flow, Line, Talk, Told, evidence, for_person, line


def answer(talk: Talk) -> Told:
    """A passage that answers, else the facts of the row; else a person, who may know."""
    product = product_named(talk)
    found = passage(talk, "product", "help", "policy", "answer")
    because = Text(en="a question about a product", zh="商品咨询")
    if product is not None and (fact := _asked(talk, product)) is not None:
        return Told((fact,), because)
    if found is not None:
        return Told((cited(found),), because, confidence=found.score)
    if product is None:
        return for_person(None, "a question about a product that no article answers", "没有文章能回答的商品咨询")
    return Told(
        (facts_of(product),), because,
        person=Text(en=f"no article answers this about "
                       f"{product.product_id}", zh=f"没有文章回答 {product.product_id} 的这个问题"),
    )  # fmt: skip


def _asked(talk: Talk, product: Product) -> Line | None:
    """The one fact of the catalog that a text asks for by its name, or None."""
    title = halves(product.title)
    known: list[tuple[re.Pattern[str], str, str, Evidence]] = []
    rests = of_product(product)
    if product.weight_g:
        known.append((_WEIGHT, f"weighs {product.weight_g} g", f"重 {product.weight_g} 克", rests))
    if product.price is not None:
        known.append((_PRICE, f"costs {product.price}", f"售价 {product.price}", rests))
    for one in talk.ctx.read(ProductAttribute, product_id=product.product_id):
        if one.name in _NAMES:
            words, en, zh = _NAMES[one.name]
            row = evidence(one, f"{one.name}: {one.value}", f"{one.name}：{one.value}")
            known.append((words, en.format(one.value), zh.format(one.value), row))
    for words, en, zh, row in known:
        if words.search(talk.text):
            return line(f"“{title.en}” {en}.", f"“{title.zh}”{zh}。", row)
    return None


def facts_of(product: Product) -> Line:
    """What the catalog says of a product."""
    title = halves(product.title)
    size, rests = sizes(product), of_product(product)
    en = [f"by {product.brand}" if product.brand else "", f"{product.price}" if product.price else "", size]
    zh = [f"品牌 {product.brand}" if product.brand else "", f"价格 {product.price}" if product.price else "", size]
    return line(f"What I know of “{title.en}”: {', '.join(part for part in en if part)}.",
                f"“{title.zh}”的信息：{'，'.join(part for part in zh if part)}。", rests)  # fmt: skip


_WEIGHT = re.compile(r"\b(?:weigh\w*|heavy)\b|多重|重量|几斤", re.IGNORECASE)
_PRICE = re.compile(r"\b(?:price|how much is|cost)\b|多少钱|价格|怎么卖", re.IGNORECASE)
_NAMES = {
    "connector": (re.compile(r"\b(?:connector|port|plug|usb)\b|接口|插口", re.IGNORECASE), "has {}", "是 {} 接口"),
    "power_w": (re.compile(r"\b(?:watts?|power)\b|功率|几瓦|多少瓦", re.IGNORECASE), "gives {} W", "功率 {} W"),
    "energy_wh": (re.compile(r"\b(?:capacity|wh|plane|flight)\b|容量|飞机"
                             r"", re.IGNORECASE), "holds {} Wh", "容量 {} Wh"),
    "age": (re.compile(r"\b(?:age|how old|years?)\b|几岁|年龄|多大", re.IGNORECASE), "is for ages {}", "适合 {} 岁"),
    "sleeps": (re.compile(r"\b(?:sleeps?|people|persons?)\b|几个人|几人", re.IGNORECASE), "sleeps {}", "可住 {} 人"),
    "material": (re.compile(r"\b(?:material|made of|fabric)\b|材质|面料|什么做的", re.IGNORECASE), "is made of {}",
                 "材质为{}"),
}  # fmt: skip

FLOW = Flow(
    "product_question",
    Text(en="Question about a product", zh="商品咨询"),
    needs=(),
    reads=(Product, ProductAttribute),
    answer=answer,
    policy=(Embed, Retrieve, WhichProduct),
)
