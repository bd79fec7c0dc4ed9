"""A shop learns from known questions how to find articles, by an encoder behind a server too."""

from random import Random

import pytest

from linkloop.app.settings import Channels, Settings, Town
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import MessageReceived
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.core.world import Delivery
from linkloop.engine.replay import reexecute
from linkloop.faces.desk import knowledge as articles
from linkloop.faces.desk import knowledge_learning as learning
from linkloop.faces.desk.auditing import audited
from linkloop.faces.desk.knowledge import ArticleBody
from linkloop.faces.desk.knowledge_gaps import coverage
from linkloop.store.codec import decode
from linkloop.store.schema import state
from tests.models.drivers.embed_double import MODEL, EmbedDouble
from tests.models.drivers.llm_double import KEY

TOPICS = {"parcel": "Where it is", "refund": "Paid back", "invoice": "On paper"}


@pytest.fixture
def double():
    made = EmbedDouble()
    yield made
    made.close()


@pytest.fixture
def opened(tmp_path, double, monkeypatch):
    monkeypatch.setenv("TEST_KEY", KEY)
    made = []

    def open_it(encoder=True):
        model = {"encoder": double.url + "&timeout_s=5"} if encoder else {}
        settings = Settings(
            folder=str(tmp_path / "shop"), town=Town(enabled=False), channels=Channels(enabled=False), model=model
        )
        made.append(Shop(settings))
        return made[-1]

    yield open_it
    for shop in made:
        shop.close()


def fill(shop, each=15):
    for thing, title in TOPICS.items():
        asked = tuple(f"{thing} {word}{n}" for n, word in enumerate(["aa", "bb", "cc", "dd", "ee"] * (each // 5)))
        body = ArticleBody(title=title, body="See your orders, there it is told.", language="en", asked=asked)
        articles.save(shop, thing, body, "li")


def test_articles_are_encoded_once_for_what_they_say(opened, double):
    shop = opened()
    fill(shop)
    first = learning.learn_finding(shop, "li")
    assert (first.encoder, first.encoded) == (MODEL, 3)
    assert [(gate.encoder, gate.questions) for gate in first.gates] == [("", 45), (MODEL, 45)]
    assert learning.learn_finding(shop, "li").encoded == 0
    row = articles.article(shop, "parcel")
    again = ArticleBody(title="Another", body=row.body, language="en", asked=row.asked, updated_at=row.updated_at)
    articles.save(shop, "parcel", again, "li")
    assert learning.learn_finding(shop, "li").encoded == 1
    done = [entry.what for entry in audited(shop, what="knowledge").items]
    assert done.count("knowledge.encode") == 2
    assert done.count("knowledge.learn") == 3


def test_without_an_encoder_the_known_questions_alone_are_learned_from(opened):
    shop = opened(encoder=False)
    fill(shop)
    learned = learning.learn_finding(shop, "li")
    assert (learned.encoder, learned.encoded) == ("", 0)
    assert [(gate.encoder, gate.questions) for gate in learned.gates] == [("", 45)]
    assert articles.direction(shop, "parcel").values == b""


def test_an_encoder_that_is_silent_teaches_nothing_and_nothing_is_written(opened, double):
    shop = opened()
    fill(shop)
    double.says = {"data": "no"}
    with pytest.raises(NotFound, match=r"model\.silent"):
        learning.learn_finding(shop, "li")
    assert learning.vectors_of(shop, MODEL) == {}
    assert articles.find(shop, "parcel aa0")  # by its words


def test_the_period_is_asked_again_with_one_request_for_many_questions(opened, double):
    shop = opened()
    fill(shop)
    for n in range(5):
        event = MessageReceived(
            at=shop.clock.now(), message_id=f"m{n}", conversation_id=f"t{n}", channel="webchat",
            text=f"parcel number {n}", customer_id="",
        )  # fmt: skip
        shop.loop.accept([Delivery(source="webchat", external_id=f"m{n}", said=(event,))])
    before = len(double.asked())
    assert coverage(shop).questions == 5
    assert [len(asked["input"]) for asked in double.asked()[before:]] == [5]
    double.says = {"data": "no"}
    assert coverage(shop).questions == 5  # by words alone


def strange(shop, monkeypatch):
    """Articles whose questions share no word; only the server knows which of them mean the same."""
    random = Random(3)
    words = {thing: ["".join(random.sample("bcdfghjklmnpqrstvwxz", 7)) for _ in range(16)] for thing in TOPICS}
    known = {word: n for n, thing in enumerate(TOPICS) for word in words[thing]}
    monkeypatch.setattr("tests.models.drivers.embed_double.THINGS", known)
    for thing, title in TOPICS.items():
        body = ArticleBody(title=title, body="There it is told.", language="en", asked=tuple(words[thing][1:]))
        articles.save(shop, thing, body, "li")
    return {thing: words[thing][0] for thing in TOPICS}


def test_what_no_word_finds_is_found_by_the_encoder_that_was_let_in(opened, monkeypatch):
    shop = opened()
    fresh = strange(shop, monkeypatch)
    assert [articles.find(shop, word) for word in fresh.values()] == [[], [], []]
    words, vectors = learning.learn_finding(shop, "li").gates
    assert vectors.open
    assert words.first_with < 0.6 < vectors.first_with  # by words: a guess among three that are asked for alike
    assert vectors.first_with == 1
    for thing, word in fresh.items():
        best = articles.find(shop, word)[0]
        assert (best.article_id, best.score > 0.5) == (thing, True)


def test_an_answer_that_a_vector_found_stands_with_its_decision_and_replays_without_the_server(
    opened, double, monkeypatch
):
    shop = opened()
    fresh = strange(shop, monkeypatch)
    learning.learn_finding(shop, "li")
    text = f"how do i wash this coat {fresh['invoice']}"
    event = MessageReceived(
        at=shop.clock.now(), message_id="m1", conversation_id="t1", channel="webchat", text=text, customer_id="c1"
    )
    shop.loop.accept([Delivery(source="webchat", external_id="m1", said=(event,))])
    with shop.store.read() as connection:
        rows = connection.execute(state.select().where(state.c.kind == "decisions")).all()
    (reply,) = [one for row in rows if (one := decode(Decision, row.body)).action_kind == "Reply"]
    assert "On paper" in str(reply.action["text"])
    assert ("articles", "invoice") in {(one["table"], one["key"]) for one in reply.outcome["evidence"]}
    assert [one.live for one in reply.asked if one.question == "Embed"] == [True]
    heard = len(double.asked())
    assert reexecute(shop.machine(), reply.id).same
    assert len(double.asked()) == heard
