"""Editing: a person says which column is which field, and the mapping changes with all that follows from it."""

from __future__ import annotations

import msgspec
import polars as pl

from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.store.columns import columns
from linkloop.worlds.files.guess import primary_of
from linkloop.worlds.files.looking import Sample
from linkloop.worlds.files.mapping import ColumnRule, Mapping, TableMapping, signature_of
from linkloop.worlds.files.mapping_file import name_for
from linkloop.worlds.files.profile import text_of
from linkloop.worlds.files.ruling import Found, Guesser
from linkloop.worlds.files.targets import TARGETS

BY_HAND = Text(en="chosen by you", zh="由你指定")
_CONSTANT = Text(en="the same for every row, chosen by you", zh="每行相同，由你指定")


def assign(
    mapping: Mapping | None,
    sample: Sample,
    file: str,
    table: str,
    field: str,
    column: str,
    constant: str = "",
    *,
    instead: bool = False,
) -> Mapping:
    """The mapping with `table.field` given by `column`; by a `constant` where no column is named; by nothing where
    neither is. A table that no column feeds any more is left out. Raises NotFound `mapping.field`.

    `instead`: the column gives nothing else from now on (and nothing at all where no table is named); a number that
    links tables, such as an order's, is given to every table of the mapping that lacks it.
    """
    mapping = mapping or _blank(sample, file)
    rules = {target.table: dict(target.columns) for target in mapping.targets}
    if instead:
        rules = {t: {f: r for f, r in given.items() if column not in r.source} for t, given in rules.items()}
        if not table:
            return settled(mapping, sample, rules)
    known = {c.name: c for c in columns(TARGETS[table].kind)} if table in TARGETS else {}
    if field not in known or (column and column not in sample.look.header):
        raise NotFound(
            "mapping.field",
            Text(
                en=f"there is no {table}.{field}, or no column “{column}”",
                zh=f"没有 {table}.{field}，或没有“{column}”列",
            ),
            Text(en="Choose from the list.", zh="请从列表中选择。"),
            where=f"{table}.{field}",
        )
    rules.setdefault(table, {})
    places = [table]
    if column and instead and field.endswith("_id"):
        places += [t for t, given in rules.items() if t != table and _has(t, field) and field not in given]
    for place in places:
        if column:
            rules[place][field] = _by_hand(mapping, sample, rules, place, field, column)
        elif constant:
            rules[place][field] = ColumnRule(transform="constant", constant=constant, why=_CONSTANT)
        else:
            rules[place].pop(field, None)
    return settled(mapping, sample, rules)


def _by_hand(
    mapping: Mapping, sample: Sample, rules: dict[str, dict[str, ColumnRule]], table: str, field: str, column: str
) -> ColumnRule:
    (meant,) = (c for c in columns(TARGETS[table].kind) if c.name == field)
    guesser = Guesser(sample.profiles, sample.place, sample.look.header, {t: _found(r) for t, r in rules.items()})
    rows = next((t.rows for t in mapping.targets if t.table == table), "key")
    rule = guesser.rule(table, meant, Found(column, 1.0, 0.0), rows)
    return msgspec.structs.replace(rule, confidence=1.0, why=BY_HAND)


def _has(table: str, field: str) -> bool:
    return any(c.name == field for c in columns(TARGETS[table].kind))


def settled(mapping: Mapping, sample: Sample, rules: dict[str, dict[str, ColumnRule]]) -> Mapping:
    """The mapping with these rules: counted and constant fields added, and the finest table made row by row."""
    fed = {t: _found(r) for t in TARGETS if (r := rules.get(t)) and any(rule.source for rule in r.values())}
    whole = {t: found for t, found in fed.items() if set(TARGETS[t].kind.__key__) - {TARGETS[t].counted} & found.keys()}
    texts = text_of(sample.look.header, sample.cells)
    first = primary_of(whole, texts) if whole else ""
    if first and not _row_by_row(first, whole[first], texts):
        first = ""
    before = {target.table: target for target in mapping.targets}
    targets: list[TableMapping] = []
    for table in fed:
        target, given = TARGETS[table], dict(rules[table])
        if target.counted and target.counted not in given:
            given[target.counted] = ColumnRule(
                transform="count",
                why=Text(en="no column: counted in the order of the file", zh="没有对应的列：按文件顺序编号"),
            )
        for field, value in target.constants.items():
            given.setdefault(field, ColumnRule(transform="constant", constant=value, confidence=0.6, why=_usual(value)))
        order = [column.name for column in columns(target.kind)]
        rows = "each" if table == first else "key"
        where = before[table].where if table in before else ""
        targets.append(
            TableMapping(
                table=table,
                rows=rows,
                columns={f: given[f] for f in sorted(given, key=order.index)},
                where=where,
            )
        )
    used = {c for t in targets for r in t.columns.values() for c in (*r.source, r.currency_from, *_present(r)) if c}
    return msgspec.structs.replace(
        mapping,
        targets=tuple(targets),
        ignored=tuple(column for column in sample.look.header if column not in used),
    )


def _row_by_row(table: str, found: dict[str, Found], texts: pl.DataFrame) -> bool:
    """Whether a row of the file is a row of the table: its key does not repeat, or is counted."""
    if TARGETS[table].counted and TARGETS[table].counted not in found:
        return True
    rows = texts.select(sorted({found[key].column for key in TARGETS[table].kind.__key__ if key in found}))
    rows = rows.drop_nulls()
    return rows.height == rows.n_unique()


def _blank(sample: Sample, file: str) -> Mapping:
    header, sheet = sample.look.header, sample.look.sheet
    signature = signature_of(header)
    return Mapping(
        name=name_for(file, sheet, signature),
        signature=signature,
        headers=header,
        sheet=sheet,
        targets=(),
        ignored=header,
    )


def _found(rules: dict[str, ColumnRule]) -> dict[str, Found]:
    return {f: Found(r.source[0], r.confidence, 1.0) for f, r in rules.items() if r.source}


def _present(rule: ColumnRule) -> tuple[str, ...]:
    return tuple(rule.values) if rule.transform == "present" else ()


def _usual(value: str) -> Text:
    return Text(en=f"no column: {value} for every row", zh=f"没有对应的列：每行都取 {value}")
