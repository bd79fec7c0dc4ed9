"""sql, ask, verify, replay, map, doctor, config, import: each answers a person and a program, and says no well."""

from __future__ import annotations

import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import linkloop
from linkloop.app.settings import load
from tests.faces.cli.calling import call

GATE = {"holds": [], "limits": []}


# -- sql
def test_sql_answers_with_an_aligned_table(shop):
    called = call("--folder", shop, "sql", "SELECT title, price AS fen FROM products ORDER BY product_id")
    assert called.code == 0
    assert called.out.splitlines() == ["title     fen", "──────  ─────", "高跟鞋  19900", "Tea"]
    assert re.fullmatch(r"2 rows, \d+ ms\n", called.err)


def test_sql_answers_with_csv_and_json(shop):
    query = "SELECT title, price FROM products ORDER BY product_id"
    assert call("--folder", shop, "sql", query, "--csv").out == "title,price\n高跟鞋,19900\nTea,\n"
    kinds = "SELECT true AS a, NULL AS b, DATE '2026-11-11' AS c, [1, 2] AS d, 'x,\"y\"' AS e"
    assert call("--folder", shop, "sql", kinds, "--csv").out.splitlines()[1] == 'true,,2026-11-11,"[1,2]","x,""y"""'
    told = call("--folder", shop, "sql", query, "--json").json()
    assert (told["columns"], told["rows"], told["truncated"]) == (
        ["title", "price"],
        [["高跟鞋", 19900], ["Tea", None]],
        False,
    )


def test_sql_reads_a_file_and_standard_input(shop, tmp_path, monkeypatch):
    import io

    file = tmp_path / "q.sql"
    file.write_text("\ufeffSELECT count(*) AS n FROM products", encoding="utf-8")
    assert call("--folder", shop, "sql", f"@{file}", "--csv").out == "n\n2\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 1 AS one"))
    assert call("--folder", shop, "sql", "-", "--csv").out == "one\n1\n"
    gone = call("--folder", shop, "sql", f"@{tmp_path / 'gone.sql'}")
    assert (gone.code, gone.out) == (3, "")
    assert "gone.sql — the file cannot be read: No such file or directory — Check the path" in gone.err


def test_sql_says_that_there_are_more_rows(shop):
    called = call("--folder", shop, "sql", "SELECT * FROM range(5)", "--max-rows", "2")
    assert called.out.split() == ["range", "─────", "0", "1"]
    assert "more rows than 2" in called.err


@pytest.mark.parametrize(
    "query", ["DROP TABLE products", "SELECT * FROM read_csv('/etc/passwd')", "SELEC 1", "FROM nothing_such"]
)
def test_sql_that_may_not_run_is_refused_in_one_line(shop, query):
    called = call("--folder", shop, "sql", query)
    assert (called.code, called.out) == (3, "")
    assert called.err.startswith("Not done: ")
    assert "Traceback" not in called.err


def test_an_error_is_json_for_a_program(shop):
    called = call("--folder", shop, "sql", "DROP TABLE products", "--json", "--lang", "zh")
    assert (called.code, called.out) == (3, "")
    told = json.loads(called.err)["error"]
    assert set(told) == {"code", "where", "text", "todo"}
    assert told["code"].startswith("sql.")


# -- ask
def test_ask_answers_with_the_model_behind_it(shop):
    called = call("--folder", shop, "ask", "Understand", "text=我的快递到哪了？", "--json").json()
    assert called["value"]["intents"][0]["intent"] == "where_is_parcel"
    assert called["model"] == "messages"
    shown = call("--folder", shop, "ask", "Understand", "text=我的快递到哪了？")
    assert "where_is_parcel" in shown.out


def test_ask_shows_the_rule_that_a_table_went_by(shop):
    fields = (
        "days_of_cover=1.5",
        "lead_time_days=5",
        "units_per_day=12",
        "volatility=0.8",
        "margin=0.4",
        "spiking=true",
    )
    told = call("--folder", shop, "ask", "ReplenishPolicy", *fields, "--json").json()
    assert told["value"] == {"order": True, "service_level": 0.98, "expedite": True, "fixed": False}
    assert told["hits"] != []


def test_ask_needs_no_shop_and_makes_none(tmp_path):
    folder = tmp_path / "none"
    called = call("--folder", str(folder), "ask", "--list", "--json")
    assert {"Understand", "ReplenishPolicy"} <= {one["name"] for one in called.json()}
    assert not folder.exists()


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("Nope",), 3),
        (("Understand", "text"), 2),
        (("Understand", "nope=1"), 2),
        (("Understand",), 3),
        (("Understand", "=x"), 2),
        ((), 2),
    ],
)
def test_a_wrong_question_is_told(shop, args, code):
    called = call("--folder", shop, "ask", *args)
    assert (called.code, called.out) == (code, "")


# -- verify
def test_verify_proves_the_ledger_and_prints_a_head_that_proves_more(shop):
    told = call("--folder", shop, "verify", "--json").json()
    assert (told["rows"], told["bad_seq"], len(told["head"])) == (3, 0, 64)
    assert call("--folder", shop, "verify", "--head", told["head"]).code == 0
    cut = call("--folder", shop, "verify", "--head", "0" * 63 + "1")
    assert cut.code == 1
    assert call("--folder", shop, "verify", "--head", "xyz").code == 2


@pytest.mark.parametrize(
    "change",
    [
        # The body of a ledger's row stands in the log.
        "UPDATE log SET body = CAST(replace(body, 'held', 'done') AS BLOB)"
        " WHERE offset = (SELECT offset FROM ledger WHERE seq = 2)",
        "UPDATE ledger SET body = CAST('{}' AS BLOB) WHERE seq = 2",
        "UPDATE ledger SET body = 'text' WHERE seq = 2",
        "UPDATE ledger SET offset = (SELECT offset FROM ledger WHERE seq = 1) WHERE seq = 2",
        "UPDATE ledger SET at = at + 1 WHERE seq = 2",
        "DELETE FROM log WHERE offset = (SELECT offset FROM ledger WHERE seq = 2)",
    ],
)
def test_verify_names_the_first_row_that_was_changed(shop, change):
    with sqlite3.connect(Path(shop) / "log.db") as raw:
        assert raw.execute(change).rowcount == 1
    called = call("--folder", shop, "verify")
    assert called.code == 1
    assert called.out.startswith("The ledger is broken at row 2 (1 rows before it hold): ")
    assert call("--folder", shop, "verify", "--json").json()["bad_seq"] == 2


# -- replay
def test_a_replay_without_changes_changes_nothing(shop):
    told = call("--folder", shop, "replay", "--json").json()
    assert (told["changed"], told["before"]) == (0, told["after"])


def test_a_replay_with_a_laxer_gate_shows_what_would_have_gone_out(shop, tmp_path):
    gate = tmp_path / "gate.json"
    gate.write_text(json.dumps(GATE))
    told = call("--folder", shop, "replay", "--gate", str(gate), "--json").json()
    assert (told["changed"], told["cases_changed"]) == (3, 3)
    assert {tuple(one["fields"]) for one in told["changes"]} == {("status",)}
    shown = call("--folder", shop, "replay", "--gate", str(gate), "--limit", "1")
    assert "0 → 3" in shown.out
    assert "and 2 more" in shown.err
    held = call("--folder", shop, "decisions", "--status", "held", "--json").json()["items"]
    assert len(held) == 3  # nothing was written


def test_a_gate_may_be_toml_and_a_wrong_one_is_named(shop, tmp_path):
    good, bad = tmp_path / "gate.toml", tmp_path / "bad.json"
    good.write_text('[gate]\nforbidden = ["Reply"]\n')
    bad.write_text('{"limits": 3}')
    assert call("--folder", shop, "replay", "--gate", str(good), "--json").json()["after"][0]["refused"] == 3
    called = call("--folder", shop, "replay", "--gate", str(bad))
    assert called.code == 3
    assert "bad.json — not a gate policy" in called.err


def test_a_wrong_decision_table_is_named_before_anything_is_replayed(shop, tmp_path):
    table = tmp_path / "x.rules.json"
    table.write_text("{}")
    called = call("--folder", shop, "replay", "--rules", str(table))
    assert (called.code, called.out) == (3, "")
    assert "x.rules.json" in called.err


def test_a_decision_table_from_a_file_is_used(shop, tmp_path):
    shipped = Path(linkloop.__file__).parent / "links" / "service" / "remedy.rules.json"
    told = call("--folder", shop, "replay", "--rules", str(shipped), "--json").json()
    assert (told["changed"], sum(one["decisions"] for one in told["after"])) == (0, 3)


def test_a_period_counts_in_the_shops_zone_and_a_day_is_whole(shop):
    def decided(*args: str) -> int:
        return sum(tally["decisions"] for tally in call("--folder", shop, "replay", "--json", *args).json()["before"])

    assert decided("--from", "2036-11-11", "--to", "2036-11-11") == 3
    assert decided("--from", "2036-11-11T20:01") == 2  # 12:01 UTC
    assert decided("--to", "2036-11-11T12:01:00+00:00") == 1
    assert decided("--to", "2036-11-10") == 0
    assert call("--folder", shop, "replay", "--from", "yesterday").code == 2


def test_one_decision_is_executed_again_to_the_same_bytes(shop):
    one = call("--folder", shop, "decisions", "--json").json()["items"][0]["id"]
    called = call("--folder", shop, "replay", "--decision", one)
    assert (called.code, called.out) == (0, f"{one} comes out the same, byte for byte.\n")
    assert call("--folder", shop, "replay", "--decision", one, "--from", "2036-11-11").code == 2


def test_one_decision_that_comes_out_differently_says_where(shop):
    one = call("--folder", shop, "decisions", "--json").json()["items"][0]["id"]
    toml = Path(shop) / "linkloop.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("2.0", "0.0"), encoding="utf-8")
    called = call("--folder", shop, "replay", "--decision", one)
    assert called.code == 1
    assert "comes out differently" in called.out
    assert {line.split()[0] for line in called.out.splitlines()[3:]} == {"checks", "status"}


# -- map
def test_the_map_needs_no_shop_and_makes_none(tmp_path):
    folder = tmp_path / "none"
    edges = call("--folder", str(folder), "map", "--json").json()
    assert {"speaker": "sim", "word": "OrderPlaced", "hearer": "stock", "how": "event"} in edges
    assert not folder.exists()


def test_the_map_draws_in_every_form(shop):
    folder = shop
    edges = call("--folder", folder, "map", "--format", "json").json()
    words = {edge["word"] for edge in edges}
    text = call("--folder", folder, "map").out
    assert {line.split()[0] for line in text.splitlines()[2:]} == words
    mermaid = call("--folder", folder, "map", "--format", "mermaid").out
    assert mermaid.startswith("flowchart LR\n")
    assert all(word in mermaid for word in words)
    dot = call("--folder", folder, "map", "--format", "dot").out
    assert dot.startswith("digraph linkloop {\n")
    assert dot.rstrip().endswith("}")
    assert dot.count(" -> ") == len(edges)
    drawn = ET.fromstring(call("--folder", folder, "map", "--format", "svg").out)
    labels = [node.text for node in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert words <= set(labels)
    curves = list(drawn.iter("{http://www.w3.org/2000/svg}path"))
    by_word = {word: [e for e in edges if e["word"] == word] for word in words}
    assert len(curves) == sum(len({e["speaker"] for e in s}) + len({e["hearer"] for e in s}) for s in by_word.values())


def test_an_action_that_no_link_decides_comes_from_a_person(tmp_path):
    lines = call("--folder", str(tmp_path / "none"), "map").out.splitlines()
    (line,) = [line for line in lines if line.startswith("CancelReplenish")]
    assert re.split(r"  +", line) == ["CancelReplenish", "action", "a person", "sim"]


# -- doctor
def test_doctor_finds_a_sound_shop_sound(shop):
    called = call("--folder", shop, "doctor")
    assert called.code == 0
    assert "ERROR" not in called.out


def test_doctor_finds_a_changed_ledger(shop):
    with sqlite3.connect(Path(shop) / "log.db") as raw:
        raw.execute("UPDATE ledger SET at = at + 1 WHERE seq = 1")
    called = call("--folder", shop, "doctor", "--lang", "zh")
    assert called.code == 1
    assert "错误  账本" in called.out
    assert [one["verdict"] for one in call("--folder", shop, "doctor", "--json").json() if one["name"] == "ledger"] == [
        "error"
    ]


# -- config
def test_config_shows_where_every_value_comes_from(shop, monkeypatch):
    monkeypatch.setenv("LINKLOOP_PORT", "9100")
    monkeypatch.setenv("LINKLOOP_TOWN_SEED", "7")
    told = {one["name"]: one for one in call("--folder", shop, "config", "show", "--json").json()["settings"]}
    assert {
        name: (told[name]["value"], told[name]["from"]) for name in ("port", "town.seed", "name", "host", "folder")
    } == {
        "port": (9100, "environment"),
        "town.seed": (7, "environment"),
        "name": ("试店", "file"),
        "host": ("127.0.0.1", "default"),
        "folder": (shop, "option"),
    }
    assert told["town.enabled"]["from"] == "file"
    assert told["port"]["variable"] == "LINKLOOP_PORT"


def test_every_setting_has_its_meaning_in_both_languages(shop):
    told = call("--folder", shop, "config", "show", "--json").json()["settings"]
    assert all(one["meaning"]["en"] and one["meaning"]["zh"] for one in told)
    assert {"folder", "token", "town.speed", "channels.webhooks_in", "gate.limits"} <= {one["name"] for one in told}


def test_secrets_are_not_shown(shop, monkeypatch):
    monkeypatch.setenv("LINKLOOP_TOKEN", "very-secret-token")
    toml = Path(shop) / "linkloop.toml"
    secret = "[channels.webhooks_in]\nerp = 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0'\n"
    secret += "[channels.webchat]\ncustomer_secret = 'very-secret-token-of-thirty-two-bytes'\n"
    secret += "[channels.platforms.bot]\nkind = 'telegram'\ntoken = '1:very-secret-token'\nmode = 'polling'\n"
    secret += "[channels.platforms.strange]\nkind = 'telegraph'\nwire = 'very-secret-token'\n"
    toml.write_text(toml.read_text(encoding="utf-8").replace("[[gate", secret + "[[gate"), encoding="utf-8")
    for args in ((), ("--json",)):
        called = call("--folder", shop, "config", "show", *args)
        assert called.code == 0
        assert "very-secret-token" not in called.out
        assert "whsec_" not in re.sub(r"whsec_…", "", called.out)
        assert "erp" in called.out
        assert '"mode":"polling"' in called.out.replace(" ", "")


def test_a_wrong_setting_names_its_file_and_field(shop):
    (Path(shop) / "linkloop.toml").write_text("prot = 1\n")
    called = call("--folder", shop, "config", "show")
    assert called.code == 3
    assert "linkloop.toml" in called.err
    assert "prot" in called.err


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("start = '2023-11-04'", "2023-11-04T09:00:00+08:00"), ("start = 2023-11-04", "2023-11-04T09:00:00+08:00"),
        ("start = '2023-11-04T21:30'", "2023-11-04T21:30:00+08:00"),
        ("start = 2023-11-04T00:00:00Z", "2023-11-04T00:00:00+00:00"), ("seed = 2", None),
    ],
)  # fmt: skip
def test_a_town_may_begin_on_any_day_of_this_century(shop, monkeypatch, line, moment):
    toml = Path(shop) / "linkloop.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("[town]", f"[town]\n{line}"), encoding="utf-8")
    found = load(shop, {}).town_start()
    assert (found and found.isoformat()) == moment
    monkeypatch.setenv("LINKLOOP_TOWN_START", "2024-02-29")
    assert str(load(shop).town_start()) == "2024-02-29 09:00:00+08:00"


@pytest.mark.parametrize("start", ["2023-11-31", "Double 11", "1999-12-31", "2100-01-01"])
def test_a_town_that_would_begin_on_no_day_is_refused(shop, start):
    toml = Path(shop) / "linkloop.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("[town]", f"[town]\nstart = '{start}'"), encoding="utf-8")
    called = call("--folder", shop, "config", "show")
    assert (called.code, called.out) == (3, "")
    assert f"town.start: '{start}' is " in called.err


# -- import
def test_import_tells_what_it_took_the_columns_for_and_what_became_of_every_row(tmp_path):
    file = tmp_path / "订单.csv"
    rows = "订单号,商品编号,数量,单价,下单时间\nA1,S1,2,12.50,2026-11-01 10:00\nA2,S2,x,3.00,2026-11-01 11:00\n"
    file.write_bytes(rows.encode("gb18030"))
    folder = str(tmp_path / "shop")
    dry = call("--folder", folder, "import", str(file), "--dry-run", "--lang", "zh")
    assert dry.code == 0
    assert "“数量”是 quantity 的常用名" in dry.out
    assert "试运行" in dry.out
    called = call("--folder", folder, "import", str(file))
    assert called.code == 0
    assert "Rows in 2 = kept 1 + quarantined 1" in called.out
    assert "quarantined 1: not a number" in called.out
    assert call("--folder", folder, "sql", "SELECT order_id, quantity FROM order_lines", "--csv").out == (
        "order_id,quantity\nA1,2\n"
    )
    (bad,) = Path(folder).glob("quarantine/**/*.csv")
    bad.write_text(bad.read_text(encoding="utf-8-sig").replace(",x,", ",5,"), encoding="utf-8-sig")
    again = call("--folder", folder, "import", "--readmit", str(bad), "--json")
    assert [(r["rows_in"], r["rows_kept"], r["rows_quarantined"]) for r in again.json()] == [(1, 1, 0)]
    assert call("--folder", folder, "sql", "SELECT sum(quantity) AS n FROM order_lines", "--csv").out == "n\n7\n"


def test_import_of_a_file_that_is_not_there_is_refused(tmp_path):
    called = call("--folder", str(tmp_path / "shop"), "import", str(tmp_path / "none.csv"))
    assert called.code == 3
    assert "there is no such file or folder — Check the path." in called.err


def test_import_of_a_file_that_cannot_be_read_is_a_problem_that_keeps_no_other_file_out(tmp_path):
    good, bad = tmp_path / "in" / "a.csv", tmp_path / "in" / "b.xlsx"
    good.parent.mkdir()
    good.write_text("商品编号,商品名称\nS1,茶\n", encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04 not a workbook")
    called = call("--folder", str(tmp_path / "shop"), "import", str(good.parent), "--json")
    assert called.code == 1
    files = {file["file"]: file for file in called.json()[0]["files"]}
    assert files["a.csv"]["rows_kept"] == 1
    assert files["b.xlsx"]["problem"]["code"].startswith("file.")


def test_readmit_and_dry_run_do_not_go_together(tmp_path):
    assert call("--folder", str(tmp_path), "import", "--readmit", "--dry-run", "x.csv").code == 2
