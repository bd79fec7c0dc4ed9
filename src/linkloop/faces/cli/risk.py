"""`linkloop risk`: what runs short and what lies too long on a day, with what each action costs, and why."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import click

from linkloop.faces.cli.frame import command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import language, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkloop.core.money import Money
    from linkloop.faces.desk.risks import Risk, Risks

ACTIONS = {"urgent": "紧急补货", "promote": "促销建议", "keep": "维持现状"}
NAMES = {action: name for name, action in ACTIONS.items()}
COLUMNS = (
    "product", "title", "region", "demand", "stock", "chance", "action", "by_cost", "order", "stake", "saves", "reason",
)  # fmt: skip


@command("risk")
@click.option("--region", default="")
@click.option("--date", "day", default="")
@click.option("--action", type=click.Choice([*ACTIONS, *NAMES]))
@click.option("--judged", type=click.Choice(["ratio", "cost"]), default="ratio", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--after", default="")
@click.option("--csv", "as_csv", is_flag=True)
def risk(
    session: Session, region: str, day: str, action: str | None, judged: Any, limit: int, after: str, as_csv: bool
) -> None:
    if as_csv and session.json:
        raise click.UsageError(say("usage.csv_json"))
    wanted: Any = ACTIONS.get(action or "", action or "")
    with session.desk() as desk:
        found = desk.risks(day, region, wanted, judged, "", limit, after)
    if session.json:
        session.data(found)
    elif as_csv:
        session.bytes(_csv(found.items))
    else:
        _show(session, found)


def _show(session: Session, found: Risks) -> None:
    session.line(say("risk.written" if found.written else "risk.worked_out", date=found.date))
    if not found.regions:
        session.note(say("risk.none"))
        return
    session.line()
    session.table(
        [say(f"risk.{name}") for name in ("region", "products", *ACTIONS, "stake", "saves")],
        [
            [one.region or say("risk.nowhere"), one.products, *(one.by_ratio[action] for action in NAMES),
             _sums(one.at_stake), _sums(one.saves)]
            for one in found.regions
        ],
    )  # fmt: skip
    session.line()
    session.table([say(f"risk.{name}") for name in COLUMNS], [_row(one) for one in found.items])
    session.note(say("risk.shown", shown=len(found.items), total=found.total))
    if found.next:
        session.note(say("risk.more", cursor=found.next))


def _row(one: Risk) -> list[Any]:
    return [
        one.product_id, one.title, one.region or say("risk.nowhere"), round(one.predicted_demand, 1), one.current_stock,
        f"{one.p_stockout:.0%}", _action(one.action), _action(one.action_by_cost), one.order_units or None,
        _money(one.at_stake), _money(one.saves), one.reason.say(language()),
    ]  # fmt: skip


def _action(action: str | None) -> str:
    """The action in the language that is spoken; in Chinese it is as it stands in the data."""
    return say(f"risk.{NAMES[action]}") if action else ""


def _money(amount: Money | None) -> str:
    return str(amount) if amount else ""


def _sums(amounts: Sequence[Money]) -> str:
    return " + ".join(str(amount) for amount in amounts)


def _csv(rows: Sequence[Risk]) -> bytes:
    """As programs read it: the columns of the view, money in minor units."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    names = [name for name in rows[0].__struct_fields__ if name != "reason"] if rows else []
    writer.writerow([*names, "currency", "reason_en", "reason_zh"] if rows else [])
    for one in rows:
        cells = [getattr(one, name) for name in names]
        currency = one.at_stake.currency if one.at_stake else ""
        amounts = [getattr(cell, "amount", cell) for cell in cells]
        writer.writerow([*amounts, currency, one.reason.en, one.reason.zh])
    return out.getvalue().encode()
