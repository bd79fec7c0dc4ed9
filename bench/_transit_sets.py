"""Deliveries with promised and real dates: SCMS (international, by mode and vendor) and a sample of Olist (Brazil)."""

from __future__ import annotations

from datetime import UTC, datetime
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

import polars as pl

AIR_KM = {"Air": 8000.0, "Air Charter": 8000.0, "Ocean": 12000.0, "Truck": 800.0}  # where no place is known: stated


class Sent(NamedTuple):
    """One parcel that was sent and has arrived; `kilometres` 0 where no distance is known."""

    origin: str
    destination: str
    carrier: str
    mode: str
    weight_g: int
    kilometres: float
    shipped_at: datetime
    promised_at: datetime
    delivered_at: datetime

    @property
    def days(self) -> float:
        """From leaving to arriving, at least a tenth of a day."""
        return max((self.delivered_at - self.shipped_at).total_seconds() / 86400, 0.1)

    @property
    def promised(self) -> float:
        """The days that were promised, at least a tenth."""
        return max((self.promised_at - self.shipped_at).total_seconds() / 86400, 0.1)


def scms(folder: Path) -> tuple[list[Sent], int]:
    """Deliveries by the time of their order, and how many rows were left out (no start, no mode, or out of order)."""
    frame = pl.read_csv(folder / "deliveries.csv", infer_schema_length=0)
    found, left = [], 0
    for row in frame.iter_rows(named=True):
        begin = _date(row["PO Sent to Vendor Date"]) or _date(row["PQ First Sent to Client Date"])
        told, real = _date(row["Scheduled Delivery Date"]), _date(row["Delivered to Client Date"])
        mode = row["Shipment Mode"]
        if begin is None or told is None or real is None or real <= begin or told <= begin or mode in (None, "N/A"):
            left += 1
            continue
        weight = row["Weight (Kilograms)"]
        found.append(
            Sent(row["Manufacturing Site"], row["Country"], row["Vendor"], mode,
                 int(float(weight) * 1000) if weight and weight.replace(".", "").isdigit() else 0,
                 AIR_KM.get(mode, 0.0), begin, told, real)
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.shipped_at, one.delivered_at)), left


def olist(folder: Path) -> tuple[list[Sent], int]:
    """Orders from the moment when the carrier had them; the lane is the seller's state to the customer's."""
    orders = pl.read_csv(folder / "olist_orders_dataset.csv")
    lines = pl.read_csv(folder / "olist_order_items_dataset.csv").unique("order_id", keep="first", maintain_order=True)
    products = pl.read_csv(folder / "olist_products_dataset.csv").select("product_id", "product_weight_g")
    points = (
        pl.read_csv(folder / "olist_geolocation_dataset.csv")
        .group_by("geolocation_zip_code_prefix")
        .agg(pl.median("geolocation_lat").alias("lat"), pl.median("geolocation_lng").alias("lng"))
    )
    buyers = pl.read_csv(folder / "olist_customers_dataset.csv").join(
        points, left_on="customer_zip_code_prefix", right_on="geolocation_zip_code_prefix", how="left"
    )
    sellers = pl.read_csv(folder / "olist_sellers_dataset.csv").join(
        points, left_on="seller_zip_code_prefix", right_on="geolocation_zip_code_prefix", how="left"
    )
    rows = (
        orders.join(lines, on="order_id", how="left")
        .join(products, on="product_id", how="left")
        .join(buyers, on="customer_id", how="left")
        .join(sellers, on="seller_id", how="left", suffix="_from")
    )
    found, left = [], 0
    for row in rows.iter_rows(named=True):
        begin, told, real = (
            _moment(row[name])
            for name in (
                "order_delivered_carrier_date",
                "order_estimated_delivery_date",
                "order_delivered_customer_date",
            )
        )
        if begin is None or told is None or real is None or real <= begin or row["seller_state"] is None:
            left += 1
            continue
        ends = [row["lat"], row["lng"], row["lat_from"], row["lng_from"]]
        found.append(
            Sent(row["seller_state"], row["customer_state"], "", "courier", int(row["product_weight_g"] or 0),
                 0.0 if None in ends else _kilometres(*ends), begin, told, real)
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.shipped_at, one.delivered_at)), left


def _kilometres(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    half = sin(radians(lat2 - lat1) / 2) ** 2
    half += cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lng2 - lng1) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))


def _date(text: str | None) -> datetime | None:
    for form in ("%d-%b-%y", "%m/%d/%y"):
        try:
            return datetime.strptime(text or "", form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
