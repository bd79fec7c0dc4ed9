"""Rows of a shop whose risk on 2023-11-11 can be told by hand, as a source says them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

DAY = "2023-11-11"
# product, place: (units sold every day, on hand)
GOODS = {
    ("short", "sh"): (30, 60), ("fair", "sh"): (10, 70), ("heap", "sh"): (2, 900), ("short", "gz"): (1, 90),
    ("priceless", "gz"): (5, 1),
}  # fmt: skip


def risk_rows() -> list[dict[str, Any]]:
    """Two places in two regions, four products, four weeks of even sales."""
    rows: list[dict[str, Any]] = [
        {"kind": "places", "place": "sh", "region": "上海市"},
        {"kind": "places", "place": "gz", "region": "广东省"},
        {"kind": "products", "product_id": "priceless", "title": "无价"},
    ]
    for name in ("short", "fair", "heap"):
        cny = {"currency": "CNY"}
        price, cost = {"amount": 10_000, **cny}, {"amount": 6_000, **cny}
        rows.append({"kind": "products", "product_id": name, "title": f"商品 {name}", "price": price, "cost": cost})
    for (product, place), (mean, on_hand) in GOODS.items():
        rows.append({"kind": "stock_levels", "product_id": product, "place": place, "on_hand": on_hand})
        for n in range(1, 29):
            sold_at = (datetime.fromisoformat(DAY) - timedelta(days=n)).isoformat() + "+08:00"
            rows.append(
                {"kind": "order_lines", "order_id": f"{product}-{place}-{n}", "line_no": 1, "product_id": product,
                 "quantity": mean, "price": {"amount": 1, "currency": "CNY"}, "place": place, "sold_at": sold_at}
            )  # fmt: skip
    return rows


# product, region → (demand of 7 days, in stock, what the mission's rule says)
EXPECTED = {
    ("short", "华东"): (210.0, 60, "紧急补货"), ("fair", "华东"): (70.0, 70, "维持现状"),
    ("heap", "华东"): (14.0, 900, "促销建议"), ("short", "华南"): (7.0, 90, "促销建议"),
    ("priceless", "华南"): (35.0, 1, "紧急补货"),
}  # fmt: skip
