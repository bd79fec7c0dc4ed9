"""Attempts: wrong passwords make whoever tries wait, longer each time; others cannot lock a person out for long."""

from __future__ import annotations

from collections.abc import Callable

from linkloop.core.text import Text
from linkloop.faces.api.problems import too_many
from linkloop.faces.api.rates import Backoff


class Attempts:
    """Failures count thrice: of a name from an address (a forgotten password, or one guesser), of an address (one
    guesser, many names), and of a name from anywhere (many guessers), which waits a minute at most, so that guessing
    cannot keep its owner out.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.here = Backoff(now, free=5, most_s=900)
        self.address = Backoff(now, free=30, most_s=900)
        self.name = Backoff(now, free=50, most_s=60)
        self._told: set[str] = set()

    def check(self, name: str, address: str) -> None:
        """Raises TooMany `session.wait`; the password is not even looked at."""
        wait = max(self.here.wait(f"{address} {name}"), self.address.wait(address), self.name.wait(name))
        if wait:
            raise too_many("session.wait", wait, Text(en="too many wrong attempts", zh="错误次数过多"))

    def first_refusal(self, name: str, address: str) -> bool:
        """Whether this wait was not told of yet: one line of the audit a wait, however often somebody knocks."""
        place = f"{address} {name}"
        if place in self._told or len(self._told) > 10_000:
            return False
        self._told.add(place)
        return True

    def failed(self, name: str, address: str) -> bool:
        """Wrong; gives whether the next attempt has to wait."""
        self._told.discard(f"{address} {name}")
        marks = [self.here.fail(f"{address} {name}"), self.address.fail(address), self.name.fail(name)]
        return any(marks)

    def succeeded(self, name: str, address: str) -> None:
        """Right: this name is clear here. The address is not, or one good account would let a guesser go on."""
        self.here.clear(f"{address} {name}")
        self._told.discard(f"{address} {name}")
