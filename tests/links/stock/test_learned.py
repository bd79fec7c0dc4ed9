"""The learner needs torch and says so; what it learned is served without it, near the exact optimum."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from linkloop.core.errors import LinkloopError
from linkloop.links.stock import learner
from linkloop.links.stock.exact import LostSales, solve
from linkloop.links.stock.learned import LearnedPolicy
from linkloop.links.stock.simulate import simulate
from linkloop.links.stock.terms import Lead, Terms


def draw(rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    return rng.poisson(5, size)


@pytest.mark.skipif(learner.torch is not None, reason="torch is here")
def test_without_torch_training_names_the_extra() -> None:
    with pytest.raises(LinkloopError, match=r"linkloop\[torch\]"):
        learner.train(draw, 2, 5.0, 1.0, 4.0)


@pytest.mark.skipif(learner.torch is None, reason="training needs torch")
def test_a_few_seconds_of_learning_come_within_two_per_cent_and_serve_as_they_are() -> None:
    net = learner.train(draw, 2, 5.0, 1.0, 4.0, learner.Recipe(seconds=4))
    given = LostSales(tuple(poisson.pmf(np.arange(40), 5)), 2, 1, 4, 28, 9)
    policy = LearnedPolicy(net.onnx)
    exact = solve(given, policy.table(given)).cost
    assert exact < 1.02 * solve(given).cost
    demand, terms = np.random.default_rng(1).poisson(5, (500, 40, 10)), Terms(1, 4)
    found = simulate(policy, demand, terms, Lead.fixed(2), on_hand=8, since=50)
    assert found.cost(terms).mean() / 450 == pytest.approx(exact, rel=0.02)
