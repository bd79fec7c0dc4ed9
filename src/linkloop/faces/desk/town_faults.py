"""What can be brought upon the town: every fault with its fields, defaults and choices, for a form."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.catalog import Product, Supplier
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.faces.desk.halves import halves
from linkloop.faces.desk.town import world_of
from linkloop.store.schema import state
from linkloop.worlds.sim.faults import Fault
from linkloop.worlds.sim.payments import PROVIDERS
from linkloop.worlds.sim.places import REGIONS
from linkloop.worlds.sim.troubles import MOST_FACTOR, MOST_MINUTES

FieldKind = Literal["minutes", "factor", "share", "product", "provider", "region", "supplier", "choice", "text"]
_KINDS: dict[str, FieldKind] = {
    "minutes": "minutes",
    "factor": "factor",
    "share": "share",
    "success_rate": "share",
    "product_id": "product",
    "provider": "provider",
    "region": "region",
    "supplier_id": "supplier",
    "effect": "choice",
    "error": "text",
}
_BOUNDS: dict[FieldKind, tuple[float, float]] = {
    "minutes": (1, MOST_MINUTES),
    "factor": (0.01, MOST_FACTOR),
    "share": (0, 1),
}
REGION_NAMES = {
    "华东": "East China",
    "华南": "South China",
    "华北": "North China",
    "华中": "Central China",
    "西南": "Southwest",
    "西北": "Northwest",
    "东北": "Northeast",
}


class FaultChoice(msgspec.Struct, frozen=True):
    """One value that a field may have; an empty `name` has none of its own."""

    value: str
    name: Text


class FaultField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a fault: what kind of input it needs, its bounds and its default."""

    name: str
    kind: FieldKind
    default: str | float | None = None
    least: float | None = None
    most: float | None = None
    choices: list[FaultChoice] = []


class FaultInfo(msgspec.Struct, frozen=True):
    """A fault that may be injected; `type` goes into the order with the fields."""

    type: str
    fields: list[FaultField]


def fault_forms(shop: Shop) -> list[FaultInfo]:
    """Every kind of fault, with the products and suppliers of this shop. Raises NotFound `town.none`."""
    world_of(shop)
    choices = _choices(shop)
    return [FaultInfo(kind.__name__, [_field(one, choices) for one in msgspec.structs.fields(kind)])
            for kind in get_args(Fault)]  # fmt: skip


def _field(one: msgspec.structs.FieldInfo, choices: dict[str, list[FaultChoice]]) -> FaultField:
    kind = _KINDS[one.name]
    offered = choices.get(kind, [])
    if kind == "choice":
        offered = [FaultChoice(value, Text(en="", zh="")) for value in get_args(one.type)]
    default: Any = None if one.default is msgspec.NODEFAULT else one.default
    if default is None and offered:
        default = offered[0].value
    least, most = _BOUNDS.get(kind, (None, None))
    return FaultField(name=one.name, kind=kind, default=default, least=least, most=most, choices=offered)


def _choices(shop: Shop) -> dict[str, list[FaultChoice]]:
    return {
        "product": [FaultChoice(row.product_id, halves(row.title)) for row in _rows(shop, Product)],
        "supplier": [FaultChoice(row.supplier_id, Text(en=row.name, zh=row.name)) for row in _rows(shop, Supplier)],
        "provider": [FaultChoice(name, Text(en="", zh="")) for name in PROVIDERS],
        "region": [FaultChoice(name, Text(en=REGION_NAMES[name], zh=name)) for name in REGIONS],
    }


def _rows(shop: Shop, kind: type[Table]) -> list[Any]:
    query = sa.select(state.c.body).where(state.c.kind == table_name(kind)).order_by(state.c.key)
    with shop.store.read() as connection:
        return [msgspec.json.decode(body, type=kind) for body in connection.execute(query).scalars()]
