"""PPO (J. Schulman and others, 2017) by stable-baselines3 on the lost-sales problem, as a peer; needs torch.

    pip install 'linkloop[torch]' 'stable-baselines3>=2.9' onnx

What it learned is taken at its most likely action in every state, whose cost is then exact, as for every other policy.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from time import process_time
from typing import Any

import numpy as np

from linkloop.links.stock.exact import LostSales, Orders

SHOPS, STEPS, SEED = 64, 128, 1
HOW = "PPO: skipped, it needs pip install 'linkloop[torch]' 'stable-baselines3>=2.9'"


def there() -> bool:
    """Whether stable-baselines3 is installed."""
    return find_spec("stable_baselines3") is not None


def train(given: LostSales, seconds: float, mean: float) -> tuple[Orders, float]:
    """The order of every state after `seconds` of CPU, and the CPU-seconds that it took."""
    library = import_module("stable_baselines3")
    stop = import_module("stable_baselines3.common.callbacks").BaseCallback
    import_module("torch").set_num_threads(1)
    begun = process_time()

    class Until(stop):
        def _on_step(self) -> bool:
            return process_time() - begun < seconds

    def rate(left: float) -> float:
        used = min((process_time() - begun) / seconds, 1.0)
        return 1e-3 * (1 - used) + 1e-5

    model = library.PPO(
        "MlpPolicy", _shops(given, mean), learning_rate=rate, n_steps=STEPS, batch_size=1024, n_epochs=6, gamma=0.98,
        gae_lambda=0.95, ent_coef=0.005, seed=SEED, device="cpu", policy_kwargs={"net_arch": [64, 64]},
    )  # fmt: skip
    model.learn(total_timesteps=10**9, callback=Until())
    states = given.states().astype(np.float32)
    orders, _ = model.predict(states / mean - 1.0, deterministic=True)
    return np.asarray(orders, np.int64).reshape(given.shape), process_time() - begun


def _shops(given: LostSales, mean: float) -> Any:
    """SHOPS shops that are stepped together: the state is the shelf and what is due, the reward less the cost."""
    base = import_module("stable_baselines3.common.vec_env").VecEnv
    spaces = import_module("gymnasium").spaces
    rng = np.random.default_rng(SEED)
    chances = np.asarray(given.chances) / sum(given.chances)

    class Shops(base):
        def __init__(self) -> None:
            box = spaces.Box(-1.0, np.inf, (given.lead,), np.float32)
            super().__init__(SHOPS, box, spaces.Discrete(given.largest + 1))
            self.state = np.full((SHOPS, given.lead), mean, np.float32)
            self.orders = np.zeros(SHOPS)

        def reset(self) -> np.ndarray:
            return self.state / mean - 1.0

        def step_async(self, actions: np.ndarray) -> None:
            self.orders = actions

        def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict[str, Any]]]:
            asked = rng.choice(len(chances), SHOPS, p=chances)
            shelf = self.state[:, 0]
            left = np.maximum(shelf - asked, 0)
            cost = given.holding * left + given.shortage * np.maximum(asked - shelf, 0)
            due = np.concatenate((self.state[:, 1:], self.orders[:, None]), axis=1)
            self.state = np.concatenate((left[:, None] + due[:, :1], due[:, 1:]), axis=1).astype(np.float32)
            reward = (-cost / (mean * given.shortage**0.5)).astype(np.float32)
            return self.reset(), reward, np.zeros(SHOPS, np.bool_), [{} for _ in range(SHOPS)]

        def close(self) -> None:
            """Nothing is open."""

        def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
            return [None] * SHOPS

        def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
            """Nothing can be set."""

        def env_method(self, method_name: str, *args: Any, indices: Any = None, **kwargs: Any) -> list[Any]:
            return [None] * SHOPS

        def env_is_wrapped(self, wrapper_class: Callable[..., Any], indices: Any = None) -> list[bool]:
            return [False] * SHOPS

    return Shops()
