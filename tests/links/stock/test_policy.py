"""The stock link: counts demand, learns lead times, and decides orders that a person can follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.orders import LineSold, OrderLine, OrderPlaced, OrderReturned
from linkloop.commerce.stock import (
    DemandDay,
    DemandSpiked,
    LeadTime,
    Replenish,
    ShopDay,
    StockArrived,
    StockLevel,
    StockPromised,
)
from linkloop.commerce.time import DayClosed
from linkloop.core.decision import Decision, decide
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.stock import link
from linkloop.links.stock.model import Future, LeadDays, fit
from tests.links.context import MemoryShop, actions, decisions

# The shop's midnight is eight hours ahead of UTC's.
CLOSED = datetime(2026, 3, 29, 16, tzinfo=UTC)
TODAY = "2026-03-29"
PACE = [3, 5, 4, 6, 2, 7, 5]


def cny(yuan: int) -> Money:
    return Money(yuan * 100, "CNY")


def shelf(on_hand: int, product: str = "p1", **more: Any) -> StockLevel:
    return StockLevel(product_id=product, place="hz", on_hand=on_hand, **more)


def goods(product: str = "p1", price: int = 100, cost: int = 60) -> list[Table]:
    return [
        Product(product_id=product, title="Kettle", price=cny(price), cost=cny(cost), supplier_id="s1"),
        Supplier(supplier_id="s1", lead_time_days=5, lead_time_sd_days=1, min_order_units=10, case_pack_units=6),
    ]


def sold(product: str = "p1", days: int = 28, factor: int = 1) -> Iterator[DemandDay]:
    for n in range(days):
        day = (datetime.fromisoformat(TODAY) - timedelta(days=n)).date().isoformat()
        yield DemandDay(product_id=product, place="hz", day=day, units=PACE[n % 7] * factor, orders=2)


def close(shop: MemoryShop) -> list[Table]:
    return shop.hear(DayClosed(at=CLOSED, shop="s", day=TODAY, case_id="night"))


def order(at: datetime, *lines: tuple[str, int], order_id: str = "o1") -> OrderPlaced:
    said = tuple(LineSold(product, quantity, cny(100)) for product, quantity in lines)
    return OrderPlaced(at=at, order_id=order_id, customer_id="c", place="hz", lines=said, total=cny(100))


def test_an_order_adds_its_units_to_the_shops_day() -> None:
    shop = MemoryShop(link, [ShopDay(shop="shop", day="2026-03-30", ahead_minutes=480)])
    evening = datetime(2026, 3, 29, 15, 59, tzinfo=UTC)
    shop.hear(order(evening, ("p1", 2), ("p2", 1), ("p1", 3)), order(evening + timedelta(minutes=1), ("p1", 1)))
    assert shop.rows[DemandDay] == {
        "p1|hz|2026-03-29": DemandDay(product_id="p1", place="hz", day="2026-03-29", units=5, orders=1),
        "p2|hz|2026-03-29": DemandDay(product_id="p2", place="hz", day="2026-03-29", units=1, orders=1),
        "p1|hz|2026-03-30": DemandDay(product_id="p1", place="hz", day="2026-03-30", units=1, orders=1),
    }


def test_a_return_is_counted_on_its_day_and_takes_no_demand_away() -> None:
    shop = MemoryShop(link)
    line = (LineSold("p1", 2, cny(100)),)
    shop.hear(order(CLOSED, ("p1", 2)))
    shop.hear(OrderReturned(at=CLOSED, order_id="o1", customer_id="c", place="hz", lines=line))
    row = shop.read(DemandDay, "p1|hz|2026-03-29")
    assert row == DemandDay(product_id="p1", place="hz", day="2026-03-29", units=2, orders=1, returned=2)


@pytest.mark.parametrize(
    ("at", "ahead"),
    [
        (datetime(2026, 3, 29, 16, tzinfo=UTC), 480),
        (datetime(2026, 3, 29, 16, 2, 11, tzinfo=UTC), 480),  # said a little late
        (datetime(2026, 3, 30, 4, tzinfo=UTC), -240),
        (datetime(2026, 3, 29, 18, 30, tzinfo=UTC), 330),
        (datetime(2026, 4, 9, tzinfo=UTC), -840),  # ten days late is no time zone
    ],
)
def test_a_closed_day_opens_the_next_and_tells_the_time_zone(at: datetime, ahead: int) -> None:
    (row,) = MemoryShop(link).hear(DayClosed(at=at, shop="s", day=TODAY))
    assert row == ShopDay(shop="shop", day="2026-03-30", ahead_minutes=ahead)


def test_arrivals_and_promises_teach_how_long_a_supplier_takes() -> None:
    shop = MemoryShop(link)
    for days in (4, 6, 8):
        ordered = CLOSED - timedelta(days=days)
        shop.hear(
            StockPromised(
                at=ordered, product_id="p1", place="hz", quantity=6, supplier_id="s1", arrives_at=ordered + timedelta(5)
            ),
            StockArrived(at=CLOSED, product_id="p1", place="hz", quantity=6, supplier_id="s1", ordered_at=ordered),
        )
    assert shop.read(LeadTime, "s1") == LeadTime(
        supplier_id="s1", arrivals=3, mean_days=6.0, squares_days=8.0, promises=3, promised_days=5.0
    )


def test_a_position_below_the_lead_times_demand_is_ordered_up_in_whole_cases_with_its_reason() -> None:
    shop = MemoryShop(link, [*goods(), shelf(9, on_order=6, backordered=1), *sold()])
    (decision,) = decisions(close(shop))
    (action,) = actions([decision])
    demand = fit(PACE * 4, 9)
    lead = LeadDays(5.0, 1.0)
    target = Future.over(demand, lead, 7).quantile(0.97)
    assert action == Replenish(
        product_id="p1",
        place="hz",
        wave=TODAY,
        quantity=-(-(target - 14) // 6) * 6,
        supplier_id="s1",
        at_risk=cny(60) * action.quantity,
    )
    assert decision.decide_by == CLOSED + timedelta(days=1)
    assert decision.confidence == round(0.9 * 28 / 35, 4)
    assert decision.reason == Text(
        en="Kettle at hz: 9 on hand, 6 on order, 0 being ordered, 1 owed. It sells 4.6 ± 2.1 a day; "
        f"s1 takes 5.0 ± 1.0 days. A service level of 97% needs {target}: "
        f"order {action.quantity} for {action.at_risk}.",
        zh="hz 的 Kettle：现货 9，在途 6，下单中 0，欠货 1。日销 4.6 ± 2.1 件；s1 交期 5.0 ± 1.0 天。"
        f"97% 的服务水平需要 {target} 件：订购 {action.quantity} 件，{action.at_risk}。",
    )


def test_the_options_are_weighed_by_expected_cost_and_one_is_taken() -> None:
    shop = MemoryShop(link, [*goods(), shelf(9), *sold()])
    (decision,) = decisions(close(shop))
    chosen, nothing, *others = decision.alternatives
    quantity = decision.action["quantity"]
    assert (chosen.name, chosen.chosen, chosen.propensity) == (f"{quantity} units, service level 0.97", True, 1.0)
    assert (nothing.name, nothing.chosen, nothing.propensity) == ("order nothing", False, 0.0)
    assert [other.name.rsplit(" ", 1)[1] for other in others] == ["0.9", "0.95", "0.98", "0.99"]
    future = Future.over(fit(PACE * 4, 9), LeadDays(5.0, 1.0), 7)
    holding = 60 * 0.25 * 12 / 365
    assert nothing.score == pytest.approx(-future.cost(9, 40.0, holding), abs=0.01)
    assert chosen.score == pytest.approx(-future.cost(9 + quantity, 40.0, holding), abs=0.01)
    assert nothing.score < chosen.score


def test_enough_on_the_way_or_being_ordered_is_not_ordered_again() -> None:
    asked = Replenish(product_id="p1", place="hz", wave="w", quantity=90, supplier_id="s1", at_risk=cny(1))
    held = msgspec.structs.replace(decide(asked, Text(en="", zh="")), id="d1", status="held")
    base = [*goods(), shelf(9), *sold()]
    assert len(decisions(close(MemoryShop(link, base)))) == 1
    assert decisions(close(MemoryShop(link, [*base, held]))) == []
    refused = msgspec.structs.replace(held, status="refused")
    assert len(decisions(close(MemoryShop(link, [*base, refused])))) == 1
    assert decisions(close(MemoryShop(link, [*goods(), shelf(9, on_order=90), *sold()]))) == []


def test_what_customers_send_back_is_counted_on() -> None:
    plain = MemoryShop(link, [*goods(), shelf(9), *sold()])
    back = [msgspec.structs.replace(day, returned=2) for day in sold()]
    returning = MemoryShop(link, [*goods(), shelf(9), *back])
    (usual,), (less,) = actions(close(plain)), actions(close(returning))
    assert usual.quantity - less.quantity in (6, 12)  # 2 a day over a lead time of 5 days, in cases of 6


def test_what_cannot_be_ordered_or_valued_is_left_alone() -> None:
    for missing in ({"cost": None}, {"supplier_id": ""}):
        product = msgspec.structs.replace(goods()[0], **missing)
        assert decisions(close(MemoryShop(link, [product, goods()[1], shelf(0), *sold()]))) == []
    assert decisions(close(MemoryShop(link, [shelf(0), *sold()]))) == []
    assert decisions(close(MemoryShop(link, [*goods(), shelf(0)]))) == []


def test_a_loss_is_not_stocked_but_what_customers_paid_for_is_ordered() -> None:
    loss = goods(price=50, cost=60)
    assert decisions(close(MemoryShop(link, [*loss, shelf(0), *sold()]))) == []
    (action,) = actions(close(MemoryShop(link, [*loss, shelf(0, backordered=7), *sold()])))
    assert action.quantity == 12


def test_the_past_before_the_link_counted_comes_from_order_lines_in_the_shops_days() -> None:
    lines: list[Table] = []
    for n in range(1, 29):
        at = CLOSED - timedelta(days=n, minutes=1)  # 23:59 of the shop's day
        lines.append(
            OrderLine(
                order_id=f"h{n}", line_no=1, product_id="p1", quantity=PACE[n % 7], price=cny(1), place="hz", sold_at=at
            )
        )
    # The day that the link counted itself is not counted twice.
    lines.append(
        OrderLine(
            order_id="t",
            line_no=1,
            product_id="p1",
            quantity=99,
            price=cny(1),
            place="hz",
            sold_at=CLOSED - timedelta(hours=1),
        )
    )
    counted = next(sold())
    (mixed,) = actions(close(MemoryShop(link, [*goods(), shelf(9), *lines, counted])))
    (plain,) = actions(close(MemoryShop(link, [*goods(), shelf(9), *sold()])))
    assert mixed == plain


def test_learned_lead_times_raise_the_order() -> None:
    slow = LeadTime(supplier_id="s1", arrivals=30, mean_days=12.0, squares_days=30.0)
    (usual,) = actions(close(MemoryShop(link, [*goods(), shelf(9), *sold()])))
    (longer,) = actions(close(MemoryShop(link, [*goods(), shelf(9), *sold(), slow])))
    assert longer.quantity > usual.quantity + 20


def spike(observed: int = 60, expected: float = 12.0, product: str = "p1", place: str = "hz") -> DemandSpiked:
    at = CLOSED + timedelta(hours=3)
    return DemandSpiked(
        at=at, product_id=product, place=place, observed=observed, expected=expected, window_minutes=60, p_value=1e-9
    )


def test_a_spike_is_answered_at_once_with_speed_under_its_own_wave() -> None:
    opened = ShopDay(shop="shop", day="2026-03-30", ahead_minutes=480)
    shop = MemoryShop(link, [*goods(), shelf(9), *sold(), opened])
    (decision,) = decisions(shop.hear(spike()))
    (action,) = actions([decision])
    assert (action.wave, action.expedite) == ("spike:2026-03-30", True)
    extra = 32 / 7 * (5 - 1) * 2
    target = Future.over(fit(PACE * 4, 9), LeadDays(2.5, 0.5), 7, extra).quantile(0.98)
    assert action.quantity == -(-(target - 9) // 6) * 6
    assert "spikes: about 37 more" in decision.reason.en
    assert "正在爆发，预计多卖 37 件" in decision.reason.zh
    assert decision.reason.en.endswith("expedited.")


def test_a_spike_with_stock_for_it_orders_nothing() -> None:
    assert shop_says(shelf(400)) == []


def shop_says(level: StockLevel, event: DemandSpiked | None = None) -> list[Decision]:
    return decisions(MemoryShop(link, [*goods(), level, *sold()]).hear(event or spike()))


def test_a_spike_of_the_whole_shop_or_of_an_unknown_product_waits_for_the_night() -> None:
    assert shop_says(shelf(9), spike(product="")) == []
    assert shop_says(shelf(9), spike(product="nothing")) == []
    assert shop_says(shelf(9), spike(expected=0.0)) == []


def test_a_spike_elsewhere_looks_at_every_place_that_stocks_the_product() -> None:
    assert len(shop_says(shelf(9), spike(place="nowhere"))) == 1


def test_a_product_without_a_past_is_judged_by_what_the_watch_expected() -> None:
    (action,) = actions(MemoryShop(link, [*goods(), shelf(1)]).hear(spike(observed=9, expected=0.3)))
    assert action.quantity >= 100  # 7.2 a day, believed ten times as much, for a while


def test_the_same_night_decides_the_same_bytes() -> None:
    rows = [*goods(), shelf(9), *sold()]
    assert msgspec.json.encode(close(MemoryShop(link, rows))) == msgspec.json.encode(close(MemoryShop(link, rows)))
