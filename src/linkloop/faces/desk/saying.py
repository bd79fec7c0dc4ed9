"""Saying: rows and events from a person or program become one delivery, taken in once, never mistaken for another."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.errors import Conflict, LinkloopError, Refused
from linkloop.core.event import Event
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Accepted, Delivery
from linkloop.store.codec import decode, kind_of
from linkloop.store.schema import log
from linkloop.worlds.channels.settings import OURS

_ENVELOPE = ("id", "case_id", "cause_id", "hop", "source", "external_id")
LONGEST = 255  # characters of a source or an external id


def delivery(source: str, external_id: str, items: list[dict[str, Any]]) -> Delivery:
    """Checked rows and events; each item is `{"kind": <SQL name>, …fields}`.

    Raises NotFound `table.unknown`, Refused `say.ours` for what the loop alone concludes, and LinkloopError
    `input.invalid` that names the item and field.
    """
    for name, value in (("source", source), ("external_id", external_id)):
        if not 0 < len(value) <= LONGEST:
            raise _invalid(f"1 to {LONGEST} characters", f"须为 1 至 {LONGEST} 个字符", name)
    if not items:
        raise _invalid("nothing is said", "内容为空", "items")
    return Delivery(source=source, external_id=external_id, said=tuple(_item(item, n) for n, item in enumerate(items)))


def _item(item: dict[str, Any], n: int) -> Table:
    name = item.get("kind")
    if not isinstance(name, str) or not name:
        raise _invalid(
            "an item needs its kind: the SQL name of a table or event",
            "缺少 kind（表或事件的名称）",
            f"items[{n}].kind",
        )
    if name in OURS:
        raise Refused(
            "say.ours",
            Text(en=f"{name} is concluded by the loop itself", zh=f"{name} 只由系统自己得出"),
            Text(en="Say what happened; the loop concludes the rest.", zh="请只告知发生了什么，其余由系统得出。"),
            where=f"items[{n}].kind",
        )
    kind = kind_of(name)
    kept = ("kind", *_ENVELOPE) if issubclass(kind, Event) else ("kind",)
    try:
        return msgspec.convert({k: v for k, v in item.items() if k not in kept}, kind)
    except (msgspec.ValidationError, OverflowError) as error:
        raise _invalid(str(error), f"输入无效：{error}", f"items[{n}]") from error


def same_as_before(shop: Shop, said: Delivery, accepted: Accepted) -> Accepted:
    """`accepted` itself; raises Conflict `say.other_body` when its id was used before for something else."""
    if not accepted.repeated:
        return accepted
    query = sa.select(log.c.kind, log.c.body).where(log.c.offset.between(accepted.first, accepted.last))
    with shop.store.read() as connection:
        lines = connection.execute(query.order_by(log.c.offset)).all()
    before = [decode(kind_of(line.kind), line.body) for line in lines]
    if len(before) != len(said.said) or any(map(_differ, before, said.said)):
        raise Conflict(
            "say.other_body",
            Text(
                en="this source and external id (Idempotency-Key) said something else before",
                zh="该来源与外部编号（Idempotency-Key）此前已用于其他内容",
            ),
            Text(en="Use a new id for something new.", zh="新的内容请换用新的编号。"),
            where=said.external_id,
        )
    return accepted


def _differ(kept: Table, said: Table) -> bool:
    if isinstance(kept, Event) and type(kept) is type(said):
        said = msgspec.structs.replace(said, **{field: getattr(kept, field) for field in _ENVELOPE})
    return kept != said


def _invalid(en: str, zh: str, where: str) -> LinkloopError:
    return LinkloopError(
        "input.invalid",
        Text(en=en, zh=zh),
        Text(en="See the schema at /api/v1/schema.", zh="字段定义见 /api/v1/schema。"),
        where,
    )
