"""Decision tables: what may go live, what they answer and why, and that zen-engine says the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.app.shop import installed_links
from linkloop.commerce.stock import ReplenishAdvice, ReplenishPolicy
from linkloop.core.errors import LinkloopError
from linkloop.core.question import Question, RuleHit
from linkloop.engine.rule_proof import compare, prove
from linkloop.engine.rules import RuleModel, RuleTable, check, load

# Links name the questions that their tables answer.
SHIPPED = {question.__name__: question for link in installed_links() for question in link.asks}
LINKS = Path(__file__).parents[2] / "src" / "linkloop" / "links"


class ProbeAnswer(msgspec.Struct, frozen=True):
    """What the probe table answers."""

    cap: float
    note: str = "plain"


class RuleProbe(Question[ProbeAnswer], frozen=True, kw_only=True):
    """A question with a field of every kind that a table may ask for."""

    days: float = 0.0
    count: int = 0
    mood: Literal["angry", "calm"] = "calm"
    city: str = ""
    known: bool = False


FIELDS = ("days", "count", "mood", "city", "known")
Cells = dict[str, str]


def written(rows: list[Cells], tests: list[dict[str, Any]] | None = None, **block: Any) -> bytes:
    """A JDM file of rows `field → cell`, with `cap` and `note` as outputs."""
    inputs = [f for f in FIELDS if any(f in row for row in rows)]
    outputs = ["cap", *(["note"] if any("note" in row for row in rows) else [])]
    rules = [{"_id": f"r{n}", "_description": f"row {n}", **row} for n, row in enumerate(rows, 1)]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": f, "name": f, "field": f} for f in inputs],
        "outputs": [{"id": f, "name": f, "field": f} for f in outputs],
        "rules": rules,
    }
    file = {
        "nodes": [
            {"id": "i", "name": "i", "type": "inputNode", "position": {"x": 0, "y": 0}},
            {"id": "t", "name": "t", "type": "decisionTableNode", "position": {"x": 0, "y": 0}, "content": table},
            {"id": "o", "name": "o", "type": "outputNode", "position": {"x": 0, "y": 0}},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "i", "targetId": "t"},
            {"id": "b", "type": "edge", "sourceId": "t", "targetId": "o"},
        ],
        "linkloop": {
            "question": "RuleProbe",
            "title": {"en": "Probe", "zh": "探针"},
            "tests": tests or [{"name": "any", "given": {"days": -1e6}, "then": {"note": "plain"}}],
            **block,
        },
    }
    return msgspec.json.encode(file)


ROWS: list[Cells] = [
    {"days": ">= 3", "mood": '"angry"', "cap": "20"},
    {"days": "[1..3)", "mood": '"angry"', "cap": "10"},
    {"days": ">= 3", "cap": "days * 2", "note": '"long"'},
    {"cap": "0"},
]


def refused(body: bytes, code: str) -> LinkloopError:
    with pytest.raises(LinkloopError) as refusal:
        load(body, "probe.rules.json")
    assert refusal.value.code == code
    assert refusal.value.text.zh
    assert refusal.value.todo.en
    assert refusal.value.todo.zh
    return refusal.value


def test_the_first_row_that_fits_answers_and_rows_above_it_that_failed_by_one_condition_are_named() -> None:
    table = load(written(ROWS))
    given_ = table.evaluate(RuleProbe(days=3, mood="calm"))
    assert given_.value == ProbeAnswer(cap=6.0, note="long")
    assert given_.hits == (RuleHit(rule="r3", text="row 3"),)
    assert given_.near == (RuleHit(rule="r1", text="row 1", missed="mood"),)

    angry = table.evaluate(RuleProbe(days=2.999, mood="angry"))
    assert angry.value == ProbeAnswer(cap=10.0)
    assert [hit.rule for hit in angry.hits] == ["r2"]
    assert [(hit.rule, hit.missed) for hit in angry.near] == [("r1", "days")]

    far = table.evaluate(RuleProbe(days=0, mood="calm"))
    assert far.value == ProbeAnswer(cap=0.0)
    assert [(hit.rule, hit.missed) for hit in far.near] == [("r3", "days")]


def test_a_rule_table_is_a_model_whose_version_is_a_hash_of_what_it_says() -> None:
    table = load(written(ROWS, confidence=0.75))
    model = RuleModel(table)
    assert (model.card.name, model.card.question, model.card.driver) == ("rules:RuleProbe", "RuleProbe", "jdm")
    assert model.card.version == table.version
    assert len(table.version) == 12
    assert model.answer(RuleProbe(days=2, mood="angry")).confidence == 0.75

    spaced = msgspec.json.format(written(ROWS, confidence=0.75), indent=4)
    assert load(spaced).version == table.version
    other = [dict(row) for row in ROWS]
    other[0]["cap"] = "21"
    assert load(written(other, confidence=0.75)).version != table.version


def test_an_example_test_that_fails_keeps_the_table_from_going_live_and_names_test_row_and_column() -> None:
    tests = [
        {"name": "angry and late", "given": {"days": 4, "mood": "angry"}, "then": {"cap": 20}},
        {"name": "calm", "given": {"days": 4}, "then": {"cap": 9}},
    ]
    error = refused(written(ROWS, tests), "rules.test")
    assert error.text.en == "test calm: cap is 8.0 by row r3, and should be 9"
    assert error.where == "probe.rules.json, test calm, row r3, column cap"


def test_an_example_that_is_no_question_or_expects_an_unknown_field_is_refused() -> None:
    bad = [{"name": "x", "given": {"mood": "hungry"}, "then": {"cap": 0}}]
    assert refused(written(ROWS, bad), "rules.test").where == "probe.rules.json, test x"
    unknown = [{"name": "x", "given": {}, "then": {"discount": 0}}]
    assert refused(written(ROWS, unknown), "rules.test").where.endswith("column discount")


def test_a_table_without_tests_is_refused() -> None:
    body = msgspec.json.decode(written(ROWS))
    body["linkloop"]["tests"] = []
    refused(msgspec.json.encode(body), "rules.shape")


def test_a_table_that_leaves_a_case_unanswered_is_refused_with_the_case() -> None:
    error = refused(written([{"days": ">= 3", "cap": "1"}, {"days": "< 2", "cap": "0"}]), "rules.gap")
    assert error.text.en == "no row answers days = 2.0"
    error = refused(written([{"mood": '"angry"', "cap": "1"}]), "rules.gap")
    assert error.text.en == "no row answers mood = calm"


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ([{"days": "-", "cap": "1"}, {"cap": "0"}], "row r1, column days"),
        ([{"days": "> ", "cap": "1"}, {"cap": "0"}], "row r1, column days"),
        ([{"days": '"three"', "cap": "1"}, {"cap": "0"}], "row r1, column days"),
        ([{"mood": '"hungry"', "cap": "1"}, {"cap": "0"}], "row r1, column mood"),
        ([{"known": "1", "cap": "1"}, {"cap": "0"}], "row r1, column known"),
        ([{"city": "Berlin", "cap": "1"}, {"cap": "0"}], "row r1, column city"),
        ([{"days": "> rand(9)", "cap": "1"}, {"cap": "0"}], "row r1, column days"),
        ([{"days": '> number(date("now"))', "cap": "1"}, {"cap": "0"}], "row r1, column days"),
        ([{"days": "", "cap": "days * nosuch"}], "row r1, column cap"),
        ([{"days": "(" * 40 + "$" + ")" * 40 + " > 1", "cap": "1"}, {"cap": "0"}], "row r1, column days"),
    ],
)
def test_a_cell_that_zen_would_silently_never_hold_or_that_is_not_pure_is_refused(
    rows: list[Cells], where: str
) -> None:
    assert refused(written(rows), "rules.cell").where == f"probe.rules.json, {where}"


def test_columns_must_be_fields_and_rows_must_answer_every_field_without_a_default() -> None:
    body = written(ROWS).replace(b'"field":"days"', b'"field":"weeks"')
    assert refused(body, "rules.field").where == "probe.rules.json, column weeks"
    body = written(ROWS).replace(b'"field":"note"', b'"field":"cap"')
    assert refused(body, "rules.field").where == "probe.rules.json, column cap"
    assert refused(written([{"days": "", "cap": ""}]), "rules.output").where == "probe.rules.json, row r1"
    assert refused(written([{"days": "", "cap": '"much"'}]), "rules.output").where == "probe.rules.json, row r1"
    body = written(ROWS).replace(b'"_id":"r2"', b'"_id":"r1"')
    assert refused(body, "rules.row").where == "probe.rules.json, row 2"
    assert "RuleProbe" in refused(written(ROWS, question="Nothing"), "rules.question").todo.en


def hostile(change: str) -> bytes:
    file = msgspec.json.decode(written(ROWS))
    nodes = file["nodes"]
    match change:
        case "function":
            nodes[1] = {"id": "t", "type": "functionNode", "content": {"source": "export const handler = 1"}}
        case "http":
            nodes[0]["type"] = "httpNode"
        case "custom":
            nodes.append({"id": "c", "type": "customNode", "content": {"kind": "x"}})
        case "collect":
            nodes[1]["content"]["hitPolicy"] = "collect"
        case "loop":
            nodes[1]["content"]["executionMode"] = "loop"
        case "path":
            nodes[1]["content"]["inputField"] = "items"
        case "cell":
            nodes[1]["content"]["rules"][0]["cap"] = "1 + " * 400 + "1"
        case "rows":
            nodes[1]["content"]["rules"] *= 600
        case "tests":
            file["linkloop"]["tests"][0]["exec"] = "rm"
        case other:
            raise AssertionError(other)
    return msgspec.json.encode(file)


@pytest.mark.parametrize("change", ["function", "http", "custom", "collect", "loop", "path", "cell", "rows", "tests"])
def test_a_file_that_is_more_than_one_plain_table_is_refused(change: str) -> None:
    refused(hostile(change), "rules.shape")


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff\xfe", b"{", b"[" * 200_000, b"null"])
def test_what_is_not_a_table_at_all_is_refused(body: bytes) -> None:
    refused(body, "rules.shape")


def test_a_file_that_is_too_large_or_whose_nodes_are_not_joined_is_refused(tmp_path: Path) -> None:
    big = tmp_path / "big.rules.json"
    big.write_bytes(b" " * 1_000_001)
    with pytest.raises(LinkloopError, match=r"rules\.size.*\[big\.rules\.json\]"):
        load(big)
    file = msgspec.json.decode(written(ROWS))
    file["edges"][1]["targetId"] = "i"
    refused(msgspec.json.encode(file), "rules.graph")


@pytest.mark.parametrize("days", [float("nan"), float("inf"), 1e300])
def test_a_number_that_zen_would_not_take_is_refused_and_not_judged(days: float) -> None:
    table = load(written(ROWS))
    with pytest.raises(LinkloopError, match=r"rules\.input"):
        table.evaluate(RuleProbe(days=days))


def test_numbers_next_to_a_bound_are_judged_as_zen_decimals_are() -> None:
    table = load(written([{"days": "<= 0.3", "cap": "1"}, {"days": "> 0", "cap": "2"}, {"cap": "3"}]))
    for days in (0.1 + 0.2, 0.3, 0.30000000000000016, 0.29999999999999993, 1e-28, 1e-29, -1e-30, 5e-324, 0.0, -0.0):
        compare(table, RuleProbe(days=days))
    assert table.evaluate(RuleProbe(days=0.1 + 0.2)).hits[0].rule == "r1"


def test_overlaps_and_rows_that_can_never_answer_are_found_by_interval_logic() -> None:
    table = load(
        written(
            [
                {"days": "[0..10]", "cap": "1"},
                {"days": "[5..15]", "cap": "2"},
                {"days": "[6..9)", "mood": '"calm"', "cap": "3"},
                {"cap": "0"},
            ]
        )
    )
    found = [(finding.kind, finding.rows) for finding in check(table)]
    assert found == [("unreachable", ("r3",)), ("overlap", ("r1", "r2"))]
    overlap = check(table)[1]
    assert 5 <= overlap.example["days"] <= 10
    assert overlap.text.zh.startswith("第 r1 行和第 r2 行都符合")


def test_a_row_that_two_earlier_rows_cover_only_together_is_found_unreachable() -> None:
    rows = [{"count": "<= 3", "cap": "1"}, {"count": "> 3", "cap": "2"}, {"count": "[2..5]", "cap": "3"}]
    assert next((f.kind, f.rows) for f in check(load(written(rows)))) == ("unreachable", ("r3",))


def test_a_column_that_only_zen_can_read_needs_a_last_row_without_conditions() -> None:
    rows = [{"days": "> count + 1", "cap": "1"}, {"days": "<= count + 1", "cap": "0"}]
    refused(written(rows), "rules.gap")
    table = load(written([*rows, {"cap": "7"}]))
    assert table.evaluate(RuleProbe(days=5, count=3)).value == ProbeAnswer(1.0)
    assert table.evaluate(RuleProbe(days=4, count=3)).value == ProbeAnswer(0.0)
    assert prove(table, 50) == 1


numbers = st.sampled_from(["0", "1", "2.5", "-3", "7", "0.1", "100"])
number_cells = st.one_of(
    st.just(""),
    numbers,
    st.builds("{} {}".format, st.sampled_from([">", ">=", "<", "<=", "!=", "=="]), numbers),
    st.builds("{}{}..{}{}".format, st.sampled_from("[("), numbers, numbers, st.sampled_from("])")),
    st.builds("{}, {}".format, numbers, numbers),
    st.builds("> {}, [{}..{})".format, numbers, numbers, numbers),
    st.builds("> {} and < {}".format, numbers, numbers),
    st.builds("> count * {}".format, numbers),
    st.builds("not in [{}, {}]".format, numbers, numbers),
)
cities = st.sampled_from(["杭州", "York", "it's", "", "a,b", "[1..3]"])
city_cells = st.one_of(
    st.just(""),
    cities.map('"{}"'.format),
    st.builds('"{}", "{}"'.format, cities, cities),
    cities.map('!= "{}"'.format),
    cities.map('startsWith($, "{}")'.format),
)
row_cells = st.fixed_dictionaries(
    {
        "days": number_cells,
        "count": number_cells.filter(lambda cell: "count" not in cell),
        "city": city_cells,
        "known": st.sampled_from(["", "true", "false", "true, false"]),
        "mood": st.sampled_from(["", '"angry"', '!= "angry"', '"angry","calm"']),
        "cap": st.sampled_from(["1", "2.5", "count + 1", "-4", "max([days, 2])"]),
        "note": st.sampled_from(['"a"', "'b'", ""]),
    }
)
probes = st.builds(
    RuleProbe,
    days=st.one_of(st.sampled_from([0, 1, 2.5, -3, 7, 0.1, 100, 0.30000000000000004]), st.floats(-200, 200)),
    count=st.one_of(st.sampled_from([0, 1, 2, -3, 7, 100]), st.integers(-(10**6), 10**6)),
    mood=st.sampled_from(["angry", "calm"]),
    city=st.one_of(cities, st.text(max_size=3)),
    known=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(row_cells, min_size=1, max_size=7), st.lists(probes, min_size=1, max_size=12))
def test_any_table_answers_every_question_as_zen_engine_does(rows: list[Cells], asked: list[RuleProbe]) -> None:
    table = RuleTable(written([*rows, {"cap": "0"}]), "random")
    for question in asked:
        compare(table, question)


@settings(max_examples=60, deadline=None)
@given(st.lists(row_cells, min_size=1, max_size=6), probes)
def test_near_misses_are_the_rows_above_the_hit_that_fail_exactly_one_cell_of_their_own(
    rows: list[Cells], question: RuleProbe
) -> None:
    table = RuleTable(written([*rows, {"cap": "0"}]), "random")
    answer = table.evaluate(question)
    hit = table.rows.index(answer.hits[0].rule)
    expected: list[tuple[str, str]] = []
    for n, row in enumerate(rows[:hit]):
        failed = [
            field
            for field in FIELDS
            if row[field]
            and RuleTable(written([{field: row[field], "cap": "1"}, {"cap": "0"}]), "one").by_zen(question)[0] == "r2"
        ]
        if len(failed) == 1:
            expected.append((f"r{n + 1}", failed[0]))
    assert [(near.rule, near.missed) for near in answer.near] == expected


@pytest.mark.parametrize("path", sorted(LINKS.glob("**/*.rules.json")), ids=lambda path: path.name)
def test_every_table_that_ships_goes_live_and_equals_zen_on_every_region_of_values(path: Path) -> None:
    table = load(path)
    assert table.question is SHIPPED[table.question.__name__]
    count = prove(table, 4000)
    assert count >= len(table.rows)
    assert not [f for f in check(table) if f.kind in ("gap", "unreachable", "unproven")]


def test_the_replenish_table_answers_with_its_reason() -> None:
    table = load(LINKS / "stock" / "replenish.rules.json")
    question = ReplenishPolicy(
        days_of_cover=0.5, lead_time_days=7, units_per_day=4, volatility=0.7, margin=0.52, spiking=False
    )
    answer = table.evaluate(question)
    assert answer.value == ReplenishAdvice(order=True, service_level=0.99, expedite=True)
    assert answer.hits[0].rule == "star-short"
    assert ("spike-short", "spiking") in [(near.rule, near.missed) for near in answer.near]
