"""Effects happen once: whatever is lost on the way, crashes included, is looked up before it is sent again."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkloop.engine import effects as effects_module
from tests.engine.small_shop import decisions, event_kinds, late_parcel, open_small, settle


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(effects_module, "BACKOFF_S", 0.0)


def run(folder, moods, parcels=1):
    shop, recorder = open_small(folder, moods)
    shop.effects.recover()
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    for n in range(parcels):
        late_parcel(shop, n, 100 + n, f"c{n}")
    settle(shop)
    return shop, recorder


@pytest.mark.parametrize(
    ("moods", "status", "done"),
    [
        ([], "done", 1),
        (["refused"], "failed", 0),
        (["lost before"], "done", 1),
        (["lost after"], "done", 1),
        (["lost after", "blind", "blind"], "done", 1),
        (["lost before", "lost before", "lost after"], "done", 1),
    ],
)
def test_every_way_to_lose_an_answer_ends_in_one_effect_or_none(tmp_path, moods, status, done):
    shop, recorder = run(tmp_path, moods)
    [decision] = decisions(shop)
    assert decision.status == status
    assert len(recorder.done()) == done
    assert event_kinds(shop) == ["parcel_delayed", "action_settled"]
    shop.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["done", "refused", "lost before", "lost after", "blind"]), max_size=12), st.integers(1, 4)
)
def test_no_order_of_mishaps_doubles_or_forgets_an_effect(tmp_path_factory, moods, parcels):
    shop, recorder = run(tmp_path_factory.mktemp("shop"), moods, parcels)
    statuses = [d.status for d in decisions(shop)]
    assert set(statuses) <= {"done", "failed"}
    assert len(recorder.done()) == len(set(recorder.done())) == statuses.count("done")
    shop.close()


def test_a_sender_that_died_is_reconciled_by_the_next(tmp_path):
    shop, recorder = open_small(tmp_path)
    shop.loop.verdicts.performs = shop.effects.performs  # decided and leased, but the process dies before it sends
    late_parcel(shop, 1, 100)
    shop.close()
    shop, recorder = open_small(tmp_path)
    assert shop.effects.recover() == 1
    settle(shop)
    assert [d.status for d in decisions(shop)] == ["done"]
    assert len(recorder.done()) == 1
    shop.close()


def test_a_world_that_never_answers_ends_as_a_dead_letter_that_a_person_can_retry(tmp_path):
    from linkloop.faces.desk.desk import Desk

    shop, recorder = run(tmp_path, ["lost before"] * 8)
    desk = Desk(shop)
    [letter] = desk.dead_letters()
    assert (letter.what, letter.consumer) == ("effect", "Compensate")
    assert recorder.done() == []
    desk.retry(letter.id, "li")
    settle(shop)
    assert [d.status for d in decisions(shop)] == ["done"]
    assert len(recorder.done()) == 1
    assert desk.dead_letters() == []
    shop.close()


def test_an_action_that_no_world_takes_waits_in_the_outbox(tmp_path):
    shop, recorder = open_small(tmp_path)
    recorder.performs = frozenset()
    late_parcel(shop, 1, 100)
    shop.effects.sweep()
    assert [d.status for d in decisions(shop)] == ["allowed"]
    recorder.performs = frozenset({"Compensate"})
    settle(shop)
    assert [d.status for d in decisions(shop)] == ["done"]
    shop.close()
