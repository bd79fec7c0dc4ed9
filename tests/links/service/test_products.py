"""Which product a text names: by words and pairs of signs of its title, as of any moment of the log."""

from __future__ import annotations

from typing import Any

import pytest

from linkloop.commerce.catalog import Product, WhichProduct
from linkloop.links.service.products import ProductNames

TITLES = {
    "A": "跑步鞋 · Running shoes", "B": "保温杯 · Vacuum flask", "C": "儿童保温杯 · Kids' flask",
    "D": "龙井绿茶 · Longjing green tea", "E": "无线鼠标 · Wireless mouse",
}  # fmt: skip


def names(**titles: str) -> ProductNames:
    model = ProductNames()
    model.feed([(n, Product(product_id=key, title=title)) for n, (key, title) in enumerate(titles.items(), 1)])
    return model


def asked(model: ProductNames, text: str, horizon: int = 99) -> tuple[str, ...]:
    def nothing(*_: Any, **__: Any) -> Any:
        raise AssertionError("it reads no rows")

    return model.answer_at(WhichProduct(text=text), horizon, nothing).value.product_ids


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("跑步鞋还有货吗", "A"), ("do you have running shoe in stock", "A"), ("请问儿童保温杯多少钱", "C"),
        ("Is the green tea fresh?", "D"), ("wireless mouse battery", "E"), ("保温杯", "B"),
    ],
)  # fmt: skip
def test_the_title_that_the_text_holds_most_of_comes_first(text: str, best: str) -> None:
    assert asked(names(**TITLES), text)[0] == best


@pytest.mark.parametrize("text", ["", "有货吗", "how much is it", "1234", "，。！"])
def test_a_text_that_names_nothing_finds_nothing(text: str) -> None:
    assert asked(names(**TITLES), text) == ()


def test_a_title_counts_from_its_offset_on_and_an_older_question_gets_the_older_answer() -> None:
    model = names(A="跑步鞋")
    model.feed([(5, Product(product_id="A", title="登山靴"))])
    assert (asked(model, "跑步鞋", 4), asked(model, "登山靴", 4)) == (("A",), ())
    assert (asked(model, "跑步鞋", 5), asked(model, "登山靴", 5)) == ((), ("A",))
    model.unfeed(4)
    assert asked(model, "跑步鞋", 9) == ("A",)


def test_the_order_of_feeding_does_not_matter() -> None:
    forth, back = ProductNames(), ProductNames()
    versions = [(n, Product(product_id=key, title=title)) for n, (key, title) in enumerate(TITLES.items(), 1)]
    forth.feed(versions)
    back.feed(versions[::-1])
    for text in ("保温杯", "flask", "running tea mouse"):
        assert asked(forth, text) == asked(back, text)
