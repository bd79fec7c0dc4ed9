"""It is known which articles answers rest on; those that none needed for a long time are told, until one is used."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.knowledge import Article, ArticleProblem, ArticleUse
from linkloop.commerce.time import DayClosed
from linkloop.links.service import link
from linkloop.links.service.knowledge.usage import ENOUGH
from tests.links.context import MemoryShop, of_kind

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
OLD = NOW - timedelta(days=60)
WASH = Article(
    article_id="wash", title="羊绒衫怎么洗", body="羊绒衫请用冷水手洗，平铺晾干。", language="zh", updated_at=OLD
)
BULK = Article(article_id="bulk", title="企业团购", body="一百件起可以团购。", language="zh", updated_at=OLD)


def message(n, at, text="羊绒衫怎么洗"):
    return MessageReceived(
        at=at, message_id=f"m{n}", conversation_id=f"c{n}", channel="webchat", text=text, customer_id=""
    )


def closed(at):
    return DayClosed(at=at, shop="", day=at.date().isoformat())


def talked(shop, count=ENOUGH, until=NOW):
    shop.keep([message(1000 + n, until - timedelta(hours=n), "谢谢") for n in range(1, count + 1)])
    shop.keep([message(999, until - timedelta(days=31), "谢谢")])


def problems(said):
    return [(one.article_id, one.kind, one.over) for one in of_kind(said, ArticleProblem)]


def test_what_an_answer_rests_on_is_written_once_a_day():
    shop = MemoryShop(link, [WASH, BULK])
    first = of_kind(shop.hear(message(1, NOW)), ArticleUse)
    assert [(one.article_id, one.first_at, one.last_at) for one in first] == [("wash", NOW, NOW)]
    assert of_kind(shop.hear(message(2, NOW + timedelta(hours=3))), ArticleUse) == []
    later = NOW + timedelta(days=1)
    (again,) = of_kind(shop.hear(message(3, later)), ArticleUse)
    assert (again.first_at, again.last_at) == (NOW, later)


def test_an_article_that_none_needed_for_long_is_told_once_until_an_answer_rests_on_it():
    shop = MemoryShop(link, [WASH, BULK])
    talked(shop)
    shop.hear(message(1, NOW - timedelta(days=2)))
    said = shop.hear(closed(NOW))
    assert problems(said) == [("bulk", "unused", False)]
    assert "《企业团购》" in of_kind(said, ArticleProblem)[0].says.zh
    assert problems(shop.hear(closed(NOW + timedelta(days=1)))) == []
    shop.keep([ArticleUse(article_id="bulk", first_at=NOW, last_at=NOW + timedelta(days=1))])
    over = shop.hear(closed(NOW + timedelta(days=2)))
    assert problems(over) == [("bulk", "unused", True)]
    assert of_kind(over, ArticleProblem)[0].says == of_kind(said, ArticleProblem)[0].says
    assert problems(shop.hear(closed(NOW + timedelta(days=3)))) == []


@pytest.mark.parametrize(
    "change",
    [{"updated_at": NOW}, {"withdrawn": True}, {"valid_from": NOW}, {"valid_until": NOW - timedelta(days=1)}],
)
def test_what_is_new_withdrawn_or_not_valid_is_not_told(change):
    shop = MemoryShop(link, [replace(BULK, **change)])
    talked(shop)
    assert problems(shop.hear(closed(NOW))) == []


def test_where_few_customers_wrote_nothing_is_said():
    shop = MemoryShop(link, [BULK])
    talked(shop, ENOUGH - 1)
    assert problems(shop.hear(closed(NOW))) == []
    shop.keep([message(5, NOW - timedelta(minutes=1))])
    assert problems(shop.hear(closed(NOW))) == [("bulk", "unused", False)]


def test_a_shop_that_has_heard_customers_for_a_day_says_nothing_of_a_month():
    shop = MemoryShop(link, [replace(BULK, updated_at=None)])
    shop.keep([message(1000 + n, NOW - timedelta(minutes=n), "谢谢") for n in range(2 * ENOUGH)])
    assert problems(shop.hear(closed(NOW))) == []


def test_a_problem_is_over_when_its_article_is_withdrawn():
    shop = MemoryShop(link, [BULK])
    talked(shop)
    shop.hear(closed(NOW))
    shop.keep([replace(BULK, withdrawn=True)])
    assert problems(shop.hear(closed(NOW + timedelta(days=1)))) == [("bulk", "unused", True)]
