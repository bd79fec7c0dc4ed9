"""A negative event: what set it off, what went wrong, with which order, and how the customer feels."""

from __future__ import annotations

from typing import NamedTuple

from linkloop.commerce.orders import Order
from linkloop.commerce.remedies import Cause, Trigger
from linkloop.commerce.understanding import Mood


class Sign(NamedTuple):
    """A negative event: what set it off, what went wrong, with which order, and how the customer feels."""

    trigger: Trigger
    cause: Cause
    order: Order | None = None
    late: float = 0.0
    mood: Mood = "neutral"
    intensity: float = 0.0
    confidence: float = 1.0

    @property
    def asked(self) -> bool:
        """Whether the customer asked for a person."""
        return self.trigger == "asked"
