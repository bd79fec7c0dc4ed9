"""Who a sender may be: blocking against a look at every pair, a sender is one at most, and the extra by its name."""

from __future__ import annotations

import sys

import pytest

from bench.identity import blocked, figures, make
from linkloop.core.errors import LinkloopError
from linkloop.faces.desk.identity_scoring import Person, Scored, chance, one_of, row_of, score


def test_splink_looks_at_exactly_the_pairs_that_agree_in_a_blocking_key() -> None:
    made = make(seed=1, customers=120, senders=40)
    found = {(one.sender, one.customer) for one in score(made.senders, made.customers, least=0.0)}
    pairs = blocked(made)
    assert found <= pairs
    # what is blocked and not found has less than one chance in a hundred: a name alone, mostly
    true = {pair for pair in made.truth.items() if pair in pairs}
    assert len(true & found) >= 0.9 * len(true)


def test_most_of_what_is_suggested_is_right() -> None:
    made = make(seed=2, customers=300, senders=100)
    got = figures(made, score(made.senders, made.customers), 0.5)
    assert got.precision >= 0.9
    assert got.recall >= 0.6


def test_a_sender_is_one_customer_at_most() -> None:
    pairs = [Scored("s", "c1", 0.9, ()), Scored("s", "c2", 0.9, ()), Scored("t", "c1", 0.5, ())]
    assert [one.score for one in one_of(pairs)] == [0.4737, 0.4737, 0.5]  # 9 / (1 + 9 + 9), and 1 / (1 + 1)


def test_the_chance_that_two_people_agree_leaves_pairs_of_one_out() -> None:
    assert chance(["a", "a", "b", "c", None]) == 2 / 12  # of 4 · 3 ordered pairs, 2 agree
    assert chance([]) == chance(["a"]) == 1e-6


def test_people_are_compared_by_what_is_left_of_how_they_were_written() -> None:
    row = row_of(Person(id="x", name=" José  Müller ", phone="+86 138-0013-8000", mail="Ann.Lee+shop@Example.com"))
    assert (row["name"], row["short_name"], row["phone"]) == ("jose muller", "muller", "00138000")
    assert (row["mail"], row["mail_user"], row["orders"]) == ("ann.lee+shop@example.com", "annlee", None)
    assert row_of(Person(id="x", name="王伟"))["short_name"] == "王"


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "splink"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(LinkloopError, match=r"extra\.missing.*\[identity\]") as refused:
        score([Person(id="s")], [Person(id="c")])
    assert "linkloop[identity]" in refused.value.todo.en
