"""The tools of an assistant: it sees the shop, what it proposes waits, and nothing that it says goes out by itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation, ConversationStatus
from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.vocabulary import actions
from linkloop.faces.desk.desk import Desk
from linkloop.faces.mcp.tools import LONGEST, Tools
from tests.engine.small_shop import NOW, late_parcel, open_small, said

PAY = {
    "order_id": "O1", "customer_id": "C1", "cause": "goodwill", "amount": {"amount": 300, "currency": "CNY"},
    "at_risk": {"amount": 0, "currency": "CNY"},
}  # fmt: skip


TALKS: tuple[tuple[str, ConversationStatus, int], ...] = (
    ("later", "waiting", 60),
    ("sooner", "waiting", 30),
    ("fine", "open", 1),
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop, _ = open_small(tmp_path)
    late_parcel(shop, 1, 800)
    yield shop
    shop.close()


@pytest.fixture
def tools(shop: Shop) -> Tools:
    return Tools(Desk(shop), "helper")


def order_of(shop: Shop) -> dict[str, Any]:
    [row] = Desk(shop).sql("SELECT order_id, customer_id FROM orders").dicts()
    return {**PAY, **row}


def head(shop: Shop) -> int:
    return Desk(shop).log(after=-1, limit=1)[-1].offset


def outbox(shop: Shop) -> list[str]:
    return sorted(effect.status for effect in Desk(shop).effects(limit=500))


def test_it_looks_at_tables_rows_and_sql(tools: Tools, shop: Shop) -> None:
    names = [one["name"] for one in tools.look()["tables"]]
    assert "orders" in names
    order = order_of(shop)["order_id"]
    assert tools.look(table="orders", key=order)["row"]["order_id"] == order
    assert [row["order_id"] for row in tools.look(table="orders")["rows"]] == [order]
    found = tools.look(sql="SELECT count(*) AS n FROM orders")
    assert (found["columns"], found["rows"], found["truncated"]) == (["n"], [{"n": 1}], False)


@pytest.mark.parametrize(
    "sql", ["DELETE FROM orders", "COPY orders TO '/tmp/x'", "SELECT * FROM read_csv('/etc/passwd')"]
)
def test_sql_that_is_not_reading_is_refused(tools: Tools, sql: str) -> None:
    with pytest.raises(LinkloopError):
        tools.look(sql=sql)


def test_a_long_answer_is_cut_and_says_so(tools: Tools) -> None:
    found = tools.look(sql="SELECT string_agg('0123456789', '') AS long FROM range(7000)")
    assert found["cut"] is True
    assert len(found["text"]) == LONGEST


def test_a_proposal_waits_for_a_person_and_nothing_goes_out(tools: Tools, shop: Shop) -> None:
    before = outbox(shop)
    made = tools.propose("Compensate", order_of(shop), "they waited a week", "k1")
    assert made["status"] == "held"
    assert [check["name"] for check in made["checks"] if check["verdict"] == "hold"][-1] == "assistant"
    assert outbox(shop) == sorted([*before, "held"])
    held = Desk(shop).decision(made["decision_id"])
    assert (held.at_risk.amount, held.link, held.reason.en) == (300, "helper", "helper: they waited a week")
    assert made["decision_id"] in [one["id"] for one in tools.waiting()["decisions"]]
    assert "they waited a week" in json.dumps(tools.why(made["decision_id"]))
    approved = Desk(shop).approve(made["decision_id"], "ann", "yes")
    assert (approved.status, approved.by) == ("allowed", "ann")


def test_the_same_key_is_the_same_proposal_and_another_action_under_it_is_refused(tools: Tools, shop: Shop) -> None:
    first = tools.propose("Compensate", order_of(shop), "they waited", "k1")
    assert tools.propose("Compensate", order_of(shop), "they waited", "k1")["decision_id"] == first["decision_id"]
    count = len(Desk(shop).decisions(limit=500).items)
    with pytest.raises(Conflict) as refused:
        tools.propose("Compensate", {**order_of(shop), "cause": "other"}, "they waited", "k1")
    assert refused.value.code == "propose.other"
    assert len(Desk(shop).decisions(limit=500).items) == count
    again = tools.propose("Compensate", order_of(shop), "they waited", "k2")
    assert again["status"] == "repeated"  # another key, the same effect: nothing waits twice


@pytest.mark.parametrize(
    ("changed", "error", "code"),
    [
        ({"order_id": "nobody's"}, Refused, "propose.facts"),
        ({"customer_id": "somebody else"}, Refused, "propose.facts"),
        ({"amount": {"amount": "much", "currency": "CNY"}}, LinkloopError, "input.invalid"),
        ({"amount": {"amount": -5, "currency": "CNY"}}, LinkloopError, "input.invalid"),
        ({"amount": None}, LinkloopError, "input.invalid"),
    ],
)
def test_what_is_not_so_is_not_proposed(
    tools: Tools, shop: Shop, changed: dict[str, Any], error: type[LinkloopError], code: str
) -> None:
    before = head(shop), outbox(shop)
    fields = {**order_of(shop), **changed}
    with pytest.raises(error) as refused:
        tools.simulate("Compensate", fields)
    assert refused.value.code == code
    with pytest.raises(error) as refused:
        tools.propose("Compensate", fields, "why not", "k1")
    assert refused.value.code == code
    assert (head(shop), outbox(shop)) == before


def test_an_action_that_nobody_decides_here_names_those_that_are(tools: Tools) -> None:
    with pytest.raises(NotFound) as refused:
        tools.propose("Replenish", {}, "more stock", "k1")
    assert refused.value.todo.en == "Known: Compensate."


def test_simulating_says_what_the_gate_would_and_writes_nothing(tools: Tools, shop: Shop) -> None:
    before = head(shop), outbox(shop)
    assert "Compensate" in tools.simulate()["actions"]
    found = tools.simulate("Compensate", order_of(shop))
    assert (found["verdict"], found["link"], found["at_risk"]["amount"]) == ("held", "helper", 300)
    assert (head(shop), outbox(shop)) == before
    made = tools.propose("Compensate", order_of(shop), "they waited", "k1")
    assert tools.simulate("Compensate", order_of(shop))["repeats"] == made["decision_id"]


def test_it_asks_models(tools: Tools) -> None:
    assert isinstance(tools.ask()["questions"], list)
    with pytest.raises(NotFound):
        tools.ask("NoSuchQuestion", {})


def test_conversations_that_need_a_person_are_listed_by_when_an_answer_is_due(tools: Tools, shop: Shop) -> None:
    rows = [
        Conversation(
            conversation_id=name, channel="web", status=status, opened_at=NOW, answer_by=NOW + timedelta(seconds=due)
        )
        for name, status, due in TALKS
    ]
    shop.loop.accept([said("talks", *rows)])
    assert [one["conversation_id"] for one in tools.waiting()["conversations"]] == ["sooner", "later"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    action=st.sampled_from([*actions(), "", "Nothing", "compensate"]),
    fields=st.dictionaries(
        st.sampled_from(["order_id", "customer_id", "cause", "amount", "at_risk", "text", "by", "status"]),
        st.none() | st.integers() | st.text(max_size=20) | st.fixed_dictionaries(
            {"amount": st.integers(-(10**20), 10**20), "currency": st.sampled_from(["CNY", "USD", "", "?"])}
        ),
    ),
    own=st.booleans(),
    reason=st.text(max_size=40),
    key=st.text(max_size=20),
)  # fmt: skip
def test_whatever_is_proposed_nothing_goes_out_without_a_person(
    shop: Shop, action: str, fields: dict[str, Any], own: bool, reason: str, key: str
) -> None:
    before = [status for status in outbox(shop) if status not in ("held", "cancelled")]
    tools = Tools(Desk(shop), "helper")
    with contextlib.suppress(LinkloopError):
        tools.propose(action, {**order_of(shop), **fields} if own else fields, reason, key)
    assert [status for status in outbox(shop) if status not in ("held", "cancelled")] == before
    assert Desk(shop).verify().bad_seq == 0


def test_a_real_client_speaks_to_it_over_standard_input_and_output(tmp_path: Path) -> None:
    shop, _ = open_small(tmp_path)
    late_parcel(shop, 1, 800)
    shop.close()

    async def talk() -> tuple[list[str], dict[str, Any], bool, str]:
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client

        call = StdioServerParameters(
            command=str(Path(sys.executable).with_name("linkloop")),
            args=["mcp", "--folder", str(tmp_path)],
        )
        async with stdio_client(call) as (read, write), ClientSession(read, write) as client:
            assert (await client.initialize()).server_info.version == version("linkloop")
            tools = await client.list_tools()
            waiting = await client.call_tool("waiting", {})
            wrong = await client.call_tool("why", {"decision_id": "none"})
            return (
                [tool.name for tool in tools.tools],
                waiting.structured_content or {},
                wrong.is_error,
                str(wrong.content),
            )

    names, waiting, failed, told = asyncio.run(talk())
    assert sorted(names) == ["ask", "look", "propose", "simulate", "waiting", "why"]
    assert waiting["conversations"] == []
    assert failed
    assert "decision.unknown" in told
