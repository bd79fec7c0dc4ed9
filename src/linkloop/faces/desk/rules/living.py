"""Living: a draft goes live, an older version comes back, the shipped one is restored; and what there was before."""

from __future__ import annotations

from typing import Any

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.text import Text
from linkloop.engine.rule_table import RuleTable
from linkloop.engine.rulebook import RuleChange, Way
from linkloop.engine.rules import load
from linkloop.engine.turn import Turn
from linkloop.faces.desk.rules.diff import diff
from linkloop.faces.desk.rules.drafts import forget
from linkloop.faces.desk.rules.sheet import body_of, sheet_of
from linkloop.faces.desk.rules.views import RuleDiff, RuleSheet, RuleVersion
from linkloop.faces.desk.rules.whatif import what_ifs
from linkloop.store.audit import Entry

AUDITED = 200  # rows of a difference that the audit spells out; every version is kept whole beside it


def go_live(shop: Shop, name: str, sheet: RuleSheet, based_on: str, note: str, by: str) -> RuleVersion:
    """Prove a draft in full and make it live, with what its last what-if showed; the author's draft is done with.

    Raises LinkloopError `rules.…` that says what is wrong, Conflict `rules.moved`, Refused `rules.same` or
    `rules.note`; then nothing has changed.
    """
    shop.rules.known(name)
    body = body_of(shop.rules.bodies[name], sheet)
    table = load(body, name)
    return _change(shop, table, body, by, based_on, note, "live", what_ifs(shop).found(name, table.version))


def bring_back(shop: Shop, name: str, version: str, based_on: str, note: str, by: str) -> RuleVersion:
    """Make an older version live again; the shipped one is followed from then on, through updates too."""
    body = shop.rules.body(name, version)
    table, shipped = shop.rules.shipped[name]
    if version == table.version:
        return _change(shop, table, shipped, by, based_on, note, "shipped", {})
    return _change(shop, load(body, name), body, by, based_on, note, "back", {})


def versions(shop: Shop, name: str) -> list[RuleVersion]:
    """Every time that a version went live, latest first, down to the one that ships."""
    live = shop.rules.known(name).version
    shipped = shop.rules.shipped[name][0].version
    history = shop.rules.history(name)
    found = [_version(change, live == change.version and n == 0, shipped) for n, change in enumerate(history)]
    first = history[-1].before if history else shipped
    ships = RuleVersion(version=shipped, live=shipped == live and not history, shipped=True)
    return [*found, *([RuleVersion(version=first, live=False, shipped=False)] if first != shipped else []), ships]


def version_sheet(shop: Shop, name: str, version: str) -> RuleSheet:
    """One version as a sheet. Raises NotFound `rules.version`."""
    return sheet_of(shop.rules.body(name, version))


def difference(shop: Shop, name: str, before: str, after: str) -> RuleDiff:
    """What changed from one version to another, by row and cell."""
    return diff(version_sheet(shop, name, before), version_sheet(shop, name, after))


def _change(
    shop: Shop,
    table: RuleTable,
    body: bytes,
    by: str,
    based_on: str,
    note: str,
    way: Way,
    tried: dict[str, Any],
) -> RuleVersion:
    if not note.strip():
        raise Refused(
            "rules.note",
            Text(en="a change of rules needs a note", zh="修改规则需要写明原因"),
            Text(en="Say in a sentence why.", zh="请用一句话说明为什么。"),
            where="note",
        )
    name = table.name

    def work(turn: Turn) -> RuleChange:
        old = shop.rules.known(name)
        spelled = _spelled(sheet_of(shop.rules.bodies[name]), sheet_of(body))
        change = shop.rules.change(turn, table, body, by, based_on=based_on, note=note.strip(), way=way, tried=tried)
        turn.w.audit.append(
            Entry(
                by=by,
                what=f"rules.{way}",
                about=name,
                before={"version": old.version, **spelled[0]},
                after={
                    "version": table.version,
                    "note": change.note,
                    **spelled[1],
                    **({"what_if": tried} if tried else {}),
                },
            )
        )
        if way == "live":
            forget(turn, name, by)
        return change

    try:
        change = shop.loop.do(work)
    except BaseException as error:
        # In memory it went live within a turn that was then not committed.
        if shop.rules.live.get(name) is table and not (isinstance(error, LinkloopError) and error.code == "rules.same"):
            shop.rules.reload(name)
        raise
    return _version(change, True, shop.rules.shipped[name][0].version)


def _spelled(before: RuleSheet, after: RuleSheet) -> tuple[dict[str, Any], dict[str, Any]]:
    """The difference as the audit keeps it: of each changed row its cells before, and its cells after."""
    found = diff(before, after)
    left: dict[str, Any] = {}
    right: dict[str, Any] = {}
    for row in found.rows[:AUDITED]:
        cells = {f"{cell.side}.{cell.field}" if cell.field else cell.side: cell for cell in row.cells}
        if row.came != "added":
            left[row.row] = {key: cell.before for key, cell in cells.items()} or {"place": row.place_before + 1}
        if row.came != "removed":
            right[row.row] = {key: cell.after for key, cell in cells.items()} or {"place": row.place_after + 1}
    about = msgspec.to_builtins(found)
    more = {key: about[key] for key in ("columns", "tests", "title", "confidence") if about[key]}
    return {"rows": left}, {"rows": right, **more}


def _version(change: RuleChange, live: bool, shipped: str) -> RuleVersion:
    return RuleVersion(
        version=change.version,
        live=live,
        shipped=change.version == shipped,
        n=change.n,
        at=from_micros(change.at),
        by=change.by,
        before=change.before,
        way=change.way,
        note=change.note,
        tried=change.tried,
    )
