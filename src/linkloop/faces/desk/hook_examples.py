"""Examples of what another system sends to a hook, made from the classes themselves."""

from __future__ import annotations

import types
from datetime import datetime
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.vocabulary import tables

FIRST = "orders"  # where a hook lets everything in


def example(kinds: tuple[str, ...], shop: Shop) -> str:
    """A body that the hook takes: the fields that must be there, with values of the right type."""
    name = kinds[0] if kinds else FIRST
    kind = tables()[name]
    at = shop.clock.now().astimezone(shop.zone).replace(microsecond=0)
    skipped = ("id",) if issubclass(kind, Event) else ()
    data = {
        field.encode_name: _value(field.type, field.encode_name, at, shop.settings.currency)
        for field in msgspec.structs.fields(kind)
        if field.required and field.name not in skipped
    }
    body = {"type": name, "timestamp": at, "data": data}
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


def _value(kind: Any, name: str, at: datetime, currency: str) -> Any:
    origin = get_origin(kind)
    if origin is Literal:
        return get_args(kind)[0]
    if origin in (Union, types.UnionType):
        return _value(next(one for one in get_args(kind) if one is not type(None)), name, at, currency)
    if origin in (tuple, list):
        return [_value(get_args(kind)[0], name, at, currency)]
    if origin is dict:
        return {}
    if kind is Money:
        return {"amount": 1990, "currency": currency}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return {
            field.encode_name: _value(field.type, field.encode_name, at, currency)
            for field in msgspec.structs.fields(kind)
            if field.required
        }
    plain: dict[Any, Any] = {datetime: at, bool: True, int: 1, float: 1.0}
    return plain.get(kind, f"{name}-1")
