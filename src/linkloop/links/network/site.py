"""Sites: centres with capacities and fixed costs, customers with demands, costs of serving; and plans of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

Vector = np.ndarray[Any, np.dtype[Any]]


class Sites(NamedTuple):
    """m centres and n customers. `cost[i, j]` is what serving all of customer j from centre i costs (inf: it may not).

    `single`: each customer has one source; else shares may be split.
    """

    capacity: Vector
    fixed: Vector
    demand: Vector
    cost: Vector
    single: bool = True


class Plan(NamedTuple):
    """`serves[i, j]` is the share of customer j that centre i serves (0 or 1 where each has one source).

    `bound` ≤ optimum ≤ `cost`; `gap` is their distance as a share of the cost. `open` says which centres are paid for.
    It took `cores` cores, the last of which held a share `kept` of all pairs, and `seconds` of CPU.
    """

    cost: float
    bound: float
    open: Vector
    serves: Vector
    cores: int = 0
    kept: float = 0.0
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """The proven distance to the optimum, as a share of the cost."""
        return max(0.0, self.cost - self.bound) / max(abs(self.cost), 1e-12)


def check(sites: Sites) -> None:
    """Raises LinkloopError `network.sites` when shapes do not fit or numbers make no sense."""
    m, n = sites.cost.shape if sites.cost.ndim == 2 else (-1, -1)
    shapes = sites.capacity.shape == sites.fixed.shape == (m,) and sites.demand.shape == (n,)
    sane = shapes and not (
        np.any(~np.isfinite(sites.capacity)) or np.any(sites.capacity < 0) or np.any(~np.isfinite(sites.fixed))
        or np.any(~np.isfinite(sites.demand)) or np.any(sites.demand < 0) or np.any(np.isnan(sites.cost))
        or np.any(np.isneginf(sites.cost)) or np.any(sites.fixed < 0)
    )  # fmt: skip
    if not sane:
        raise LinkloopError(
            "network.sites",
            Text(
                en="capacities, fixed costs, demands and costs do not fit together or are no sensible numbers",
                zh="容量、固定成本、需求与费用不匹配，或数值无效",
            ),
            Text(
                en="Give m capacities and fixed costs ≥ 0, n demands ≥ 0, and an m × n table of costs.",
                zh="请给出 m 个不小于 0 的容量与固定成本、n 个不小于 0 的需求，以及 m × n 的费用表。",
            ),
        )


def integral(sites: Sites) -> bool:
    """Whether every plan's cost is a whole number."""
    finite = sites.cost[np.isfinite(sites.cost)]
    return sites.single and bool(np.all(finite == np.rint(finite)) and np.all(sites.fixed == np.rint(sites.fixed)))


def cost_of(sites: Sites, opened: Vector, serves: Vector) -> float:
    """What a plan costs: fixed costs of what is open, and the shares of the costs of serving."""
    served = serves > 1e-9
    return float(sites.fixed[opened.astype(bool)].sum() + (sites.cost[served] * serves[served]).sum())
