"""A small shop for tests of the network: three places, six cities, orders of two weeks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from linkloop.commerce.catalog import Product
from linkloop.commerce.customers import Customer
from linkloop.commerce.lanes import Centre, Destination, Lane, Routing
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel  # noqa: F401  (the link's SQL reads its table)
from linkloop.commerce.stock import Place
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.network.geo import distance

SUNDAY = datetime(2026, 3, 29, 16, tzinfo=UTC)  # midnight in Shanghai: the Sunday of 2026-W13 has closed
DAY = "2026-03-29"
PLACES = (
    Place(place="E", region="华东", latitude=31.4, longitude=121.0),
    Place(place="S", region="华南", latitude=23.2, longitude=113.2),
    Place(place="N", region="华北", latitude=39.1, longitude=117.2),
)
CITIES = (
    (Destination(destination="上海", region="华东", latitude=31.23, longitude=121.47), 8),
    (Destination(destination="杭州", region="华东", latitude=30.27, longitude=120.16), 5),
    (Destination(destination="广州", region="华南", latitude=23.13, longitude=113.26), 7),
    (Destination(destination="北京", region="华北", latitude=39.90, longitude=116.41), 6),
    (Destination(destination="成都", region="西南", latitude=30.57, longitude=104.07), 3),
    (Destination(destination="武汉", region="华中", latitude=30.59, longitude=114.31), 4),
)
NEAREST = {"上海": "E", "杭州": "E", "广州": "S", "北京": "N", "成都": "S", "武汉": "E"}


def cny(fen: int) -> Money:
    return Money(fen, "CNY")


def lanes(places=PLACES) -> list[Lane]:
    found = []
    for place in places:
        for city, _ in CITIES:
            far = distance(place, city)
            found.append(
                Lane(origin=place.place, destination=city.destination, distance_km=round(far, 1), per_kg=cny(50),
                     per_parcel=cny(round(300 + 0.4 * far)), transit_days=0.75 + far / 700,
                     promise_days=1.5 + far / 500, reliability=0.9, weather_risk=0.02, weather_days=1.5)
            )  # fmt: skip
    for one in places:
        found += [
            Lane(origin=one.place, destination=other.place, mode="road", kind="transfer", per_parcel=cny(200),
                 distance_km=round(distance(one, other), 1), transit_days=2.0)
            for other in places if other is not one
        ]  # fmt: skip
    return found


def shop(routed: dict[str, str] | None = None, *, fixed: int = 20_000, parcels: int = 0, days: int = 14) -> list[Table]:
    """Rows of the shop; each city orders `weight` + (day mod 3) parcels a day, at noon in Shanghai."""
    rows: list[Table] = [*PLACES, *(city for city, _ in CITIES), *lanes()]
    rows += [Centre(place=p.place, fixed_per_day=cny(fixed), opening_cost=cny(500_000), closing_cost=cny(200_000),
                    parcels_per_day=parcels) for p in PLACES]  # fmt: skip
    rows += [Routing(destination=name, place=place) for name, place in (routed or NEAREST).items()]
    rows.append(Product(product_id="p", category="cups", cost=cny(3000), price=cny(5000), weight_g=800))
    for city, weight in CITIES:
        rows.append(Customer(customer_id=city.destination, city=city.destination, region=city.region))
        for day in range(days):
            at = SUNDAY - timedelta(days=day, hours=12)
            for n in range(weight + day % 3):
                key = f"{city.destination}{day}-{n}"
                rows.append(Order(order_id=key, customer_id=city.destination, placed_at=at, status="paid"))
                rows.append(OrderLine(order_id=key, line_no=1, product_id="p", quantity=2, price=cny(5000)))
    return rows
