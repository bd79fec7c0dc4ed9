"""What belongs together in the town's shop, its sizes, and the articles that it opens with: plain data, no draws."""

from __future__ import annotations

import re
from pathlib import Path

from linkloop.commerce.catalog import Product, ProductAttribute, ProductRelation, RelationKind
from linkloop.commerce.knowledge import Article, ArticleChanged, ArticleKind
from linkloop.core.clock import from_micros
from linkloop.core.table import Table

# kind | product | the products that it belongs to, all by their Chinese names
_RELATIONS = """
accessory|65W 氮化镓充电器|便携显示器,电子书阅读器,无线降噪耳机,20000 毫安充电宝
accessory|Type-C 数据线|65W 氮化镓充电器,20000 毫安充电宝,便携显示器,电子书阅读器,智能手环
accessory|20000 毫安充电宝|无线降噪耳机,智能手环,便携蓝牙音箱,电子书阅读器
accessory|手机支架|直播补光灯
accessory|无线鼠标|便携显示器
accessory|机械键盘|便携显示器
accessory|高清摄像头|便携显示器
accessory|双肩电脑包|便携显示器
accessory|婴儿爬行垫|积木玩具
accessory|泳镜|运动水壶
accessory|睡袋|露营帐篷
accessory|折叠椅|露营帐篷
consumable|婴儿湿巾 12 包|婴儿纸尿裤 L 码
similar|跑步鞋|老爹鞋
similar|保温杯|运动水壶
similar|儿童保温杯|保温杯
similar|斜挎小方包|腰包
similar|轻薄羽绒服|羊毛混纺大衣
related|卸妆膏|持妆粉底液,睫毛膏防水
related|瑜伽垫|瑜伽裤
related|登山杖|露营帐篷
related|挂耳咖啡 20 包|电热水壶
"""
_MISFITS = (("婴儿背带", "婴儿推车"), ("65W 氮化镓充电器", "4K 投影仪"))
_CLOTHES = (("S", "155-160 cm, 45-50 kg"), ("M", "160-165 cm, 50-57 kg"), ("L", "165-170 cm, 57-65 kg"),
            ("XL", "170-178 cm, 65-75 kg"))  # fmt: skip
_SHOES = tuple((str(36 + n), f"{230 + 5 * n} mm") for n in range(8))
_SIZED = {"纯棉圆领 T 恤": _CLOTHES, "直筒牛仔裤": _CLOTHES, "羊毛混纺大衣": _CLOTHES, "轻薄羽绒服": _CLOTHES,
          "针织开衫": _CLOTHES, "碎花连衣裙": _CLOTHES, "亚麻衬衫": _CLOTHES, "加绒卫衣": _CLOTHES,
          "西装外套": _CLOTHES, "瑜伽裤": _CLOTHES, "速干 T 恤": _CLOTHES, "老爹鞋": _SHOES, "帆布鞋": _SHOES,
          "马丁靴": _SHOES, "真皮乐福鞋": _SHOES, "雪地靴": _SHOES, "高跟鞋": _SHOES, "跑步鞋": _SHOES}  # fmt: skip
_FACTS = """
65W 氮化镓充电器|connector|USB-C
65W 氮化镓充电器|power_w|65
20000 毫安充电宝|connector|USB-C
20000 毫安充电宝|power_w|22.5
20000 毫安充电宝|energy_wh|74
Type-C 数据线|connector|USB-C
便携显示器|connector|USB-C
电子书阅读器|connector|USB-C
无线降噪耳机|connector|USB-C
安全座椅|age|0-7
露营帐篷|sleeps|3
"""
_HEAD = re.compile(r"^=== (\S+) \| (\w+) \| (\S+) \| (.+)$", re.MULTILINE)
HERE = Path(__file__).parent


def belongings(products: list[Product], titles: list[tuple[str, str]]) -> list[Table]:
    """Relations, sizes and properties of the town's products, in a fixed order."""
    key = {zh: product.product_id for product, (zh, _) in zip(products, titles, strict=True)}
    found: list[Table] = []
    for line in _RELATIONS.strip().splitlines():
        kind, one, others = line.split("|")
        known: RelationKind = kind  # type: ignore[assignment]  # the data above holds no other
        found += [ProductRelation(product_id=key[one], other_id=key[two], kind=known) for two in others.split(",")]
    found += [
        ProductRelation(product_id=key[one], other_id=key[two], kind="accessory", fits=False) for one, two in _MISFITS
    ]
    for name, sizes in _SIZED.items():
        found += [ProductAttribute(product_id=key[name], name="size", value=size, note=note) for size, note in sizes]
    for line in _FACTS.strip().splitlines():
        name, what, value = line.split("|")
        found.append(ProductAttribute(product_id=key[name], name=what, value=value))
    return found


def starters() -> list[Article]:
    """The articles and policies of the town's shop, Chinese and English."""
    found: list[Article] = []
    for path in sorted(HERE.glob("articles.*.md")):
        language = path.suffixes[-2][1:]
        parts = _HEAD.split(path.read_text(encoding="utf-8"))
        for slug, kind, topic, title, body in zip(*(parts[n::5] for n in range(1, 6)), strict=True):
            known: ArticleKind = kind  # type: ignore[assignment]  # the files hold no other
            found.append(
                Article(article_id=f"{language}-{slug}", kind=known, title=title, body=body.strip(), topic=topic,
                        language=language, source="town")
            )  # fmt: skip
    return found


def told(moment: int) -> list[Table]:
    """The articles with the news of each; `moment` in microseconds."""
    at = from_micros(moment)
    return [item for one in starters() for item in (one, ArticleChanged(at=at, article_id=one.article_id, by="town"))]
