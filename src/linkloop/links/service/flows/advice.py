"""Advice on size and on what fits: from the catalog's own rows, else an article, else a person; it is never guessed."""

from __future__ import annotations

from linkloop.commerce.catalog import Product, ProductAttribute, ProductRelation, WhichProduct
from linkloop.commerce.conversations import Evidence
from linkloop.commerce.knowledge import Embed, Retrieve
from linkloop.core.text import Text
from linkloop.links.service.flows.choosing import halves, title_of
from linkloop.links.service.flows.knowing import cited, of_product, passage, product_named
from linkloop.links.service.flows.measures import fitting, measured
from linkloop.links.service.flows.product import facts_of
from linkloop.links.service.flows.shape import Flow, Line, Talk, Told, evidence, for_person, line

MOST = 8


def size(talk: Talk) -> Told:
    """The size that the product's table has for what the text measures, or the table itself."""
    product = product_named(talk)
    sizes = (
        [a for a in talk.ctx.read(ProductAttribute, product_id=product.product_id) if a.name == "size"]
        if product
        else []
    )
    if product is None or not sizes:
        return _advised(talk, product, "size", "尺码")
    title, given = halves(product.title), measured(talk.text)
    chosen = fitting(given, [(one.value, one.note) for one in sizes])
    rests = tuple(evidence(one, f"{one.value}: {one.note}", f"{one.value}：{one.note}") for one in sizes)
    because = Text(en=f"size of {product.product_id}: {', '.join(chosen) or 'the table'}",
                   zh=f"{product.product_id} 尺码：{'、'.join(chosen) or '尺码表'}")  # fmt: skip
    table_en = "; ".join(f"{one.value}: {one.note}" for one in sizes[:MOST])
    table_zh = "；".join(f"{one.value}：{one.note}" for one in sizes[:MOST])
    table = line(f"The size table of “{title.en}”: {table_en}.", f"“{title.zh}”的尺码表：{table_zh}。", *rests)
    if len(chosen) == 1:
        note = next(one.note for one in sizes if one.value == chosen[0])
        return Told((line(f"By the size table of “{title.en}” that is {chosen[0]} ({note}).",
                          f"按“{title.zh}”的尺码表，适合 {chosen[0]}（{note}）。", *rests),), because)  # fmt: skip
    if given and not chosen:
        none = line("No single size of the table covers all that you named.", "您提供的数据没有一个尺码能全部对应。")
        return Told((none, table), because)
    return Told((table,), because)


def fits(talk: Talk) -> Told:
    """Whether two products go together as the catalog says, or what goes with one."""
    found = talk.ctx.ask(WhichProduct(text=f"{talk.text} {talk.read.slots.product}".strip())).value.product_ids
    for n, one in enumerate(found):
        rows = talk.ctx.read(ProductRelation, product_id=one)
        for other in found[:n] + found[n + 1 :]:
            if row := next((r for r in rows if r.other_id == other and r.kind != "similar"), None):
                return _together(talk, row)
    product = product_named(talk)
    if product is not None and len(found) == 1:
        rows = [r for r in talk.ctx.read(ProductRelation, product_id=product.product_id)
                if r.fits and r.kind not in ("similar", "related")]  # fmt: skip
        if rows:
            title, names = halves(product.title), [title_of(talk, row.other_id) for row in rows[:MOST]]
            return Told(
                (line(f"By our catalog “{title.en}” fits: {', '.join(n.en for n in names)}.",
                      f"按商品资料，“{title.zh}”适用于：{'、'.join(n.zh for n in names)}。",
                      of_product(product), *(_of(row) for row in rows[:MOST])),),
                Text(en=f"what {product.product_id} fits", zh=f"{product.product_id} 的适用范围"),
            )  # fmt: skip
    return _advised(talk, product if len(found) == 1 else None, "compatibility", "兼容性")


def _together(talk: Talk, row: ProductRelation) -> Told:
    one, other = title_of(talk, row.product_id), title_of(talk, row.other_id)
    because = Text(en=f"{row.product_id} and {row.other_id}: {'fit' if row.fits else 'do not fit'}",
                   zh=f"{row.product_id} 与 {row.other_id}：{'适用' if row.fits else '不适用'}")  # fmt: skip
    note = (f" ({row.note})", f"（{row.note}）") if row.note else ("", "")
    if not row.fits:
        said = line(
            f"“{one.en}” does not fit “{other.en}”{note[0]}.", f"“{one.zh}”不适用于“{other.zh}”{note[1]}。", _of(row)
        )
    else:
        said = line(f"“{one.en}” fits “{other.en}”{note[0]}.", f"“{one.zh}”适用于“{other.zh}”{note[1]}。", _of(row))
    return Told((said,), because)


def _of(row: ProductRelation) -> Evidence:
    word = "fits" if row.fits else "does not fit"
    return evidence(row, f"{row.product_id} {word} {row.other_id}: {row.kind}",
                    f"{row.product_id} {'适用' if row.fits else '不适用'} {row.other_id}：{row.kind}")  # fmt: skip


def _advised(talk: Talk, product: Product | None, en: str, zh: str) -> Told:
    found = passage(talk, "product", "help", "answer")
    if found is not None:
        return Told((cited(found),), Text(en=f"advice on {en}", zh=f"{zh}建议"), confidence=found.score)
    lines: tuple[Line, ...] = (facts_of(product),) if product is not None else ()
    return for_person(None, f"advice on {en} that neither catalog nor article gives: a guess may be wrong",
                      f"商品资料和文章都没有{zh}建议，不能猜测", *lines)  # fmt: skip


SIZE = Flow(
    "size_advice",
    Text(en="Advice on size", zh="尺码建议"),
    needs=(),
    reads=(Product, ProductAttribute),
    answer=size,
    policy=(Embed, Retrieve, WhichProduct),
)
FITS = Flow(
    "compatibility",
    Text(en="Advice on compatibility", zh="兼容性建议"),
    needs=(),
    reads=(Product, ProductRelation),
    answer=fits,
    policy=(Embed, Retrieve, WhichProduct),
)
