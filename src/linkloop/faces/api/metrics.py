"""Metrics: the shop's counters and the server's latencies in Prometheus text."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from linkloop.core.live import LiveCounts
from linkloop.faces.api.stream import Watch
from linkloop.faces.desk.desk import Desk

CONTENT_TYPE = "text/plain; version=0.0.4"  # the framework adds the charset
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_ENDLESS = frozenset({"/api/v1/stream", "/api/v1/head"})
_COUNTERS = (
    ("deliveries", "Deliveries that the loop took in, repeated ones included"),
    ("repeated", "Deliveries that were here before"),
    ("heard", "Events that links heard"),
    ("commits", "Transactions that became durable"),
    ("failed_commits", "Transactions that were taken back whole"),
)


class _ShopCollector(Collector):
    """Reads the shop when it is asked, so that nothing is counted twice."""

    def __init__(self, desk: Desk, watch: Watch) -> None:
        self.desk = desk
        self.watch = watch

    def collect(self) -> Iterator[Metric]:
        status = self.desk.status()
        counters = self.desk.shop.loop.counters
        for name, text in _COUNTERS:
            yield CounterMetricFamily(f"linkloop_loop_{name}", text, getattr(counters, name))
        yield CounterMetricFamily("linkloop_loop_busy_seconds", "Time inside transactions", counters.busy_s)
        yield GaugeMetricFamily("linkloop_loop_queue_length", "Work waiting for a turn", self.desk.shop.loop.queued())
        yield GaugeMetricFamily("linkloop_running", "1 while the shop runs", int(status.running))
        yield GaugeMetricFamily("linkloop_log_head_offset", "Last offset of the log", status.head)
        yield GaugeMetricFamily("linkloop_lake_lag_offsets", "Log entries not yet in the lake", status.lake_lag)
        yield GaugeMetricFamily("linkloop_decisions_held", "Decisions that wait for a person", status.held)
        yield GaugeMetricFamily("linkloop_dead_letters", "Dead letters that wait for a person", status.dead_letters)
        yield GaugeMetricFamily("linkloop_streams_open", "Clients that follow the log", self.watch.streams)
        outbox = GaugeMetricFamily("linkloop_outbox_effects", "Effects in the outbox", labels=["status"])
        for name, count in sorted(status.outbox.items()):
            outbox.add_metric([name], count)
        yield outbox
        yield from _models(self.desk)

    def describe(self) -> list[Metric]:
        return []


def _models(desk: Desk) -> Iterator[Metric]:
    """What became of the questions to models behind URLs, and what they cost."""
    asked = CounterMetricFamily("linkloop_model_questions", "Questions to a model behind a URL, by what became of them",
                                labels=["model", "question", "outcome"])  # fmt: skip
    tokens = CounterMetricFamily("linkloop_model_tokens", "Tokens, as the server counts them",
                                 labels=["model", "question", "direction"])  # fmt: skip
    cost = CounterMetricFamily("linkloop_model_cost", "What its answers cost",
                               labels=["model", "question", "currency"])  # fmt: skip
    for model in desk.shop.matrix.models():
        if not isinstance(counts := getattr(model, "counts", None), LiveCounts):
            continue
        card = model.card
        for outcome in ("answered", "late", "unusable", "failed", "skipped"):
            asked.add_metric([card.name, card.question, outcome], getattr(counts, outcome))
        tokens.add_metric([card.name, card.question, "in"], counts.tokens_in)
        tokens.add_metric([card.name, card.question, "out"], counts.tokens_out)
        cost.add_metric([card.name, card.question, card.currency], counts.cost_micros / 1e6)
    yield from (asked, tokens, cost)


class Metrics:
    """One registry per server; `timed` wraps the application."""

    def __init__(self, desk: Desk, watch: Watch) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_ShopCollector(desk, watch))
        ProcessCollector(registry=self._registry)  # CPU seconds, memory, open files
        self._seconds = Histogram(
            "linkloop_request_seconds",
            "Time to answer a request",
            ["method", "route", "status"],
            registry=self._registry,
            buckets=_BUCKETS,
        )

    def text(self) -> bytes:
        """Everything, in the text format (reads the store: call it in a thread)."""
        return generate_latest(self._registry)

    def timed(self, app: Any) -> Any:
        """The ASGI app, with every answered request counted by its route's template."""

        async def timing(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            started = time.perf_counter()
            status = 500

            async def sending(message: Any) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, sending)
            finally:
                route = scope.get("path_template") or "other"
                if route == "/{path}":
                    route = "page"
                if route not in _ENDLESS:
                    method = scope["method"] if scope["method"] in _METHODS else "other"
                    took = time.perf_counter() - started
                    self._seconds.labels(method, route, str(status)).observe(took)

        return timing


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
