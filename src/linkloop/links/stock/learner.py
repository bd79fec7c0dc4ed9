"""The learner: a small net from the pipeline to the order, trained through the simulator itself (HDPO); needs torch.

Hindsight-differentiable policy optimisation (M. Alvo, D. Russo, Y. Kanoria, *Neural Inventory Control in Networks via
Hindsight Differentiable Policy Optimization*, 2023): demand does not depend on what is ordered, so that the cost of a
sampled path is a function of the orders that can be derived; the gradient goes back through the steps of the relaxed
(fractional) simulator. What is learned is served by ONNX Runtime, without torch (`learned.py`).
"""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from time import process_time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

torch: Any
try:
    torch = import_module("torch")
except ImportError:  # training only; what is trained is served without it
    torch = None


class Recipe(NamedTuple):
    """How to learn: `seconds` of CPU, `paths` of `steps` steps at once, and the `units` of two hidden layers."""

    seconds: float = 40.0
    paths: int = 512
    steps: int = 40
    units: int = 32
    rate: float = 3e-3
    seed: int = 1


USUAL = Recipe()


class Learned(NamedTuple):
    """What came out: the net as ONNX (`state` (n, lead) in units → `order` (n), fractional), and what it took."""

    onnx: bytes
    rounds: int
    cpu_s: float


def train(
    draw: Callable[[np.random.Generator, tuple[int, int]], npt.NDArray[Any]],
    lead: int,
    mean: float,
    holding: float,
    shortage: float,
    recipe: Recipe = USUAL,
) -> Learned:
    """Learn to order one product whose unmet demand is lost, from `draw(rng, (steps, paths))` of its demand.

    `lead` ≥ 1 and the order of events are LostSales's. `mean` demand of a step is the scale of the net's inputs and
    where its orders begin. Raises LinkloopError without torch.
    """
    needs_torch()
    begun = process_time()
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    net = _Net(lead, mean, recipe.units)
    steps = torch.optim.Adam(net.parameters(), lr=recipe.rate)
    state = torch.full((recipe.paths, lead), float(mean))
    rounds = 0
    while (used := process_time() - begun) < recipe.seconds:
        for group in steps.param_groups:
            group["lr"] = recipe.rate * (1 - used / recipe.seconds) + 1e-5
        asked = torch.from_numpy(draw(rng, (recipe.steps, recipe.paths)).astype(np.float32))
        cost, state = _rolled(net, state, asked, holding, shortage)
        steps.zero_grad()
        cost.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        steps.step()
        rounds += 1
    return Learned(_exported(net, lead), rounds, process_time() - begun)


def _rolled(net: Any, state: Any, asked: Any, holding: float, shortage: float) -> tuple[Any, Any]:
    """The mean cost of a step along the paths, and where they end (the next round begins there)."""
    shelf, *due = state.unbind(1)
    cost = 0.0
    for wanted in asked:
        order = net(torch.stack((shelf, *due), 1))
        left = torch.relu(shelf - wanted)
        cost = cost + (holding * left + shortage * torch.relu(wanted - shelf)).mean()
        arrives, *due = (*due, order)
        shelf = left + arrives
    return cost / len(asked), torch.stack((shelf, *due), 1).detach()


def _exported(net: Any, lead: int) -> bytes:
    """The net as an ONNX file."""
    written = BytesIO()
    torch.onnx.export(
        net.eval(),
        (torch.zeros(2, lead),),
        written,
        input_names=["state"],
        output_names=["order"],
        dynamic_axes={"state": {0: "n"}, "order": {0: "n"}},
        dynamo=False,
    )
    return written.getvalue()


def needs_torch() -> None:
    """Raises LinkloopError where torch is missing: what to install."""
    if torch is None:
        raise LinkloopError(
            "stock.needs_torch",
            Text(
                en="Training needs torch, which serving does not: pip install 'linkloop[torch]'.",
                zh="训练需要 torch（推理不需要）：请执行 pip install 'linkloop[torch]'。",
            ),
        )


if torch is not None:

    class _Net(torch.nn.Module):
        """(n, lead) units → (n) units, never negative; begins near the mean demand."""

        def __init__(self, lead: int, mean: float, units: int) -> None:
            super().__init__()
            self.mean = mean
            linear, bend = torch.nn.Linear, torch.nn.SiLU
            self.layers = torch.nn.Sequential(
                linear(lead, units), bend(), linear(units, units), bend(), linear(units, 1)
            )

        def forward(self, state: Any) -> Any:
            lifted = self.layers(state / self.mean - 1.0)[:, 0]
            return self.mean * torch.nn.functional.softplus(lifted + 0.54)  # softplus(0.54) = 1
