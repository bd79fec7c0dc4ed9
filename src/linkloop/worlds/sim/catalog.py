"""The town's catalogue: products with prices, costs, suppliers and a Zipf popularity, drawn once from the seed."""

from __future__ import annotations

from msgspec.structs import replace

from linkloop.commerce.catalog import CategoryName, Product, Supplier
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.worlds.sim.draws import Draws, running
from linkloop.worlds.sim.goods import BRANDS, CATEGORIES, GOODS, SUPPLIERS

# Popularity of the k-th best seller is proportional to 1 / k^ZIPF. Brynjolfsson, Hu & Smith (2003,
# Management Science 49(11)) found 0.87 for books at Amazon; other shops lie between 0.8 and 1.2.
ZIPF = 0.95


class Catalog:
    """What the shop sells. Products are known by their index here and by `product_id` outside.

    `weights[i]` is the share of units sold that product i takes (they sum to 1); `fen[i]` is its price.
    """

    def __init__(self, seed: int) -> None:
        draws = Draws(seed, "catalog")
        self.suppliers = [_supplier(line) for line in SUPPLIERS]
        self.products: list[Product] = []
        self.titles: list[tuple[str, str]] = []
        for code, _, _, cost_share, _ in CATEGORIES:
            offered = [line[0] for line in SUPPLIERS if code in line[-1]]
            for line in GOODS[code].strip().splitlines():
                zh, en, yuan, grams = line.strip().split("|")
                self.titles.append((zh, en))
                self.products.append(_product(len(self.products), code, zh, en, int(yuan) * 100, int(grams),
                                              cost_share, draws.pick(offered), draws))  # fmt: skip
        ranks = draws.rng.permutation(len(self.products)) + 1
        raw = [float(rank) ** -ZIPF for rank in ranks.tolist()]
        self.weights = [weight / sum(raw) for weight in raw]
        self.cumulative = running(self.weights)
        self.fen = [product.price.amount for product in self.products if product.price]
        self.number = {product.product_id: i for i, product in enumerate(self.products)}
        self.supplier = {supplier.supplier_id: supplier for supplier in self.suppliers}
        eager = {code: relative for code, _, _, _, relative in CATEGORIES}
        relative = [eager[product.category] for product in self.products]
        mean = sum(w * r for w, r in zip(self.weights, relative, strict=True))
        self.return_eagerness = [r / mean for r in relative]

    def reprice(self, product: int, fen: int) -> Product:
        """A product (by its index) has another price from now on."""
        self.fen[product] = fen
        self.products[product] = replace(self.products[product], price=Money(fen, "CNY"))
        return self.products[product]

    def rows(self) -> tuple[Table, ...]:
        """Suppliers, category names in both languages, products."""
        names = [
            CategoryName(category=code, language=language, name=name)
            for code, zh, en, _, _ in CATEGORIES
            for language, name in (("zh", zh), ("en", en))
        ]
        return (*self.suppliers, *names, *self.products)


def _supplier(line: tuple[str, str, str, float, float, int, int, tuple[str, ...]]) -> Supplier:
    code, name, city, lead, sd, least, pack, _ = line
    return Supplier(supplier_id=code, name=name, city=city, lead_time_days=lead, lead_time_sd_days=sd,
                    min_order_units=least, case_pack_units=pack)  # fmt: skip


def _product(n: int, category: str, zh: str, en: str, fen: int, grams: int, cost_share: float,
             supplier: str, draws: Draws) -> Product:  # fmt: skip
    # A carton of 0.25 g per cubic centimetre, a little longer than wide, wider than high.
    side = (grams / 0.25) ** (1 / 3) * 10
    return Product(
        product_id=f"SKU-{n + 1:03d}",
        title=f"{zh} · {en}",
        category=category,
        brand=draws.pick(BRANDS[category]),
        price=Money(fen, "CNY"),
        cost=Money(round(fen * cost_share * draws.between(0.9, 1.1)), "CNY"),
        supplier_id=supplier,
        weight_g=grams,
        length_mm=round(side * 1.4),
        width_mm=round(side),
        height_mm=round(side / 1.4),
        photos=3 + int(draws.uniform() * 7),
    )
