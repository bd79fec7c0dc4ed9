"""Idempotent answers."""

from __future__ import annotations

import asyncio

import pytest

from linkloop.core.errors import Conflict, Refused
from linkloop.core.text import Text
from linkloop.faces.api.once import Once

NO = Refused("no", Text(en="no", zh="否"))


class Counting:
    def __init__(self, *outcomes: object) -> None:
        self.outcomes = list(outcomes)
        self.calls = 0

    async def __call__(self) -> object:
        self.calls += 1
        await asyncio.sleep(0)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def test_concurrent_retries_share_one_call() -> None:
    async def run() -> None:
        once, work = Once(), Counting("first")
        assert await asyncio.gather(*(once("a", "k", {"x": 1}, work) for _ in range(5))) == ["first"] * 5
        assert work.calls == 1

    asyncio.run(run())


def test_other_scopes_and_empty_keys_are_apart() -> None:
    async def run() -> None:
        once, work = Once(), Counting(1, 2, 3, 4)
        said = [await once(scope, key, None, work) for scope, key in (("a", "k"), ("b", "k"), ("a", ""), ("a", ""))]
        assert said == [1, 2, 3, 4]

    asyncio.run(run())


def test_another_body_is_a_conflict() -> None:
    async def run() -> None:
        once, work = Once(), Counting(1)
        await once("a", "k", {"x": 1}, work)
        with pytest.raises(Conflict, match=r"idempotency\.reused"):
            await once("a", "k", {"x": 2}, work)
        assert work.calls == 1

    asyncio.run(run())


def test_a_refusal_is_kept_and_a_fault_is_tried_again() -> None:
    async def run() -> None:
        once, refusing = Once(), Counting(NO)
        for _ in range(2):
            with pytest.raises(Refused):
                await once("a", "k", None, refusing)
        faulty = Counting(OSError("disk"), "fine")
        with pytest.raises(OSError, match="disk"):
            await once("b", "k", None, faulty)
        assert await once("b", "k", None, faulty) == "fine"

    asyncio.run(run())


def test_a_caller_that_hangs_up_does_not_stop_the_work() -> None:
    async def run() -> None:
        once, work = Once(), Counting("done")
        caller = asyncio.create_task(once("a", "k", None, work))
        await asyncio.sleep(0)
        caller.cancel()
        assert await once("a", "k", None, work) == "done"
        assert work.calls == 1

    asyncio.run(run())


def test_the_oldest_are_forgotten_first() -> None:
    async def run() -> None:
        once, work = Once(room=2), Counting(1, 2, 3, 4)
        for key in ("k1", "k2", "k3"):
            await once("a", key, None, work)
        assert (await once("a", "k3", None, work), await once("a", "k1", None, work)) == (3, 4)

    asyncio.run(run())
