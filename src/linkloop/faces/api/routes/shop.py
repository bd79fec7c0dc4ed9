"""The shop itself: how it is doing, whether its ledger holds, and the simulated town's controls."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheMetrics, TheWork
from linkloop.faces.api.metrics import CONTENT_TYPE
from linkloop.faces.desk.views import Finding, ShopStatus
from linkloop.store.ledger import Verdict


@get("/status", tags=["shop"], opt=may("see"))
async def status(desk: TheDesk, work: TheWork) -> ShopStatus:
    """The shop in one look."""
    return await work.quick(desk.status)


@get("/doctor", tags=["shop"], opt=may("see"))
async def doctor(desk: TheDesk, work: TheWork) -> list[Finding]:
    """What is wrong and how to mend it."""
    return await work.long(desk.doctor)


@get("/verify", tags=["shop"], opt=may("see"))
async def verify(
    desk: TheDesk,
    work: TheWork,
    head: Annotated[str, QueryParameter(max_length=200, description="A hash that was noted down")] = "",
) -> Verdict:
    """Check the ledger's chain of hashes."""
    return await work.long(desk.verify, head)


@get("/healthz", include_in_schema=False, opt=may("anyone"))
async def alive() -> dict[str, bool]:
    """The process answers."""
    return {"alive": True}


@get("/readyz", include_in_schema=False, opt=may("anyone"))
async def ready(desk: TheDesk, work: TheWork) -> Response[dict[str, bool]]:
    """The shop's loop runs and its store can be read."""
    running = desk.shop.loop.started()
    await work.quick(desk.log, -1, 1)
    return Response({"ready": running}, status_code=200 if running else 503)


@get("/metrics", include_in_schema=False, opt=may("see"))
async def metrics(work: TheWork, metrics: TheMetrics) -> Response[bytes]:
    """Prometheus text."""
    return Response(await work.quick(metrics.text), media_type=CONTENT_TYPE)


ROUTES = [status, doctor, verify]
PLAIN = [alive, ready, metrics]
