"""Metrics, read back by Prometheus' own parser."""

from __future__ import annotations

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from linkloop.app.shop import Shop
from linkloop.commerce.wording import Wording
from linkloop.core.errors import NotFound
from linkloop.models.drivers.pick import open_models
from tests.engine.small_shop import delayed, late_parcel, said
from tests.faces.api.conftest import message, say
from tests.models.drivers.llm_double import KEY, LlmDouble


def read(client: httpx.Client) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_the_shop_is_counted(client: httpx.Client, shop: Shop) -> None:
    say(client, "k1", message(1))
    say(client, "k1", message(1))
    late_parcel(shop, 1, 800)
    shop.loop.accept([said("poison", delayed("none"))])
    found = read(client)
    assert found["linkloop_loop_deliveries_total"] == 4
    assert found["linkloop_loop_repeated_total"] == 1
    assert found["linkloop_loop_queue_length"] == 0
    assert found["linkloop_running"] == 1
    assert found["linkloop_decisions_held"] == 1
    assert found["linkloop_dead_letters"] == 1
    assert found["linkloop_outbox_effects{status=held}"] == 1
    assert found["linkloop_log_head_offset"] == client.get("/api/v1/head").json()["head"]
    assert 0 <= found["linkloop_lake_lag_offsets"] <= found["linkloop_log_head_offset"]


def test_questions_to_a_model_behind_a_url_are_counted_with_their_cost(client: httpx.Client, shop: Shop) -> None:
    double = LlmDouble()
    try:
        (model,) = open_models({"large": double.url + "&price_in=2&price_out=8"}, {"TEST_KEY": KEY})
        shop.matrix.register(model)
        model.answer(Wording(draft="hello"))
        double.says = "no JSON"
        with pytest.raises(NotFound):
            model.answer(Wording(draft="hello"))
        found = read(client)
    finally:
        shop.matrix.remove("Wording", "large")
        double.close()
    of = "model=large"
    assert found[f"linkloop_model_questions_total{{{of},outcome=answered,question=Wording}}"] == 1
    assert found[f"linkloop_model_questions_total{{{of},outcome=unusable,question=Wording}}"] == 1
    assert found[f"linkloop_model_tokens_total{{direction=in,{of},question=Wording}}"] == 200
    assert found[f"linkloop_model_cost_total{{currency=CNY,{of},question=Wording}}"] == 0.00064


def test_requests_are_counted_by_route_and_not_by_path(client: httpx.Client) -> None:
    for n in range(3):
        client.get(f"/api/v1/decisions/d{n}")
        client.get(f"/assets/nothing-{n}.js")
    found = read(client)
    route = "method=GET,route=/api/v1/decisions/{decision_id},status=404"
    assert found[f"linkloop_request_seconds_count{{{route}}}"] == 3
    assert found["linkloop_request_seconds_count{method=GET,route=page,status=404}"] == 3
    assert not [name for name in found if "d0" in name]


def test_health_and_readiness_tell_the_loop(client: httpx.Client, shop: Shop) -> None:
    assert (client.get("/healthz").json(), client.get("/readyz").json()) == ({"alive": True}, {"ready": True})
    shop.loop.stop()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})
    assert client.get("/healthz").status_code == 200
