"""Atlas: where the large cities and the macro-regions of China are, in degrees (WGS 84), to about ten kilometres."""

from __future__ import annotations

_CITIES = """
北京 39.9 116.4 天津 39.1 117.2 石家庄 38.0 114.5 太原 37.9 112.6 呼和浩特 40.8 111.7 沈阳 41.8 123.4 大连 38.9 121.6
长春 43.9 125.3 哈尔滨 45.8 126.5 上海 31.2 121.5 南京 32.1 118.8 苏州 31.3 120.6 无锡 31.5 120.3 杭州 30.3 120.2
宁波 29.9 121.6 温州 28.0 120.7 合肥 31.8 117.2 福州 26.1 119.3 厦门 24.5 118.1 泉州 24.9 118.7 南昌 28.7 115.9
济南 36.7 117.1 青岛 36.1 120.4 郑州 34.8 113.6 武汉 30.6 114.3 长沙 28.2 112.9 广州 23.1 113.3 深圳 22.5 114.1
东莞 23.0 113.8 佛山 23.0 113.1 南宁 22.8 108.4 海口 20.0 110.2 重庆 29.6 106.6 成都 30.6 104.1 贵阳 26.6 106.7
昆明 25.0 102.7 拉萨 29.7 91.1 西安 34.3 108.9 兰州 36.1 103.8 西宁 36.6 101.8 银川 38.5 106.3 乌鲁木齐 43.8 87.6
香港 22.3 114.2 澳门 22.2 113.5 台北 25.0 121.5 昆山 31.4 121.0 义乌 29.3 120.1 徐州 34.3 117.2 烟台 37.5 121.4
华东 31.2 120.0 华南 23.1 113.2 华北 39.0 116.0 华中 30.8 113.8 西南 29.5 105.0 西北 35.5 106.5 东北 43.5 125.0
港澳台 23.5 117.0
"""


def _read() -> dict[str, tuple[float, float]]:
    words = _CITIES.split()
    return {words[n]: (float(words[n + 1]), float(words[n + 2])) for n in range(0, len(words), 3)}


SPOTS = _read()


def where(name: str) -> tuple[float, float] | None:
    """Latitude and longitude of a city or macro-region, or None; 市 at the end may stand."""
    return SPOTS.get(name) or SPOTS.get(name.removesuffix("市"))
