"""An inlet for tests that keeps what was accepted, once per (source, external id), as the log does."""

from __future__ import annotations

import threading

from linkloop.core.table import Table
from linkloop.core.world import Accepted, Delivery


class Logbook:
    """`said` is all that was accepted for the first time, in order; `refusing` makes it fail like a full disk."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.refusing = False
        self._guard = threading.Lock()

    @property
    def said(self) -> list[Table]:
        return [item for delivery in self.deliveries for item in delivery.said]

    def accept(self, deliveries: list[Delivery]) -> list[Accepted]:
        if self.refusing:
            raise OSError("disk full")
        accepted = []
        with self._guard:
            for delivery in deliveries:
                ids = [(d.source, d.external_id) for d in self.deliveries]
                repeated = (delivery.source, delivery.external_id) in ids
                if not repeated:
                    self.deliveries.append(delivery)
                accepted.append(Accepted(first=1, last=1, repeated=repeated))
        return accepted

    def post(self, deliveries: list[Delivery]) -> None:
        self.accept(deliveries)
