"""What the stock link is worth: sales that a town loses to empty shelves, with nobody ordering and with the link.

    python -m bench.stock              # three weeks of 1,000 orders, about two minutes
    python -m bench.stock --days 7

The same town lives twice (its shoppers do not know who runs the shop); only the orders to suppliers differ.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import timedelta

import msgspec

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.orders import OrderLine
from linkloop.commerce.stock import StockLevel, Transfer
from linkloop.core.action import Errand, effect_key
from linkloop.core.event import Event
from linkloop.core.table import Table
from linkloop.core.vocabulary import action_of
from linkloop.links.stock import link
from linkloop.worlds.sim.town import Town
from tests.links.context import MemoryShop, decisions

HEARD = {hearing.event for hearing in link.hearings}
KEPT = {Product, Supplier, StockLevel, OrderLine}


def live(days: int, orders_per_day: float, seed: int, ordering: bool) -> tuple[Town, int, int, int]:
    """A town after some days; the number of orders to suppliers, their cost in fen, and the units moved."""
    town = Town(seed=seed, orders_per_day=orders_per_day, festivals=False)
    shop = MemoryShop(link, town.warm_up(42)[OrderLine])
    heard = decided = spent = moved = 0
    for delivery in _lived(town, days):
        shop.keep(row for row in delivery if type(row) in KEPT)
        for event in delivery if ordering else ():
            if not isinstance(event, Event) or type(event) not in HEARD:
                continue
            heard += 1
            for decision in decisions(shop.hear(msgspec.structs.replace(event, id=f"e{heard}"))):
                action = action_of(decision)
                errand = Errand(key=effect_key(action), action=action, decision_id=f"d{decided}", case_id=event.case_id)
                receipt = town.perform(errand)
                done = receipt.status == "done"
                if isinstance(action, Transfer):
                    moved += action.quantity * done
                decided += done and not isinstance(action, Transfer)
                spent += receipt.cost.amount if receipt.cost else 0
    return town, decided, spent, moved


def _lived(town: Town, days: int) -> Iterable[tuple[Table, ...]]:
    # A generator of its own: what is decided while a delivery is heard reaches the town before its next moment.
    for delivery in town.run_until(town.now() + timedelta(days=days)):
        yield delivery.said


def main() -> None:
    """Print units sold short with and without the link."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--orders", type=float, default=1000.0, help="orders of a usual day")
    parser.add_argument("--seed", type=int, default=3)
    asked = parser.parse_args()
    for ordering in (False, True):
        town, decided, spent, moved = live(asked.days, asked.orders, asked.seed, ordering)
        status = town.status()
        name = "with the stock link" if ordering else "nobody orders"
        left = sum(sum(row) for row in town.shelves.on_hand)
        print(
            f"{asked.days} days, {name}: {status.lost_units:,} units could not be sold, {left:,} units left on the "
            f"shelves, {decided} orders to suppliers for ¥{spent / 100:,.0f}, {moved:,} units moved between warehouses"
        )


if __name__ == "__main__":
    main()
