"""The catalogue is believable, complete, and the same for the same seed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from linkloop.commerce.catalog import CategoryName, Product, Supplier
from linkloop.commerce.customers import Browsed
from linkloop.worlds.sim.catalog import ZIPF, Catalog
from linkloop.worlds.sim.places import CITIES, NEAREST, REGIONS, WAREHOUSES, kilometres, share_of
from tests.worlds.sim.conftest import Lived


def test_there_are_120_goods_in_8_categories_each_with_a_supplier_that_supplies_it() -> None:
    catalog = Catalog(1)
    rows = catalog.rows()
    products = [row for row in rows if isinstance(row, Product)]
    suppliers = {row.supplier_id for row in rows if isinstance(row, Supplier)}
    assert len(products) == 120
    assert Counter(product.category for product in products) == dict.fromkeys({p.category for p in products}, 15)
    assert len({product.product_id for product in products}) == 120
    assert len({product.title for product in products}) == 120
    assert {product.supplier_id for product in products} <= suppliers
    names = {(row.category, row.language) for row in rows if isinstance(row, CategoryName)}
    assert names == {(product.category, language) for product in products for language in ("zh", "en")}


def test_every_product_is_sold_above_its_cost_in_yuan() -> None:
    for product in Catalog(2).products:
        assert product.price is not None
        assert product.cost is not None
        assert product.price.currency == product.cost.currency == "CNY"
        assert 0 < product.cost.amount < product.price.amount
        assert product.title.count(" · ") == 1


def test_a_seed_gives_one_catalogue_and_another_seed_another() -> None:
    assert Catalog(3).rows() == Catalog(3).rows()
    assert Catalog(3).weights == Catalog(3).weights
    assert Catalog(3).weights != Catalog(4).weights


def test_popularity_follows_zipf_as_fitted_from_what_was_looked_at(lived: Lived) -> None:
    """Maximum likelihood of the exponent from 3 × 10⁵ views; stated 0.95, near the 0.87 that Brynjolfsson, Hu &
    Smith (2003) estimate for books at Amazon."""
    views = Counter(p for visit in lived.said(Browsed) for p in visit.viewed)
    order = np.argsort(lived.town.catalog.weights)[::-1]
    counts = np.array([views[f"SKU-{index + 1:03d}"] for index in order])
    logs = np.log(np.arange(1, 121))

    def loss(s: float) -> float:
        return float(s * (counts * logs).sum() + counts.sum() * np.log(np.exp(-s * logs).sum()))

    assert minimize_scalar(loss, bounds=(0.2, 3.0), method="bounded").x == pytest.approx(ZIPF, abs=0.01)


def test_return_eagerness_is_one_for_the_mean_unit_sold() -> None:
    catalog = Catalog(5)
    weighed = sum(w * r for w, r in zip(catalog.weights, catalog.return_eagerness, strict=True))
    assert weighed == pytest.approx(1.0)


def test_distances_are_those_of_the_map() -> None:
    """Beijing to Tianjin is about 110 km in a straight line, Guangzhou to Urumqi about 3,280 km."""
    by_name = {city.name: city for city in CITIES}
    assert kilometres(WAREHOUSES[2], by_name["北京"]) == pytest.approx(108, abs=5)
    assert kilometres(WAREHOUSES[1], by_name["乌鲁木齐"]) == pytest.approx(3280, rel=0.02)


def test_every_city_has_a_region_and_a_nearest_warehouse_and_the_shares_sum_to_one() -> None:
    assert {city.region for city in CITIES} == set(REGIONS)
    names = [WAREHOUSES[order[0]].city for order in NEAREST]
    assert names[[city.name for city in CITIES].index("杭州")] == "昆山"
    assert names[[city.name for city in CITIES].index("深圳")] == "广州"
    assert sum(share_of(place) for place in range(3)) == pytest.approx(1.0)
