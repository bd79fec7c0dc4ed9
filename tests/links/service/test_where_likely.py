"""Where no carrier names a day: a range with its chance from what such parcels took, and no promise."""

from __future__ import annotations

import msgspec
import numpy as np

from linkloop.commerce.parcels import Parcel
from linkloop.commerce.promises import Promise
from linkloop.commerce.transit import ArrivalTime, TransitEffect, TransitErrors
from linkloop.core.table import Table
from linkloop.links.network import errors
from linkloop.links.network.arriving import ArrivalModel
from tests.links.context import of_kind
from tests.links.service.flow_shop import TRAVELS, WAITS, FlowShop, replies


def learned(parcels: int) -> list[Table]:
    """A lane on which parcels took about five days."""
    mean = float(np.log(5 / 3))
    counts = tuple((errors.bell(0.0, 1.0) * 500).tolist())
    return [
        TransitEffect(kind="lane", name="WH>杭州", mean=mean, variance=0.0001, parcels=parcels),
        *(TransitEffect(kind=kind, name=name, mean=0.0, variance=0.0001, parcels=500)  # type: ignore[arg-type]
          for kind, name in (("all", ""), ("mode", "courier"), ("band", ""), ("weight", ""), ("carrier", "顺丰"),
                             ("carrier_lane", "顺丰|WH>杭州"))),
        TransitEffect(kind="noise", name="", mean=0.01, variance=0.0, parcels=500),
        TransitErrors(kind="all", name="", counts=counts),
    ]  # fmt: skip


def shop(parcel: Parcel, *rows: Table, seen: int = 200) -> FlowShop:
    town = FlowShop(*rows, msgspec.structs.replace(parcel, origin="WH", destination="杭州"), *learned(seen))
    town.shop.matrix = town.shop.matrix.with_model(ArrivalModel())
    return town


def of(rows: tuple[Table, ...]) -> Parcel:
    (found,) = [row for row in rows if isinstance(row, Parcel)]
    return found


def test_a_parcel_without_a_day_is_told_as_a_range_that_is_no_promise() -> None:
    silent = msgspec.structs.replace(of(TRAVELS), expected_at=None, promised_at=None)
    town = shop(silent, *TRAVELS)
    said = town.ask("where is LL3003", "where_is_parcel", order_id="LL3003")
    (text,) = replies(said)
    # It left on 6 July at 10:00 in Shanghai and is not there on the 10th: five days, give or take a seventh.
    assert "8 of 10 such parcels arrive between 10 July and 12 July; that is an estimate, not a promise." in text
    assert of_kind(said, Promise) == []


def test_one_that_is_packed_is_told_how_long_it_takes_once_it_is_on_its_way() -> None:
    packed = msgspec.structs.replace(of(WAITS), promised_at=None)
    (text,) = replies(shop(packed, *WAITS).ask("包裹在哪 LL3001", "where_is_parcel", order_id="LL3001"))
    assert "发出后十件中有八件 4–7 天送达；这是估计，不是承诺。" in text


def test_the_carriers_day_is_told_alone_and_so_is_a_lane_that_hardly_anything_came_over() -> None:
    (named,) = replies(shop(of(TRAVELS), *TRAVELS).ask("where is LL3003", "where_is_parcel", order_id="LL3003"))
    assert "estimate" not in named
    silent = msgspec.structs.replace(of(TRAVELS), expected_at=None, promised_at=None)
    (few,) = replies(shop(silent, *TRAVELS, seen=19).ask("where is LL3003", "where_is_parcel", order_id="LL3003"))
    assert "There is no delivery date from the carrier yet." in few
    assert "estimate" not in few
    nobody = FlowShop(*TRAVELS, silent)
    (alone,) = replies(nobody.ask("where is LL3003", "where_is_parcel", order_id="LL3003"))
    assert "estimate" not in alone
    assert ArrivalTime.__name__ in {question.__name__ for question in nobody.shop.link.asks}
