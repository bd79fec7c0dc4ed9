"""The catalog: what a shop sells, who supplies it, and the words for its categories."""

from typing import ClassVar, Literal

import msgspec

from linkloop.core.money import Money
from linkloop.core.question import Question
from linkloop.core.table import Table


class Product(Table, frozen=True, kw_only=True, gc=False):
    """One sellable product (SKU). `price` and `cost` are per unit; weights in grams, lengths in millimetres."""

    __table__: ClassVar[str] = "products"
    __key__: ClassVar[tuple[str, ...]] = ("product_id",)

    product_id: str
    title: str = ""
    category: str = ""
    brand: str = ""
    price: Money | None = None
    cost: Money | None = None
    supplier_id: str = ""
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    photos: int | None = None


class CategoryName(Table, frozen=True, kw_only=True, gc=False):
    """The name of a category in another language (BCP 47 tag)."""

    __table__: ClassVar[str] = "category_names"
    __key__: ClassVar[tuple[str, ...]] = ("category", "language")

    category: str
    language: str
    name: str


RelationKind = Literal["accessory", "spare_part", "consumable", "similar", "related"]


class ProductRelation(Table, frozen=True, kw_only=True, gc=False):
    """How a product belongs to another: `product_id` is an accessory, spare part or consumable for `other_id`, is
    similar to it, or goes with it. `fits` is False where it is known not to fit; `note` says under which condition."""

    __table__: ClassVar[str] = "product_relations"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "other_id", "kind")
    __index__: ClassVar[tuple[str, ...]] = ("product_id", "other_id")

    product_id: str
    other_id: str
    kind: RelationKind
    fits: bool = True
    note: str = ""


class ProductAttribute(Table, frozen=True, kw_only=True, gc=False):
    """One property of a product, as `connector` = `USB-C`; of a `size`, `note` says whom it fits."""

    __table__: ClassVar[str] = "product_attributes"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "name", "value")
    __index__: ClassVar[tuple[str, ...]] = ("product_id",)

    product_id: str
    name: str
    value: str
    note: str = ""


class Supplier(Table, frozen=True, kw_only=True, gc=False):
    """Who delivers goods; lead time in days as agreed, minimum order in units."""

    __table__: ClassVar[str] = "suppliers"
    __key__: ClassVar[tuple[str, ...]] = ("supplier_id",)

    supplier_id: str
    name: str = ""
    city: str = ""
    lead_time_days: float = 7.0
    lead_time_sd_days: float = 0.0
    min_order_units: int = 1
    case_pack_units: int = 1


class Seller(Table, frozen=True, kw_only=True, gc=False):
    """A merchant on a marketplace."""

    __table__: ClassVar[str] = "sellers"
    __key__: ClassVar[tuple[str, ...]] = ("seller_id",)

    seller_id: str
    name: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


class NamedProducts(msgspec.Struct, frozen=True):
    """Products that a text names, the best first, each with how much of its title stands in the text (0 to 1)."""

    product_ids: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()


class WhichProduct(Question[NamedProducts], frozen=True, kw_only=True):
    """Which products of the catalog does this text name?"""

    text: str
    limit: int = 3
