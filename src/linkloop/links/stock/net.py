"""The net that orders many products: one for all, free of their scale, served by ONNX Runtime."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime as ort

from linkloop.links.stock.rolling import COVERS, Reals, Shelves, Told
from linkloop.links.stock.simulate import Seen
from linkloop.links.stock.terms import Floats

FILE = Path(__file__).parent / "ordering.onnx"
WEEK = COVERS.index(7)
COLUMNS = (
    "on_hand", "on_order", "mean", "sd", "week_mean", "week_sd", "lead", "lead_sd", "case", "least", "price", "line",
)  # fmt: skip


class NetOrdering:
    """Gives (low, high) positions, in units: below `low` order up to `high`.

    The columns of its input, (n, 12): units on hand and on order; mean and standard deviation of demand over lead time
    + 1 day and + 7 days; lead time and its spread in days; case and minimum in units; what a lost unit and an order
    line cost, in the cost of holding a unit for a day.
    """

    def __init__(self, onnx: bytes) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._net = ort.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])

    def marks(self, columns: Floats) -> tuple[Floats, Floats]:
        """(n, 12) → low and high, (n) whole units each."""
        (found,) = self._net.run(None, {"state": np.ascontiguousarray(columns, np.float32)})
        low, high = np.ceil(np.asarray(found, np.float32) - np.float32(0.5)).T
        return low, np.maximum(low, high)

    def policy(self, given: Told, shelves: Shelves, lost: Reals, holding: Reals, line: float) -> NetPolicy:
        """A policy of the simulator, for a lost unit that costs `lost`, a unit a day `holding` (n), a line `line`."""
        n = len(shelves.lead)
        fixed = np.zeros((n, len(COLUMNS)), np.float32)
        for place, column in enumerate(
            (shelves.lead, shelves.lead_sd, shelves.case, shelves.least, lost / holding, line / holding)
        ):
            fixed[:, 6 + place] = column
        return NetPolicy(self, given, fixed)


class NetPolicy(NamedTuple):
    """The net on forecasts of each day; `fixed` (n, 12) holds what does not change, the rest is written over it."""

    net: NetOrdering
    given: Told
    fixed: Floats

    def start(self) -> Floats:
        """(n): the position of the first day, with nothing known of where it lies."""
        return self.net.marks(self.columns(0, self.given.mean[0, 0], np.zeros(1)))[1]

    def columns(self, step: int, on_hand: Reals | Floats, on_order: Reals | Floats) -> Floats:
        """(n, 12): the input of the net before a step."""
        found = self.fixed.copy()
        found[:, 0], found[:, 1] = on_hand, on_order
        found[:, 2], found[:, 4] = self.given.mean[step, 0], self.given.mean[step, WEEK]
        found[:, 3], found[:, 5] = np.sqrt(self.given.variance[step, 0]), np.sqrt(self.given.variance[step, WEEK])
        return found

    def order(self, seen: Seen, order: Floats) -> None:
        for path in range(len(order)):
            on_order = seen.position[path] - seen.on_hand[path]
            low, high = self.net.marks(self.columns(seen.step, seen.on_hand[path], on_order))
            order[path] = np.where(seen.position[path] < low, high - seen.position[path], 0.0)


@cache
def shipped() -> NetOrdering | None:
    """The net that ships with the package; None where its file is missing."""
    return NetOrdering(FILE.read_bytes()) if FILE.exists() else None
