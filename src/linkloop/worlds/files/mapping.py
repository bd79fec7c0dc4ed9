"""Mapping: which columns of a file become which fields of which tables, as data that a person can read and edit."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from linkloop.core.text import Text
from linkloop.worlds.files.names import plain

Transform = Literal[
    "text",      # as it stands, without the spaces around it
    "id",        # text; ="00123" and '00123 are unwrapped
    "digits",  # an id that the file has as a number: 17850.0 is 17850
    "int",       # a whole number, times `scale`
    "number",    # any number, times `scale`
    "money",     # an amount of `currency` (or of the currency in the column `currency_from`)
    "product",   # money × whole number: price × quantity
    "per_unit",  # money ÷ whole number: line amount ÷ quantity
    "date",      # by `format` in `timezone`
    "word",      # one of the keys of `values`, or a word of the built-in list `words` (as orders.status)
    "prefix",    # letters before a number: one of the keys of `values`
    "present",   # the value of the first column in `values` that is not empty
    "count",     # 1, 2, 3, … within the other key fields, in the order of the file
    "constant",  # always `constant`
]  # fmt: skip
Pick = Literal["first", "last", "min", "max", "sum", "most"]


class ColumnRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one field is filled. `pick` says which value counts where many rows make one (`most`: the commonest).

    With a `separator` the cell is split by it first, and `part` (0: the first, -1: the last) is what counts.
    """

    source: tuple[str, ...] = ()
    transform: Transform = "text"
    currency: str = ""
    currency_from: str = ""
    decimal: Literal[".", ","] = "."
    scale: float = 1.0
    format: tuple[str, ...] = ()
    timezone: str = ""
    values: dict[str, str] = {}
    words: str = ""
    constant: str = ""
    pick: Pick = "first"
    confidence: float = 1.0
    why: Text = Text(en="", zh="")
    separator: str = ""
    part: int = 0


class TableMapping(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One table that the file feeds: `each` row of the file is a row, or all rows with the same `key` make one.

    `where` names a column; a row in which it is empty gives nothing to this table.
    """

    table: str
    rows: Literal["each", "key"]
    columns: dict[str, ColumnRule]
    where: str = ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that the person does not want: where `column` matches the regular expression, with the reason."""

    column: str
    matches: str
    why: Text


class Mapping(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the files with these headers become tables. `confidence` is 0 to 1, the least sure column that is needed."""

    name: str
    signature: str
    headers: tuple[str, ...]
    targets: tuple[TableMapping, ...]
    sheet: str = ""
    refuse: tuple[Refusal, ...] = ()
    ignored: tuple[str, ...] = ()
    confidence: float = 1.0


def signature_of(header: tuple[str, ...]) -> str:
    """A fingerprint of headers, whatever their order, case and punctuation."""
    return hashlib.sha256("\x1f".join(sorted(plain(name) or name for name in header)).encode()).hexdigest()[:16]


def digest_of(mapping: Mapping) -> str:
    """A fingerprint of what a mapping does; its name, its confidences and its reasons do not count."""
    bare = msgspec.structs.replace(
        mapping,
        name="",
        confidence=1.0,
        targets=tuple(
            msgspec.structs.replace(
                target,
                columns={
                    field: msgspec.structs.replace(rule, confidence=1.0, why=Text(en="", zh=""))
                    for field, rule in sorted(target.columns.items())
                },
            )
            for target in mapping.targets
        ),
    )
    # Not JSON: omit_defaults goes by identity, so a 1.0 that was read from a file would be written and ours not.
    # What is not split says nothing of it: a mapping that was kept before cells could be split is still itself.
    told = repr(bare).replace(", separator='', part=0)", ")")
    return hashlib.sha256(told.encode()).hexdigest()[:16]
