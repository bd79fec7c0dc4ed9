"""`linkloop decisions`: a person lists, reads, approves, changes, refuses and undoes."""

from __future__ import annotations

import pytest

from tests.faces.cli.calling import call


def ids(shop: str, status: str = "") -> list[str]:
    args = ("--status", status) if status else ()
    return [one["id"] for one in call("--folder", shop, "decisions", "--json", *args).json()["items"]]


def test_the_list_shows_the_latest_first_with_their_status(shop):
    called = call("--folder", shop, "decisions")
    assert called.code == 0
    head, _, *rows = called.out.splitlines()
    assert head.split() == ["id", "when", "status", "link", "action", "about", "at", "risk", "reason"]
    assert [row.split()[3:7] for row in rows] == [["held", "service", "Reply", about] for about in ("c2", "c1", "c0")]
    assert rows[0].split()[1:3] == ["11-11", "20:02"]  # 12:02 UTC in Shanghai


def test_the_list_is_in_chinese_where_that_is_spoken(shop):
    called = call("--folder", shop, "decisions", "--lang", "zh")
    assert called.out.splitlines()[0].split() == ["编号", "时间", "状态", "环节", "动作", "对象", "风险金额", "理由"]
    assert "待审" in called.out


def test_pages_follow_each_other_by_their_cursor(shop):
    first = call("--folder", shop, "decisions", "--limit", "2", "--json").json()
    second = call("--folder", shop, "decisions", "--limit", "2", "--json", "--after", first["next"]).json()
    assert [one["about"] for one in first["items"] + second["items"]] == ["c2", "c1", "c0"]
    assert second["next"] == ""
    assert f"--after {first['next']}" in call("--folder", shop, "decisions", "--limit", "2").err


def test_a_decision_is_approved_once_and_the_ledger_names_who(shop):
    one = ids(shop)[0]
    called = call("--folder", shop, "decisions", one, "--approve", "--by", "李雷", "--note", "ok")
    assert called.code == 0
    assert called.out == f"Approved Reply c2 by 李雷: now allowed ({one})\n"
    assert "linkloop up" in called.err  # nobody carries it out while the shop rests
    why = call("--folder", shop, "decisions", one, "--why", "--json").json()
    assert [(h["entry"], h["status"], h["by"], h["note"]) for h in why["history"]] == [
        ("decided", "held", "", ""),
        ("approved", "allowed", "李雷", "ok"),
    ]
    again = call("--folder", shop, "decisions", one, "--approve")
    assert again.code == 3
    assert again.out == ""
    assert again.err == f"Not done: {one} — the decision is allowed, not held — Reload it: somebody was faster.\n"
    assert len(call("--folder", shop, "decisions", one, "--why", "--json").json()["history"]) == 2


def test_an_action_is_changed_before_it_is_approved(shop):
    one = ids(shop)[0]
    done = call(
        "--folder", shop, "decisions", one, "--approve", "--set", "text=您好，稍等", "--by", "li", "--json"
    ).json()
    assert (done["status"], done["action"]["text"]) == ("allowed", "您好，稍等")


def test_what_identifies_an_action_cannot_be_changed(shop):
    one = ids(shop)[0]
    called = call("--folder", shop, "decisions", one, "--approve", "--set", "conversation_id=c9")
    assert (called.code, called.out) == (3, "")
    assert ids(shop, "held").count(one) == 1


def test_a_decision_is_refused_and_nothing_goes_out(shop):
    one = ids(shop)[0]
    called = call("--folder", shop, "decisions", one, "--refuse", "--by", "li", "--note", "no", "--json")
    assert called.json()["status"] == "refused"
    assert ids(shop, "refused") == [one]


def test_an_approved_one_is_undone_before_it_is_sent(shop):
    one = ids(shop)[0]
    call("--folder", shop, "decisions", one, "--approve", "--by", "li")
    called = call("--folder", shop, "decisions", one, "--undo", "--by", "li", "--note", "changed my mind")
    assert called.out == f"Undo of Reply c2 by li: now undone ({one})\n"


def test_why_tells_cause_models_gate_and_history(shop):
    one = ids(shop)[-1]
    called = call("--folder", shop, "decisions", one, "--why")
    assert called.code == 0
    for expected in (
        "Cause: message_received at 2036-11-11 20:00:00",
        "我的快递到哪了？",
        "messages 2 answered Understand: ",
        "'intent': 'where_is_parcel'",
        "Gate: ",
        "decided",
    ):
        assert expected in called.out


def test_what_a_customer_wrote_cannot_colour_the_terminal(shop):
    called = call("--folder", shop, "decisions", ids(shop)[0], "--why")
    assert "\x1b" not in called.out
    assert "发票能开吗" in called.out


def test_one_decision_without_why_is_its_facts(shop):
    called = call("--folder", shop, "decisions", ids(shop)[0], "--lang", "zh")
    assert "风险金额" in called.out
    assert "账本中的历史" not in called.out


@pytest.mark.parametrize("flags", [(), ("--why",), ("--approve",), ("--undo",)])
def test_an_unknown_id_is_refused_and_says_what_to_do(shop, flags):
    called = call("--folder", shop, "decisions", "nope", *flags)
    assert (called.code, called.out) == (3, "")
    assert called.err == "Not done: nope — there is no such decision — List them with `linkloop decisions`.\n"


@pytest.mark.parametrize(
    "args",
    [
        ("--approve",),
        ("--why",),
        ("x", "--approve", "--refuse"),
        ("x", "--refuse", "--set", "a=1"),
        ("x", "--approve", "--set", "a"),
        ("--status", "great"),
        ("--limit", "0"),
    ],
)
def test_a_call_that_makes_no_sense_is_a_usage_error(shop, args):
    called = call("--folder", shop, "decisions", *args)
    if args[0] == "x" and "a" in args:  # told only when the decision is there
        assert called.code in (2, 3)
    else:
        assert called.code == 2
    assert called.out == ""


def test_no_dead_letters_is_said_beside_an_empty_answer(shop):
    called = call("--folder", shop, "decisions", "--dead")
    assert (called.code, called.out, called.err) == (0, "", "No dead letters.\n")
    assert call("--folder", shop, "decisions", "--dead", "--json").json() == []


def test_a_letter_that_is_not_there_cannot_be_retried(shop):
    called = call("--folder", shop, "decisions", "nope", "--retry")
    assert called.code == 3
    assert "decisions --dead" in called.err
