"""watch: notices that orders, a product or a payment provider are not as they usually are at this time."""

from __future__ import annotations

from collections.abc import Iterator

from linkloop.commerce.customers import Browsed
from linkloop.commerce.loop import FileImported
from linkloop.commerce.orders import OrderPlaced
from linkloop.commerce.payments import PaymentsFailing, PaymentTried
from linkloop.commerce.stock import DemandSpiked
from linkloop.commerce.time import DayClosed, MinutePassed
from linkloop.commerce.watching import Alert, MinuteCount, Recent, Season
from linkloop.core.link import Context, Link
from linkloop.core.table import Table
from linkloop.links.watch import intake, policy
from linkloop.links.watch.counting import count_order, count_payment, count_visit
from linkloop.links.watch.learning import learn_all

link = Link(
    "watch",
    title=("Watch: what is unusual right now", "监测：此刻有什么不寻常"),
    says=(MinuteCount, Recent, Season, Alert, DemandSpiked, PaymentsFailing),
)


@link.hears(OrderPlaced)
def order_placed(ctx: Context, event: OrderPlaced) -> Iterator[Table]:
    """Count an order and its lines in their minute."""
    yield count_order(ctx, event)


@link.hears(PaymentTried)
def payment_tried(ctx: Context, event: PaymentTried) -> Iterator[Table]:
    """Count a try to pay in its minute."""
    yield count_payment(ctx, event)


@link.hears(Browsed)
def browsed(ctx: Context, event: Browsed) -> Iterator[Table]:
    """Count a visit in its minute."""
    yield count_visit(ctx, event)


@link.hears(MinutePassed)
def minute_passed(ctx: Context, event: MinutePassed) -> Iterator[Table]:
    """Look at every metric that moved."""
    yield from policy.look(ctx, event)


@link.hears(DayClosed, slow=True)
def day_closed(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Learn every season anew from the last four weeks."""
    yield from learn_all(ctx, event.at)


@link.hears(FileImported, slow=True)
def file_imported(ctx: Context, event: FileImported) -> Iterator[Table]:
    """Look at how much of a file could be used, and learn anew when it brought a past."""
    yield from intake.look_at(ctx, event)
    if not {"orders", "order_lines"}.isdisjoint(event.tables):
        yield from learn_all(ctx, event.at)
