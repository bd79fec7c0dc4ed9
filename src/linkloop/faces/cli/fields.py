"""Fields: `name=value` arguments as values of a schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from linkloop.faces.cli.words import say


def parse(pairs: Sequence[str], properties: dict[str, Any] | None = None) -> dict[str, Any]:
    """`name=value` pairs as a dict: text for a field whose schema is a string, else JSON where it is JSON.

    `properties` is the `properties` of a JSON Schema; a name that is not in it is a usage error that lists those.
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise click.UsageError(say("usage.field", pair=pair))
        if properties is not None and name not in properties:
            raise click.UsageError(say("usage.field_unknown", name=name, known=", ".join(properties)))
        found[name] = value if properties and properties[name].get("type") == "string" else _value(value)
    return found


def _value(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
