"""An LLM's URL, checked: `openai+https://host/v1?model=NAME&key=VARIABLE&answers=Wording`, and what is behind it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import msgspec

from linkloop.commerce.knowledge import Embed
from linkloop.core.question import Model
from linkloop.core.vocabulary import questions
from linkloop.models.drivers.openai_compatible import LlmSettings, OpenAICompatible
from linkloop.models.drivers.openai_embeddings import OpenAIEmbeddings
from linkloop.models.drivers.wrong_url import bad_model


def open_model(name: str, url: str, environment: Mapping[str, str]) -> list[Model]:
    """A model for each question of a URL. Raises LinkloopError `settings.model` that names the entry."""
    where = f"model.{name}"
    parts = urlsplit(url.removeprefix("openai+"))
    try:
        given = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        settings = msgspec.convert(given, LlmSettings, strict=False)
        host = parts.hostname or ""
        _ = parts.port
    except (ValueError, msgspec.ValidationError) as error:
        raise bad_model(str(error), f"无效：{error}", where) from error
    if not host or parts.username or parts.password or parts.fragment:
        raise bad_model("a URL needs a host and no password inside", "网址须有主机名，且不可内含密码", where)
    if parts.scheme == "http" and not settings.plain_http and not _near(host):
        raise bad_model("only https, for customers' words go there", "只允许 https：客户的话会发往该处", where)
    if settings.form not in ("json_schema", "json_object", "none"):
        raise bad_model("form is json_schema, json_object or none", "form 为 json_schema、json_object 或 none", where)
    if not (0 < settings.share <= 1 and settings.timeout_s > 0 and settings.max_tokens > 0):
        en = "share is above 0 and at most 1; timeout_s and max_tokens are above 0"
        raise bad_model(en, "share 须大于 0 且不超过 1；timeout_s 与 max_tokens 须大于 0", where)
    base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    api_key = environment.get(settings.key, "") if settings.key else ""
    found: list[Model] = []
    for answered in filter(None, settings.answers.split(",")):
        question = questions().get(answered.strip())
        if question is None:
            raise bad_model(f"there is no question {answered[:60]!r}", f"没有 {answered[:60]!r} 这个问题", where)
        kind = OpenAIEmbeddings if question is Embed else OpenAICompatible
        found.append(kind(name, base + kind.PATH, settings, question, api_key))
    return found


def _near(host: str) -> bool:
    """This machine or the network in the house."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_private
