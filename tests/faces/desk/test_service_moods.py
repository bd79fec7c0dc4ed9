"""How a customer felt, message by message, also over the conversations that they went on from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkloop.core.errors import NotFound
from linkloop.faces.desk.service_moods import MOST, moods
from tests.faces.desk.talk_shop import TalkShop, talking


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[TalkShop]:
    with talking(tmp_path / "shop") as found:
        yield found


def test_each_message_is_one_point_and_nothing_else_is(talk: TalkShop) -> None:
    first = talk.clock.now()
    talk.write("你好，请问我的快递到哪了")
    talk.until(lambda: talk.row().last_reply_at is not None, "the answer")
    talk.later(minutes=5)
    talk.write("什么垃圾店铺，再不发货我要投诉你们！！！")
    found = moods(talk.shop, "v1")
    assert [one.at for one in found] == [first, talk.clock.now()]
    assert (found[-1].mood, found[-1].intensity > 0.5) == ("angry", True)


def test_a_conversation_that_went_on_elsewhere_is_told_from_its_beginning(talk: TalkShop) -> None:
    talk.write("请问我的快递到哪了", "v1")
    talk.later(minutes=1)
    talk.write("还是我，请问到哪了", "v2")
    assert talk.row("v2").continues == "v1"
    assert len(moods(talk.shop, "v2")) == 2


def test_no_more_than_a_plot_can_show(talk: TalkShop) -> None:
    for _ in range(MOST + 2):
        talk.later(seconds=30)
        talk.write("在吗")
    found = moods(talk.shop, "v1")
    assert (len(found), found[-1].at) == (MOST, talk.clock.now())


def test_a_conversation_that_nobody_knows_is_an_error(talk: TalkShop) -> None:
    with pytest.raises(NotFound, match="no such conversation"):
        moods(talk.shop, "nobody")
