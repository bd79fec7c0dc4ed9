"""A stated share of orders comes back, mostly clothes; the goods go to their shelf and the price to the shopper."""

from __future__ import annotations

from collections import Counter, defaultdict

from scipy import stats

from linkloop.commerce.orders import Order, OrderReturned
from linkloop.commerce.payments import Payment
from linkloop.worlds.sim.agenda import DAY, Agenda
from linkloop.worlds.sim.returns import CAUSES, RETURN_SHARE, Returns
from linkloop.worlds.sim.town import Town
from tests.worlds.sim.conftest import Lived


def _all_returns(lived: Lived) -> tuple[int, list[OrderReturned]]:
    """What comes back of all delivered orders when one waits for it long enough."""
    town = Town(seed=20)
    agenda = Agenda(0)
    returns = Returns(agenda, town.catalog, town.shelves, 33)
    delivered = [p for p in lived.town.shoppers.book.values() if p.status == "delivered"]
    for purchase in delivered:
        returns.consider(purchase)
    came: list[OrderReturned] = []
    while (said := agenda.step(60 * DAY)) is not None:
        came += [event for delivery in said for event in delivery.said if isinstance(event, OrderReturned)]
    for purchase in delivered:  # the town is shared by other tests
        purchase.status = "delivered"
    return len(delivered), came


def test_16_9_percent_of_orders_come_back_for_the_stated_reasons(lived: Lived) -> None:
    """National Retail Federation and Happy Returns, 2024: 16.9 % of annual sales."""
    delivered, came = _all_returns(lived)
    assert stats.binomtest(len(came), delivered, RETURN_SHARE).pvalue > 0.001
    causes = Counter(event.cause for event in came)
    assert stats.chisquare([causes[c] for c, _ in CAUSES], [s * len(came) for _, s in CAUSES]).pvalue > 0.001
    category = {p.product_id: p.category for p in lived.town.catalog.products}
    units = Counter(category[line.product_id] for event in came for line in event.lines)
    assert units["apparel"] > units["food"]


def test_a_refund_is_the_price_of_what_came_back(lived: Lived) -> None:
    refunds = {p.order_id: p.amount.amount for p in lived.said(Payment) if p.status == "refunded"}
    came = lived.said(OrderReturned)
    assert came
    for event in came:
        assert refunds[event.order_id] == sum(line.price.amount * line.quantity for line in event.lines)


def test_an_order_is_returned_when_all_of_it_is(lived: Lived) -> None:
    placed = defaultdict[str, int](int)
    for purchase in lived.town.shoppers.book.values():
        placed[purchase.order_id] = len(purchase.lines)
    last = {order.order_id: order.status for order in lived.said(Order)}
    for event in lived.said(OrderReturned):
        expected = "returned" if len(event.lines) == placed[event.order_id] else "delivered"
        assert last[event.order_id] == expected
