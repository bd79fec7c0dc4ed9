"""How nouns become bytes in the log: msgspec JSON, one decoder per class."""

from __future__ import annotations

from functools import cache

import msgspec

from linkloop.core.errors import NotFound
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables

_encoder = msgspec.json.Encoder(order="deterministic")
encode = _encoder.encode
_kinds: dict[str, type[Table]] = {}


def kind_of(name: str) -> type[Table]:
    """The class of a log kind. Raises NotFound `table.unknown` when no installed package defines it."""
    if name not in _kinds:
        _kinds.update(tables())
    if name not in _kinds:
        raise NotFound(
            "table.unknown",
            Text(en=f"no table or event is called {name}", zh=f"没有名为 {name} 的表或事件"),
            Text(en="See `linkloop sql 'SHOW TABLES'`.", zh="可用 `linkloop sql 'SHOW TABLES'` 查看。"),
        )
    return _kinds[name]


@cache
def _decoder(kind: type[Table]) -> msgspec.json.Decoder[Table]:
    return msgspec.json.Decoder(kind)


def decode(kind: type[Table], body: bytes) -> Table:
    """A row back from its bytes."""
    return _decoder(kind).decode(body)
