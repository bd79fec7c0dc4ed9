"""Replaying: a request for a what-if turned into a changed machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from linkloop.app.shop import Shop
from linkloop.engine.gate import Gate, GatePolicy
from linkloop.engine.rules import RuleModel, load
from linkloop.engine.whatif import ReplayReport, what_if


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A period of event time (open ends allowed) and what to change: whole JDM tables, or the gate's policy."""

    start: datetime | None = None
    end: datetime | None = None
    rules: list[dict[str, Any]] = []
    gate: GatePolicy | None = None
    limit: int = 200


def replay(shop: Shop, request: ReplayRequest, progress: Callable[[int, int], None]) -> ReplayReport:
    """Replay with the request's changes; nothing is written and nothing is sent."""
    matrix = shop.matrix
    for table in request.rules:
        matrix = matrix.with_model(RuleModel(load(msgspec.json.encode(table))))
    gate = Gate(request.gate, shop.zone) if request.gate else shop.gate
    machine = shop.machine(matrix=matrix, gate=gate)
    return what_if(machine, request.start, request.end, limit=request.limit, progress=progress)
