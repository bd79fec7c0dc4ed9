"""Serves a learned ordering policy: its ONNX file by ONNX Runtime, as a policy of the simulator or as a table."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort

from linkloop.links.stock.exact import LostSales, Orders
from linkloop.links.stock.simulate import Seen
from linkloop.links.stock.terms import Floats


class LearnedPolicy:
    """Orders what the net says of (on hand, due in 1 … lead − 1 steps), rounded: up from a remainder of 0.5 − `shift`.

    One thread: thousands of states are one call.
    """

    def __init__(self, onnx: bytes, shift: float = 0.0) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._net = ort.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        self.lead = int(self._net.get_inputs()[0].shape[1])
        self.shift = shift

    def orders(self, states: Floats) -> Floats:
        """(n, lead) units → (n) whole units."""
        (wished,) = self._net.run(None, {"state": states.astype(np.float32)})
        return np.maximum(np.floor(np.asarray(wished, np.float32) + np.float32(0.5 + self.shift)), 0.0)

    def order(self, seen: Seen, order: Floats) -> None:
        due = [seen.due(n) for n in range(1, self.lead)]
        states = np.stack([seen.on_hand, *due], -1).reshape(-1, self.lead)
        order[...] = self.orders(states).reshape(order.shape)

    def table(self, given: LostSales) -> Orders:
        """The order of every state of an exact problem."""
        orders = np.minimum(self.orders(given.states().astype(np.float32)), given.largest)
        return orders.astype(np.int64).reshape(given.shape)
