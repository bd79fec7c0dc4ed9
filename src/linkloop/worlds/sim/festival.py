"""The town's festivals: how much busier the shop is on the great shopping days, and when somebody adds one."""

from __future__ import annotations

from datetime import date

# Multiples of a usual day. Double 11 and 618 are sales of several days with a peak on the name day; the
# multiples are stated figures of this town, of the order that merchants plan for.
_CALENDAR: dict[tuple[int, int], float] = {
    (1, 12): 1.4, (1, 13): 1.6, (1, 14): 1.6, (1, 15): 1.4,
    (3, 7): 1.5, (3, 8): 2.2,
    (6, 16): 1.6, (6, 17): 2.0, (6, 18): 4.0, (6, 19): 1.3,
    (11, 1): 2.0, (11, 9): 1.5, (11, 10): 2.2, (11, 11): 6.0, (11, 12): 1.5,
    (12, 11): 1.4, (12, 12): 3.0, (12, 13): 1.2,
}  # fmt: skip


def festival_factor(day: date) -> float:
    """How many times the usual number of visits a calendar day of the shop sees (年货节, 38, 618, 双11, 双12)."""
    return _CALENDAR.get((day.month, day.day), 1.0)


class Demand:
    """What lifts demand beyond its season: the calendar, injected festivals, and spikes of single products."""

    def __init__(self, weights: list[float], calendar: bool) -> None:
        self._usual = weights
        self._calendar = calendar
        self._festivals: list[float] = []
        self._spikes: list[tuple[int, float]] = []
        self.weights = list(weights)

    def factor(self, day: date) -> float:
        """Visits on this day, as a multiple of a usual day; spikes of products bring their visitors with them."""
        lift = festival_factor(day) if self._calendar else 1.0
        for festival in self._festivals:
            lift *= festival
        return lift * sum(self.weights)

    def begin_festival(self, factor: float) -> None:
        """From now on everything is wanted `factor` times as much."""
        self._festivals.append(factor)

    def end_festival(self, factor: float) -> None:
        """The festival is over."""
        self._festivals.remove(factor)

    def begin_spike(self, product: int, factor: float) -> None:
        """From now on one product is wanted `factor` times as much, all others as before."""
        self._spikes.append((product, factor))
        self._weigh()

    def end_spike(self, product: int, factor: float) -> None:
        """The spike is over."""
        self._spikes.remove((product, factor))
        self._weigh()

    def _weigh(self) -> None:
        self.weights = list(self._usual)
        for product, factor in self._spikes:
            self.weights[product] *= factor
