"""The application: routes, limits, errors and security put together for one desk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from linkloop.faces.api.access import check, may, person_of
from linkloop.faces.api.attempts import Attempts
from linkloop.faces.api.door import SESSION, Door
from linkloop.faces.api.limits import BODY_BYTES, check_body
from linkloop.faces.api.metrics import Metrics
from linkloop.faces.api.once import Once
from linkloop.faces.api.pages import pages as page_routes
from linkloop.faces.api.problems import HANDLERS
from linkloop.faces.api.routes import (
    cases,
    channels,
    decisions,
    effects,
    events,
    facts,
    imports,
    inbox,
    judging,
    knowledge,
    letters,
    mappings,
    network,
    people,
    proposals,
    quarantine,
    risks,
    rules,
    search,
    service,
    service_contacts,
    service_desk,
    service_looks,
    service_remedies,
    session,
    settings,
    shop,
    stock,
    stories,
    tables,
    things,
    today,
    town,
    widget,
    wires,
    workbench,
    worlds,
)
from linkloop.faces.api.security import Guard, check_binding, loopback
from linkloop.faces.api.sockets import Sockets
from linkloop.faces.api.stream import Watch
from linkloop.faces.api.work import Work
from linkloop.faces.console import page_dir
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.import_runner import ImportRunner
from linkloop.faces.desk.imports import Imports
from linkloop.faces.desk.people import any_account
from linkloop.faces.desk.quarantine import Wards
from linkloop.faces.desk.workbench import Runs
from linkloop.worlds.channels import ChannelsWorld

NOUNS = (
    session,
    people,
    settings,
    facts,
    events,
    inbox,
    decisions,
    proposals,
    effects,
    judging,
    cases,
    stories,
    shop,
    town,
    wires,
    worlds,
    imports,
    today,
    letters,
    mappings,
    quarantine,
    rules,
    risks,
    tables,
    workbench,
    search,
    things,
    service,
    service_contacts,
    service_desk,
    service_looks,
    service_remedies,
    knowledge,
    stock,
    network,
)


class Api:
    """An ASGI application for one desk, with what a server needs to end it well."""

    def __init__(
        self,
        desk: Desk,
        *,
        host: str = "127.0.0.1",
        token: str = "",
        hosts: Iterable[str] = (),
        pages: Path | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        with desk.shop.store.read() as connection:
            check_binding(host, token, any_account(connection))
        self.watch = Watch(desk)
        self.work = Work()
        metrics = Metrics(desk, self.watch)
        parts = {"desk": desk, "work": self.work, "watch": self.watch, "once": Once(), "metrics": metrics}
        parts["sockets"] = Sockets()
        door = Door(desk.shop, self.work.door, token=token, alone=loopback(host), now=now)
        parts |= {"door": door, "attempts": Attempts(now)}
        self.imports = ImportRunner(desk.shop)
        parts["imports"] = Imports(self.imports)
        parts["wards"] = Wards(desk.shop)
        parts["runs"] = Runs()
        self.litestar = Litestar(
            [
                Router("/api/v1", route_handlers=[_openapi_json, *(route for noun in NOUNS for route in noun.ROUTES)]),
                *shop.PLAIN,
                *channels.ROUTES,
                *widget.ROUTES,
                *page_routes(pages or page_dir()),
            ],
            dependencies={
                "who": Provide(person_of, sync_to_thread=False),
                **{name: Provide(_always(part), sync_to_thread=False) for name, part in parts.items()},
            },
            state=State({"desk": desk, "work": self.work}),
            guards=[check],
            exception_handlers=HANDLERS,
            before_request=check_body,
            request_max_body_size=BODY_BYTES,
            lifespan=[self._alive],
            logging_config=None,
            openapi_config=_openapi(),
        )
        self._app = metrics.timed(Guard(self.litestar, door, hosts=hosts, carries=_carries(desk)))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)

    def hang_up(self) -> None:
        """End the streams: call it in the event loop when the server is told to stop."""
        self.watch.hang_up()

    @asynccontextmanager
    async def _alive(self, app: Litestar) -> AsyncIterator[None]:
        self.watch.start()
        self.imports.start()
        try:
            yield
        finally:
            self.watch.hang_up()
            self.work.close()
            await asyncio.to_thread(self.imports.close)


def _carries(desk: Desk) -> Callable[[str], bool]:
    """Which sites may carry the chat on their pages."""
    world = desk.shop.world("channels")
    return world.settings.carries if isinstance(world, ChannelsWorld) else lambda origin: False


def _always(part: Any) -> Any:
    def give() -> Any:
        return part

    return give


@get("/openapi.json", include_in_schema=False, opt=may("see"))
async def _openapi_json(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """The OpenAPI 3.1 document of everything under /api/v1."""
    return Response(request.app.openapi_schema.to_schema(), media_type="application/vnd.oai.openapi+json")


def _openapi() -> OpenAPIConfig:
    cookie = SecurityScheme(
        type="apiKey",
        security_scheme_in="cookie",
        name=SESSION,
        description="Set by POST /api/v1/session; changes also need x-linkloop-csrf, as GET /api/v1/session tells it",
    )
    return OpenAPIConfig(
        title="Linkloop 环环",
        version=version("linkloop"),
        path="/api/openapi",  # what the framework adds; ours is /api/v1/openapi.json
        use_handler_docstrings=True,
        render_plugins=[JsonRenderPlugin()],
        components=Components(
            security_schemes={"token": SecurityScheme(type="http", scheme="bearer"), "session": cookie}
        ),
        security=[{"token": []}, {"session": []}],
    )
