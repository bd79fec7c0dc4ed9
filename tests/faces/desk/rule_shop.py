"""A small real shop whose one link pays a late parcel what the shipped remedy table allows, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import ParcelDelayed
from linkloop.commerce.remedies import Compensate, RemedyPolicy
from linkloop.core.clock import SimClock
from linkloop.core.decision import Decision, decide
from linkloop.core.link import Context, Link
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.engine.gate import GatePolicy
from linkloop.faces.desk.rules.reading import one_table
from linkloop.faces.desk.rules.views import RuleSheet, RuleSheetRow
from linkloop.links.service import link as service
from tests.engine.small_shop import NOW
from tests.recorder import Recorder

REMEDY = "rules:RemedyPolicy"


def payer() -> Link:
    """Pays as many days' delay as its cause says (`"3"`: three days) the amount cap of the table."""
    link = Link("payer", title=("Payer", "赔付"), asks=(RemedyPolicy,), decides=(Compensate,), rules=service.rules)

    @link.hears(ParcelDelayed)
    def on_delay(ctx: Context, event: ParcelDelayed) -> Iterator[Table]:
        order = ctx.read(Order, event.order_id)
        assert order is not None
        assert order.total is not None
        days, mood = event.cause.split()
        asked = RemedyPolicy(late_days=float(days), mood=mood, order_value=order.total.amount, compensated_before=0)  # type: ignore[arg-type]
        amount = Money(ctx.ask(asked).value.amount_cap, "CNY")
        yield decide(
            Compensate(
                order_id=order.order_id, customer_id=order.customer_id, cause="late", amount=amount, at_risk=amount
            ),
            Text(en=f"{days} days late", zh=f"延误 {days} 天"),
        )

    return link


def open_rule_shop(folder: Path) -> Shop:
    """The shop, opened but not started."""
    recorder = Recorder(folder / "effects.txt", frozenset({"Compensate", "CancelCompensation"}), None)
    settings = Settings(folder=str(folder), gate=GatePolicy())
    shop = Shop(settings, links=[payer()], worlds=[recorder])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    return shop


def sheet(shop: Shop) -> RuleSheet:
    """The live remedy table as a sheet."""
    return one_table(shop, REMEDY, 30, "wei").sheet


def with_cell(sheet: RuleSheet, row: str, field: str, cell: str) -> RuleSheet:
    """The sheet with one cell changed, a condition or a result."""

    def changed(old: RuleSheetRow) -> RuleSheetRow:
        if old.id != row:
            return old
        if field in sheet.inputs:
            return replace(old, when={**old.when, field: cell})
        return replace(old, then={**old.then, field: cell})

    return replace(sheet, rows=tuple(changed(old) for old in sheet.rows))


def with_test(sheet: RuleSheet, name: str, **then: object) -> RuleSheet:
    """The sheet with one test's expectations changed."""
    return replace(
        sheet, tests=tuple(replace(t, then={**t.then, **then}) if t.name == name else t for t in sheet.tests)
    )


def dearer(sheet: RuleSheet) -> RuleSheet:
    """A day or more and calm is worth ¥33 instead of ¥20, with its test."""
    return with_test(
        with_cell(sheet, "day", "amount_cap", "3300"), "a day and calm is worth a twentieth", amount_cap=3300
    )


def last(decisions: list[Decision]) -> int:
    """What the latest decision pays, in minor units."""
    return int(decisions[-1].action["amount"]["amount"])


def until_done(ask: object, timeout_s: float = 20.0) -> object:
    """Call `ask` until its state is no longer waiting or running."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        found = ask()  # type: ignore[operator]
        if found.state not in ("waiting", "running"):
            return found
        time.sleep(0.02)
    raise TimeoutError("the what-if did not end")
