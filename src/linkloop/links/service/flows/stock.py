"""Stock: whether a product can be had now, as the shelves' rows say; a day of return is never made up."""

from __future__ import annotations

from linkloop.commerce.catalog import Product, WhichProduct
from linkloop.commerce.stock import StockLevel
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import halves
from linkloop.links.service.flows.knowing import of_product, product_named
from linkloop.links.service.flows.order_facts import on_hand
from linkloop.links.service.flows.shape import Ask, Flow, Talk, Told, evidence, line


def answer(talk: Talk) -> Told:
    """In stock, enough for the number asked, ordered anew, or sold out."""
    product = product_named(talk)
    if product is None:
        return Told(
            (line("Which product do you mean? Please send me its name as it stands in the shop.",
                  "请问是哪件商品？请发给我商品名称。"),),
            Text(en="which product is not clear", zh="不清楚是哪件商品"),
            asks=Ask("product", dict(talk.slots)) if talk.customer_id else None,
        )  # fmt: skip
    ready, ordered, levels = on_hand(talk, product.product_id)
    title, wanted = halves(product.title), talk.read.slots.quantity
    rests = (of_product(product), *(evidence(level, f"{level.on_hand} on hand, {level.on_order} on order at "
                                                    f"{level.place}",
                                             f"{level.place} 现货 {level.on_hand}，在途 {level.on_order}")
                                    for level in levels))  # fmt: skip
    because = Text(en=f"{product.product_id}: {ready} on hand, {ordered} on order",
                   zh=f"{product.product_id}：现货 {ready}，在途 {ordered}")  # fmt: skip
    if ready and wanted > ready:
        said = line(
            f"“{title.en}” is in stock, but not {wanted} of it.", f"“{title.zh}”有现货，但不足 {wanted} 件。", *rests
        )
    elif ready:
        said = line(f"“{title.en}” is in stock.", f"“{title.zh}”有现货，可以直接下单。", *rests)
    elif ordered:
        said = line(f"“{title.en}” is out of stock; more has been ordered. No supplier has named a day that I "
                    f"could tell "
                    "you.",
                    f"“{title.zh}”暂时缺货，已向供应商补货，目前还没有确定的到货日期。", *rests)  # fmt: skip
    else:
        said = line(f"“{title.en}” is out of stock, and I cannot say whether it comes back.",
                    f"“{title.zh}”目前缺货，暂时没有补货安排。", *rests)  # fmt: skip
    return Told((said,), because)


FLOW = Flow(
    "stock_question",
    Text(en="Is it in stock", zh="库存咨询"),
    needs=("product",),
    reads=(Product, StockLevel),
    answer=answer,
    policy=(WhichProduct,),
)
