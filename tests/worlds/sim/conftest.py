"""A town that has lived for twelve days with full shelves, shared by the tests of what its actors do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar

import pytest

from linkloop.core.table import Table
from linkloop.core.world import Delivery
from linkloop.worlds.sim.town import Town

T = TypeVar("T", bound=Table)
DAYS = 12
ORDERS_PER_DAY = 700.0


class Lived:
    """A town and all that it said."""

    def __init__(self, town: Town, deliveries: Iterable[Delivery]) -> None:
        self.town = town
        self.deliveries = list(deliveries)

    def said(self, kind: type[T]) -> list[T]:
        """All rows or events of one class, in the order in which they were said."""
        return [item for delivery in self.deliveries for item in delivery.said if type(item) is kind]


@pytest.fixture(scope="session")
def lived() -> Lived:
    """12 days of 700 orders, without festivals, with shelves that never run empty."""
    town = Town(seed=20, orders_per_day=ORDERS_PER_DAY, festivals=False)
    for row in town.shelves.on_hand:
        row[:] = [units + 100_000 for units in row]
    return Lived(town, town.run_until(town.now() + timedelta(days=DAYS)))
