"""A start reads what a fed model had learned, and reads everything anew where that is not surely right."""

import logging
from datetime import UTC, datetime

import pytest

from linkloop.app.settings import Channels, Settings, Town
from linkloop.app.shop import Shop
from linkloop.commerce.knowledge import Article, Retrieve
from linkloop.core.world import Delivery
from linkloop.engine.asking import ask_now
from linkloop.links.service.knowledge import retrieve
from linkloop.links.service.knowledge.retrieve import RetrieveModel
from linkloop.models import feeding
from linkloop.worlds.sim.belongings import starters

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fed(monkeypatch):
    """How many rows models were fed with since the list was cleared; snapshots are kept of few articles too."""
    monkeypatch.setattr(feeding, "WORTH", 1)
    seen = []
    feed = RetrieveModel.feed
    monkeypatch.setattr(RetrieveModel, "feed", lambda self, rows: (seen.extend(rows), feed(self, rows))[1])
    return seen


@pytest.fixture
def opened(tmp_path):
    made = []

    def open_it(folder="shop"):
        settings = Settings(folder=str(tmp_path / folder), town=Town(enabled=False), channels=Channels(enabled=False))
        made.append(Shop(settings))
        return made[-1]

    yield open_it
    for shop in made:
        shop.close()


def tell(shop, *rows):
    shop.loop.accept([Delivery(source="test", external_id=str(hash(rows)), said=rows)])


def asked(shop, text="退货运费谁出"):
    return ask_now(shop.store, shop.matrix, Retrieve(text=text, at=AT)).value


def begun(opened):
    """A shop with articles, closed after its first question; and what it answered."""
    shop = opened()
    tell(shop, *starters())
    answer = asked(shop)
    assert answer.passages
    shop.close()
    return answer


def cached(tmp_path):
    return tmp_path / "shop" / "cache" / "fed-knowledge-articles.bin"


def test_what_was_fed_before_is_not_fed_again_and_answers_are_the_same(opened, fed, tmp_path):
    answer = begun(opened)
    assert cached(tmp_path).exists()
    fed.clear()
    shop = opened()
    assert asked(shop) == answer
    assert fed == []


def test_what_came_after_the_snapshot_is_fed(opened, fed):
    answer = begun(opened)
    other = opened()  # never closed in time: its snapshot is the old one
    new = Article(article_id="new", title="退货运费谁出", body="我们出。")
    tell(other, new)
    gone = answer.passages[0].article_id
    tell(other, Article(article_id=gone, title="x", body="x", withdrawn=True))
    fed.clear()
    shop = opened()
    found = asked(shop)
    assert [row.article_id for _, row in fed] == ["new", gone]
    assert found.passages[0].article_id == "new"
    assert gone not in {one.article_id for one in found.passages}
    assert found == asked(other)


def test_a_snapshot_that_was_restored_and_fed_on_is_kept_and_right_again(opened, fed):
    begun(opened)
    shop = opened()
    tell(shop, Article(article_id="new", title="退货运费谁出", body="我们出。"))
    answer = asked(shop)
    shop.close()
    fed.clear()
    again = opened()
    assert asked(again) == answer
    assert fed == []


@pytest.mark.parametrize("harm", ["byte", "cut", "empty", "other"])
def test_a_broken_file_is_left_aside(opened, fed, tmp_path, caplog, harm):
    answer = begun(opened)
    path = cached(tmp_path)
    raw = path.read_bytes()
    flipped = raw[:-9] + bytes([raw[-9] ^ 1]) + raw[-8:]
    path.write_bytes({"byte": flipped, "cut": raw[:-5], "empty": b"", "other": b"hello"}[harm])
    fed.clear()
    with caplog.at_level(logging.WARNING):
        assert asked(opened()) == answer
    assert "broken" in caplog.text
    assert len(fed) == len(list(starters()))


def test_another_version_or_another_log_is_read_anew(opened, fed, tmp_path, monkeypatch):
    answer = begun(opened)
    elsewhere = opened("elsewhere")
    tell(elsewhere, *list(starters())[::-1])
    (tmp_path / "elsewhere" / "cache").mkdir()
    (tmp_path / "elsewhere" / "cache" / cached(tmp_path).name).write_bytes(cached(tmp_path).read_bytes())
    fed.clear()
    asked(elsewhere)
    assert len(fed) == len(list(starters()))
    fed.clear()
    monkeypatch.setattr(retrieve, "VERSION", "another")
    assert asked(opened()) == answer
    assert len(fed) == len(list(starters()))


def test_a_small_index_needs_no_file(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(feeding, "WORTH", 10_000)
    begun(opened)
    assert not cached(tmp_path).exists()


def test_a_file_that_cannot_be_written_stops_nothing(opened, tmp_path, caplog):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "cache").write_text("in the way")
    begun(opened)
    assert "could not be kept" in caplog.text


def test_a_running_shop_is_fed_before_the_first_question(opened, fed):
    shop = opened()
    tell(shop, *starters())
    fed.clear()
    shop.start()
    try:
        assert len(fed) == len(list(starters()))
    finally:
        shop.stop()
