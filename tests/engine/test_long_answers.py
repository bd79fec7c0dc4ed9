"""A question of long answers: the ledger keeps a digest, the handler gets all; of others the ledger keeps the whole."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec

from linkloop.commerce.demand import DemandPaths, Futures
from linkloop.commerce.stock import ReplenishAdvice, ReplenishPolicy
from linkloop.commerce.time import DayClosed
from linkloop.core.link import Link
from linkloop.core.question import Given, ModelCard
from linkloop.engine.context import LinkContext
from linkloop.models.matrix import Matrix
from tests.engine.small_shop import NOW


class Fixed:
    """Answers one question with one value."""

    def __init__(self, question: str, value: Any) -> None:
        self.card = ModelCard(name=f"fixed-{question}", version="1", question=question, driver="test")
        self.value = value

    def answer(self, question: Any) -> Given[Any]:
        return Given(value=self.value)


def test_a_long_answer_is_kept_by_its_digest_and_a_short_one_whole() -> None:
    futures = Futures("2026-03-30", (((1.0, 2.0),),))
    advice = ReplenishAdvice(order=True, service_level=0.95)
    matrix = Matrix([Fixed("DemandPaths", futures), Fixed("ReplenishPolicy", advice)])
    link = Link("stock", title=("Stock", "库存"), asks=(DemandPaths, ReplenishPolicy))
    context = LinkContext(link, DayClosed(at=NOW, shop="s", day="2026-03-29"), Any, matrix, lambda *_: [], [])  # type: ignore[arg-type]
    assert context.ask(DemandPaths(keys=(("p", "hz"),), days=2, paths=1)).value == futures
    context.ask(
        ReplenishPolicy(days_of_cover=1, lead_time_days=1, units_per_day=1, volatility=1, margin=0.3, spiking=False)
    )
    _, (long, short) = context.take_trace()
    body = msgspec.json.encode(futures)
    assert long.answered == {"sha256": sha256(body).hexdigest(), "bytes": len(body)}
    assert short.answered == msgspec.to_builtins(advice)
