"""`linkloop up`: starts a shop and its page, says no in time, and ends cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from linkloop.faces.cli.words import say, speak
from tests.faces.cli.calling import call
from tests.faces.cli.test_running import PROGRAM


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(folder: str, *args: str) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    """A shop that runs in a process of its own, and what it said when it was ready."""
    program = subprocess.Popen(
        [*PROGRAM, "--folder", folder, "--json", "up", "--port", str(free_port()), *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    try:
        assert program.stdout is not None
        said = b""
        while not said.endswith(b"}\n"):
            line = program.stdout.readline()
            assert line, program.communicate()[1].decode()
            said += line
        yield program, json.loads(said)
    finally:
        program.kill()
        program.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_shop_starts_answers_and_stops_cleanly(shop, number):
    with running(shop, "--no-town") as (program, told):
        assert told["folder"] == shop
        assert told["pid"] == program.pid
        assert httpx.get(told["url"] + "/healthz").status_code == 200
        assert httpx.get(told["url"] + "/").headers["content-type"].startswith("text/html")
        second = call("--folder", shop, "up", "--port", str(free_port()))
        assert second.code == 3
        assert f"this shop is already running (process {program.pid})" in second.err
        held = call("--folder", shop, "decisions", "--status", "held", "--json").json()["items"]
        assert call("--folder", shop, "decisions", held[0]["id"], "--refuse", "--by", "li").code == 0
        program.send_signal(number)
        out, errors = program.communicate(timeout=60)
        assert program.returncode == 0
        assert out == b""
        assert errors.decode().splitlines()[-2:] == ["Stopping …", "Stopped."]
    assert call("--folder", shop, "verify", "--json").json()["rows"] == 4


def test_a_port_that_is_taken_is_named_with_a_free_one_and_nothing_is_made(tmp_path):
    folder = tmp_path / "none"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        called = call("--folder", str(folder), "up", "--port", str(port))
    assert (called.code, called.out) == (3, "")
    assert f"127.0.0.1:{port} — port {port} is taken by another program — " in called.err
    free = int(called.err.rpartition("--port ")[2].rstrip("`.\n"))
    assert port < free <= port + 20
    assert not folder.exists()


def test_an_address_that_others_reach_needs_a_token(tmp_path, monkeypatch):
    monkeypatch.delenv("LINKLOOP_TOKEN", raising=False)
    folder = tmp_path / "none"
    called = call("--folder", str(folder), "up", "--host", "0.0.0.0", "--port", str(free_port()))
    assert called.code == 3
    assert "no token is set" in called.err
    assert not folder.exists()


@pytest.mark.slow
def test_the_town_runs_and_its_history_is_taken_in(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "linkloop.toml").write_text("[town]\norders_per_day = 50\nhistory_days = 2\n")
    with running(str(folder), "--speed", "3600") as (program, _):
        count = call("--folder", str(folder), "sql", "SELECT count(*) > 20 AS n FROM orders", "--csv").out
        assert count == "n\ntrue\n"
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=100) == 0


def test_what_is_shown_where_a_token_is_set_does_not_show_it():
    speak("en")
    assert say("up.token", url="http://h:1") == "A token is set: open http://h:1/?token=<token> once in your browser."


def test_the_lock_of_a_dead_process_does_not_keep_the_shop_closed(shop):
    (Path(shop) / "running.lock").write_text("999999")
    with running(shop, "--no-town") as (program, _):
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=60) == 0
