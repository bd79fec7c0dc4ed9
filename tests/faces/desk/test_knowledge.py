"""At the desk articles are written, imported, found, withdrawn and checked; nothing is lost and all is on record."""

from datetime import UTC, datetime, timedelta

import pytest

from linkloop.app.settings import Channels, Settings, Town
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.knowledge import KnowledgeGap
from linkloop.core.errors import Conflict, NotFound
from linkloop.core.world import Delivery
from linkloop.faces.desk import knowledge as articles
from linkloop.faces.desk import knowledge_gaps as missing
from linkloop.faces.desk.auditing import audited
from linkloop.faces.desk.knowledge import ArticleBody
from linkloop.worlds.files.articles import read_path


@pytest.fixture
def shop(tmp_path):
    settings = Settings(folder=str(tmp_path / "shop"), town=Town(enabled=False), channels=Channels(enabled=False))
    shop = Shop(settings)
    yield shop
    shop.close()


def on_record(shop, what="knowledge"):
    return [(entry.by, entry.what, entry.about) for entry in audited(shop, what=what).items]


BODY = ArticleBody(title="七天无理由退货", body="签收之日起 7 天内可以退货。", topic="returns", language="zh")


def test_what_is_written_is_found_at_once_and_on_record(shop):
    saved = articles.save(shop, "a1", BODY, "li")
    assert (saved.title, saved.source) == ("七天无理由退货", "desk")
    [found] = articles.find(shop, "7天无理由退货")
    assert found.article_id == "a1"
    assert on_record(shop) == [("li", "knowledge.save", "a1")]
    assert articles.list_articles(shop, text="退货").items == [saved]


def test_a_version_that_somebody_else_changed_is_not_overwritten(shop):
    first = articles.save(shop, "a1", BODY, "li")
    with pytest.raises(Conflict, match=r"article\.moved"):
        articles.save(shop, "a1", BODY, "wang")
    assert articles.article(shop, "a1") == first
    assert len(on_record(shop)) == 1


def test_a_withdrawn_article_is_kept_and_answers_nothing(shop):
    articles.save(shop, "a1", BODY, "li")
    gone = articles.withdraw(shop, "a1", "li")
    assert gone.withdrawn
    assert articles.find(shop, "七天无理由退货") == []
    assert articles.list_articles(shop).items == []
    assert articles.list_articles(shop, withdrawn=True).items == [gone]
    with pytest.raises(NotFound, match=r"article\.unknown"):
        articles.withdraw(shop, "none", "li")


def test_two_articles_that_disagree_are_a_problem_until_one_gives_way(shop):
    articles.save(shop, "a1", BODY, "li")
    other = ArticleBody(title="Returns", body="You may return goods within 15 days.", topic="returns", language="en")
    second = articles.save(shop, "a2", other, "li")
    [problem] = missing.problems(shop)
    assert (problem.kind, problem.article_id, problem.other_id) == ("contradicts", "a1", "a2")
    assert problem.says.en == "“七天无理由退货” says 七天, “Returns” says 15 days"
    right = ArticleBody(
        title="Returns", body="Within 7 days.", topic="returns", language="en", updated_at=second.updated_at
    )
    articles.save(shop, "a2", right, "li")
    assert missing.problems(shop) == []


def test_an_article_whose_time_ran_out_is_a_problem_without_anybody_touching_it(shop):
    over = datetime.now(UTC) - timedelta(days=1)
    articles.save(shop, "a1", ArticleBody(title="Sale", body="Until then.", valid_until=over), "li")
    assert [(p.article_id, p.kind) for p in missing.problems(shop)] == [("a1", "stale")]
    assert articles.find(shop, "Sale until then") == []


def test_an_import_takes_the_good_and_names_the_bad_and_again_changes_nothing(shop, tmp_path):
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "returns.md").write_text("# Returns\n\nWithin 7 days.", encoding="utf-8")
    (folder / "empty.md").write_text("# Nothing", encoding="utf-8")
    (folder / "faq.csv").write_text("question,answer\n怎么开发票,付款后可以申请\n,没有标题\n", encoding="gb18030")
    found = read_path(folder)
    assert [(bad.where, bad.says.en) for bad in found.bad] == [
        ("empty.md", "it has no title or no text"), ("faq.csv:3", "it has no title or no text"),
    ]  # fmt: skip
    assert articles.take(shop, found.articles, "li") == articles.Taken(changed=2, same=0)
    assert articles.take(shop, found.articles, "li") == articles.Taken(changed=0, same=2)
    assert on_record(shop) == [("li", "knowledge.import", "2")]
    assert articles.find(shop, "怎么开发票")[0].title == "怎么开发票"
    (folder / "returns.md").write_text("# Returns\n\nWithin 15 days.", encoding="utf-8")
    assert articles.take(shop, read_path(folder).articles, "li") == articles.Taken(changed=1, same=1)
    assert "15 days" in articles.find(shop, "returns within days")[0].text


def test_gaps_are_grouped_and_closed(shop):
    now = datetime.now(UTC)
    rows = [
        KnowledgeGap(gap_id="g1", intent="other", example="口红哪个色号适合黄皮", asked=2, last_at=now),
        KnowledgeGap(gap_id="g2", intent="other", example="黄皮适合的口红色号", asked=1, last_at=now),
    ]
    shop.loop.accept([Delivery(source="t", external_id="1", said=tuple(rows))])
    [gap] = missing.gaps(shop)
    assert (gap.example, gap.asked, gap.gap_ids) == ("口红哪个色号适合黄皮", 3, ["g1", "g2"])
    with pytest.raises(NotFound, match=r"gap\.unknown"):
        missing.close(shop, ["g1", "none"], "li")
    assert len(missing.gaps(shop)) == 1
    assert missing.close(shop, ["g1", "g2"], "li") == 2
    assert missing.gaps(shop) == []
    assert on_record(shop)[0] == ("li", "knowledge.close", "g1,g2")


def test_coverage_is_the_share_of_the_periods_questions_that_articles_answer(shop):
    assert missing.coverage(shop).share is None
    articles.save(shop, "a1", BODY, "li")
    articles.save(shop, "a2", ArticleBody(title="Gift cards", body="We sell gift cards."), "li")
    now = datetime.now(UTC)
    said = [
        MessageReceived(at=now, message_id=f"m{n}", conversation_id=f"v{n}", channel="web", text=text)
        for n, text in enumerate(["七天无理由退货", "七天无理由退货", "帐篷能睡几个人"])
    ]
    shop.loop.accept([Delivery(source="t", external_id=m.message_id, said=(m,)) for m in said])
    covered = missing.coverage(shop)
    assert (covered.questions, covered.answered, covered.share) == (2, 1, 0.5)
    assert (covered.unanswered, covered.unused) == (["帐篷能睡几个人"], ["a2"])
