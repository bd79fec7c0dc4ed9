"""No request that the OpenAPI document allows, or that breaks it, makes the server fail."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from linkloop.app.shop import Shop
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from tests.engine.small_shop import delayed, late_parcel, said
from tests.faces.api.conftest import running

# Of each of some 140 operations; wrong ones are costly to make.
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 5}
PARTS = 4  # of the operations, so that two workers share them
# With a token, so that an account which is made on the way does not shut the rest out.
TOKEN = "fuzz"
AUTH = {"authorization": f"Bearer {TOKEN}"}
SKIPPED = {"/api/v1/stream", "/api/v1/head"}  # one has no end, the other waits as long as it is told


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Shop]]:
    with running(tmp_path_factory.mktemp("fuzz")) as shop, serving(Desk(shop), token=TOKEN) as url:
        late_parcel(shop, 1, 800)
        shop.loop.accept([said("poison", delayed("none"))])
        yield url, shop


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_is_sent_makes_the_server_fail(fuzzed: tuple[str, Shop], part: int) -> None:
    url, shop = fuzzed
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json", headers=AUTH)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    operations = [operation for operation in found if operation.path not in SKIPPED]
    assert len(operations) > 100
    tried = 0

    def send(case: schemathesis.Case) -> None:
        nonlocal tried
        answer = case.call(base_url=url, timeout=20, headers=AUTH)
        tried += 1
        assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text}"
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"], case.as_curl_command()

    for operation in operations[part::PARTS]:
        for mode, examples in EXAMPLES.items():
            with contextlib.suppress(Unsatisfiable):  # what takes no parameters cannot be asked wrongly
                fuzz(operation.as_strategy(generation_mode=mode), send, examples)
    assert tried > 250 // PARTS
    assert Desk(shop).verify().bad_seq == 0


def fuzz(strategy: SearchStrategy[Any], send: Callable[[Any], None], examples: int) -> None:
    """Send that many, the same in every run."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(strategy)
    def run(case: Any) -> None:
        send(case)

    run()
