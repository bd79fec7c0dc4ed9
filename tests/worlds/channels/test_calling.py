"""Calls to a platform: what certainly sent nothing is told apart from what nobody knows, and no token is ever told."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator

import httpx
import pytest

from linkloop.worlds.channels.calling import Caller
from linkloop.worlds.channels.platform import NotSent
from tests.worlds.channels.doubles.serving import Answer, Double, Request

TOKEN = "4711-very-secret"


class Echo(Double):
    def handle(self, request: Request) -> Answer:
        if request.path.endswith("/moved"):
            return Answer({}, 302, {"location": "http://127.0.0.1:1/elsewhere"})
        if request.path.endswith("/huge"):
            return Answer(b"x" * (9 << 20))
        return Answer({"got": request.json(), "query": request.query})


@pytest.fixture
def echo() -> Iterator[Echo]:
    one = Echo()
    yield one
    one.close()


def test_a_call_brings_what_was_answered(echo: Echo) -> None:
    call = Caller(echo.url + "/", 5)
    said = call("POST", "/a", json={"text": "在吗"}, query={"q": "1"}, headers={"x-y": "z"})
    assert (said.status, said.body) == (200, '{"got": {"text": "在吗"}, "query": {"q": "1"}}'.encode())
    assert echo.requests[0].headers["x-y"] == "z"
    call.close()
    with pytest.raises(NotSent):
        call("POST", "/a")


def test_what_never_left_is_certain_and_what_was_cut_off_is_not(echo: Echo) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{one.getsockname()[1]}"
    with pytest.raises(NotSent):
        Caller(nobody, 5)("POST", "/a")
    call = Caller(echo.url, 5)
    echo.fail("drop")
    with pytest.raises(httpx.HTTPError):
        call("POST", "/a")
    late = echo.fail("late")
    with pytest.raises(httpx.ReadTimeout):
        call("POST", "/a", timeout_s=0.1)
    late.gate.set()


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), ("999999999999", 3600.0), ("soon", 0.0), ("²", 0.0)])
def test_a_busy_platform_says_how_long(echo: Echo, header: str, wait: float) -> None:
    echo.fail("answer", "", Answer({}, 429, {"retry-after": header}))
    with pytest.raises(NotSent) as busy:
        Caller(echo.url, 5)("POST", "/a")
    assert busy.value.wait_s == wait


def test_redirects_are_not_followed_and_huge_answers_not_kept(echo: Echo) -> None:
    call = Caller(echo.url, 5)
    assert call("POST", "/moved").status == 302
    assert echo.paths() == ["/moved"]
    with pytest.raises(httpx.HTTPError):
        call("GET", "/huge")


def test_secrets_in_addresses_are_neither_logged_nor_raised(echo: Echo, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "httpx")
    call = Caller(echo.url, 5, secrets=(TOKEN,))
    call("GET", f"/bot{TOKEN}/x", query={"access_token": "made-an-hour-ago"})
    assert "/bot***/x?***" in caplog.text
    assert TOKEN not in caplog.text
    assert "made-an-hour-ago" not in caplog.text
    echo.fail("drop")
    with pytest.raises(httpx.HTTPError) as cut:
        call("GET", f"/bot{TOKEN}/x", query={"access_token": "made-an-hour-ago"})
    assert TOKEN not in repr(cut.value)
