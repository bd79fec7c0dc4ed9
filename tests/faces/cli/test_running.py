"""Running: exit codes, one line for every failure, nothing on stdout that is not the answer, and a light start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from linkloop.core.errors import Refused
from linkloop.core.text import Text
from linkloop.faces.cli.commands import root
from linkloop.faces.cli.session import Session
from tests.faces.cli.calling import call

PROGRAM = [sys.executable, "-c", "import sys; from linkloop.faces.cli import main; sys.exit(main())"]
HEAVY = ("sqlalchemy", "duckdb", "pyarrow", "polars", "numpy", "deltalake", "litestar", "uvicorn", "zen", "httpx")


def process(*args: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command line in a process of its own, as a shell runs it."""
    return subprocess.run(
        [*PROGRAM, *args], capture_output=True, timeout=100, env={**os.environ, **environment}, check=False
    )


@pytest.mark.parametrize(
    "args", [("--help",), ("up", "--help"), ("config", "show", "--help"), ("--version",), ("nope",)]
)
def test_nothing_heavy_is_imported_before_a_command_needs_it(args):
    code = f"""
import sys
from linkloop.faces.cli import main
main({list(args)!r})
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_help_is_in_the_language_of_the_environment():
    done = process("--help", LC_ALL="zh_CN.UTF-8", LINKLOOP_LANGUAGE="")
    assert done.returncode == 0
    assert done.stdout.decode().startswith("用法: linkloop [选项] 命令 …\n")
    assert done.stderr == b""


@pytest.mark.parametrize("name", ["", *root.commands])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_command_has_help_in_both_languages_without_the_other(name, lang):
    called = call(*([name] if name else []), "--help", "--lang", lang)
    assert called.code == 0
    ours = ("Usage:", "Options:", "Show this message") if lang == "zh" else ("用法", "选项", "显示本说明")
    assert [word for word in ours if word in called.out] == []
    assert ("--folder" in called.out, "--json" in called.out, "--lang [zh|en]" in called.out) == (True, True, True)


def test_without_a_command_it_shows_what_there_is():
    called = call()
    assert (called.code, called.out) == (2, "")
    assert all(name in called.err for name in root.commands)


def test_a_shell_can_complete_it():
    done = process("", _LINKLOOP_COMPLETE="bash_complete", COMP_WORDS="linkloop dec", COMP_CWORD="1")
    assert (done.returncode, done.stdout) == (0, b"plain,decisions\n")


def test_options_of_all_commands_stand_before_or_after_the_name(shop):
    before = call("--json", "--folder", shop, "verify")
    after = call("verify", "--json", "--folder", shop)
    assert before == after
    assert before.json()["rows"] == 3


def test_a_usage_error_is_told_on_stderr_in_the_readers_language():
    called = call("decisions", "--limt", "3", "--lang", "zh")
    assert (called.code, called.out) == (2, "")
    assert "错误：没有选项 '--limt'。" in called.err


def test_where_there_is_no_shop_it_says_so_and_makes_none(tmp_path):
    folder = tmp_path / "none"
    called = call("--folder", str(folder), "sql", "SELECT 1")
    assert (called.code, called.out) == (3, "")
    assert called.err == (
        f"Not done: {folder} — there is no shop in {folder} — Start one with `linkloop up`, fill one with "
        "`linkloop import`, or name its folder with --folder.\n"
    )
    assert not folder.exists()


def raising(monkeypatch, error: BaseException) -> None:
    def fail(self: Session) -> None:
        raise error

    monkeypatch.setattr(Session, "settings", fail)


def test_a_refusal_says_where_what_and_what_to_do(monkeypatch):
    raising(monkeypatch, Refused("x.no", Text(en="no", zh="不行"), Text(en="Try b.", zh="请用 b。"), where="a.csv:3"))
    assert call("verify")[::2] == (3, "Not done: a.csv:3 — no — Try b.\n")
    assert call("verify", "--lang", "zh").err == "未执行：a.csv:3 — 不行 — 请用 b。\n"
    told = json.loads(call("verify", "--json", "--lang", "zh").err)
    assert told == {"error": {"code": "x.no", "where": "a.csv:3", "text": "不行", "todo": "请用 b。"}}


def test_an_interrupt_is_no_traceback(monkeypatch):
    raising(monkeypatch, KeyboardInterrupt())
    assert call("verify") == (130, "", "\nInterrupted.\n")


def test_a_fault_is_one_line_and_its_traceback_is_kept(monkeypatch, tmp_path):
    raising(monkeypatch, RuntimeError("boom\nsecond line"))
    called = call("verify", "--folder", str(tmp_path))
    assert (called.code, called.out) == (4, "")
    (line,) = called.err.splitlines()
    assert line.startswith("Linkloop itself failed (RuntimeError: boom). Please report it with ")
    log = Path(line.rpartition(" ")[2])
    assert log.parent == tmp_path / "faults"
    assert log.stat().st_mode & 0o077 == 0
    assert "RuntimeError: boom" in log.read_text(encoding="utf-8")
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_a_reader_that_goes_away_is_no_fault(shop):
    program = subprocess.Popen(
        [*PROGRAM, "--folder", shop, "sql", "SELECT * FROM range(200000)", "--max-rows", "200000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert program.stdout is not None
    assert program.stderr is not None
    assert program.stdout.readline() == b" range\n"
    program.stdout.close()
    errors = program.stderr.read()
    assert program.wait(timeout=100) == 141
    assert errors == b""


def test_json_is_utf8_in_a_terminal_of_another_encoding(shop):
    query = "SELECT title FROM products WHERE product_id = 'SKU-1'"
    done = process("--folder", shop, "sql", query, "--json", "--lang", "zh", PYTHONIOENCODING="gbk")
    assert json.loads(done.stdout.decode("utf-8"))["rows"] == [["高跟鞋"]]
    shown = process("--folder", shop, "sql", "SELECT '高😀跟'", "--lang", "zh", PYTHONIOENCODING="gbk")
    assert shown.returncode == 0
    assert shown.stdout.splitlines()[-1] == "高?跟".encode("gbk")


def test_the_language_of_the_settings_counts_unless_an_option_says_another(shop):
    toml = Path(shop) / "linkloop.toml"
    toml.write_text('language = "zh"\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
    assert process("--folder", shop, "verify", LC_ALL="C.UTF-8").stdout.decode().startswith("账本完好：3 行")
    assert call("--folder", shop, "verify", "--lang", "en").out.startswith("The ledger holds: 3 rows")
