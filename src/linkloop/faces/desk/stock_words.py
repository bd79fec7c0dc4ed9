"""Words of what moves a forecast: festivals, plans, weather, trend."""

from __future__ import annotations

from linkloop.core.text import Text
from linkloop.faces.desk.stock_views import SkuDriver

_NAMES: dict[str, Text] = {
    "level": Text(en="What it sells usually (mean of 4 weeks)", zh="平常销量（近四周均值）"),
    "trend": Text(en="Trend, weekday and season", zh="趋势、星期与季节"),
    "spike": Text(en="A spike that has begun", zh="正在发生的爆发"),
    "promotion": Text(en="A promotion", zh="促销"),
    "price": Text(en="The price", zh="价格"),
    "live_show": Text(en="A live show", zh="直播"),
    "holiday": Text(en="A holiday of the shop's own", zh="店铺自定节日"),
    "season": Text(en="Weekdays", zh="星期"),
    "rain": Text(en="Rain", zh="降雨"),
    "heat": Text(en="Heat", zh="高温"),
    "cold": Text(en="Frost", zh="严寒"),
    "storm": Text(en="Storm", zh="大风"),
    "neighbours": Text(en="Products like it", zh="相似商品"),
    "spring_festival_before": Text(en="Weeks before the Spring Festival", zh="春节前"),
    "spring_festival": Text(en="Spring Festival", zh="春节"),
    "dragon_boat": Text(en="Dragon Boat Festival", zh="端午节"),
    "mid_autumn": Text(en="Mid-Autumn Festival", zh="中秋节"),
    "national_day": Text(en="National Day", zh="国庆节"),
    "labour_day": Text(en="Labour Day", zh="劳动节"),
    "618": Text(en="18 June", zh="618"),
    "618_sale": Text(en="The weeks of the 18 June sale", zh="618 大促期"),
    "11.11": Text(en="11 November", zh="双十一"),
    "11.11_sale": Text(en="The weeks before 11 November", zh="双十一预热期"),
    "12.12": Text(en="12 December", zh="双十二"),
    "valentine": Text(en="Valentine's Day", zh="情人节"),
    "qixi_520": Text(en="20 May", zh="520"),
    "black_friday": Text(en="Black Friday", zh="黑色星期五"),
    "christmas_before": Text(en="Weeks before Christmas", zh="圣诞节前"),
    "christmas": Text(en="Christmas", zh="圣诞节"),
    "new_year": Text(en="New Year", zh="元旦"),
    "easter": Text(en="Easter", zh="复活节"),
    "mothers_day": Text(en="Mother's Day", zh="母亲节"),
}


def drivers(units: dict[str, float]) -> list[SkuDriver]:
    """What moves the coming week: the usual level first, then what moves it most; without what moves nothing."""
    found = [
        SkuDriver(name=name, text=driver(name), units=round(value, 1))
        for name, value in units.items()
        if name == "level" or abs(value) >= 0.05
    ]
    return sorted(found, key=lambda one: (one.name != "level", -abs(one.units)))


def summed(days: list[dict[str, float]]) -> dict[str, float]:
    """Name → units over all days."""
    total: dict[str, float] = {}
    for units in days:
        for name, value in units.items():
            total[name] = total.get(name, 0.0) + value
    return total


def driver(name: str) -> Text:
    """What people call a driver; one that is not known by its own name."""
    return _NAMES.get(name) or Text(name.replace("_", " "), name.replace("_", " "))
