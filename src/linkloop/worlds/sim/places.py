"""Where the town is: its three warehouses, the cities that its shoppers live in, and the distances between them."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import msgspec

from linkloop.commerce.stock import Place


class City(msgspec.Struct, frozen=True, gc=False):
    """A city that shoppers live in; `weight` is its share of shoppers (not normalised), degrees are WGS 84."""

    name: str
    english: str
    region: str
    postcode: str
    latitude: float
    longitude: float
    weight: float


CITIES = (
    City("上海", "Shanghai", "华东", "200000", 31.23, 121.47, 10.0),
    City("杭州", "Hangzhou", "华东", "310000", 30.27, 120.16, 6.5),
    City("南京", "Nanjing", "华东", "210000", 32.06, 118.80, 5.0),
    City("苏州", "Suzhou", "华东", "215000", 31.30, 120.62, 5.5),
    City("合肥", "Hefei", "华东", "230000", 31.82, 117.23, 3.5),
    City("福州", "Fuzhou", "华东", "350000", 26.07, 119.30, 3.0),
    City("济南", "Jinan", "华东", "250000", 36.65, 117.12, 3.5),
    City("广州", "Guangzhou", "华南", "510000", 23.13, 113.26, 7.5),
    City("深圳", "Shenzhen", "华南", "518000", 22.54, 114.06, 8.0),
    City("东莞", "Dongguan", "华南", "523000", 23.02, 113.75, 4.0),
    City("南宁", "Nanning", "华南", "530000", 22.82, 108.37, 2.5),
    City("海口", "Haikou", "华南", "570100", 20.04, 110.20, 1.0),
    City("北京", "Beijing", "华北", "100000", 39.90, 116.41, 9.0),
    City("天津", "Tianjin", "华北", "300000", 39.08, 117.20, 4.0),
    City("石家庄", "Shijiazhuang", "华北", "050000", 38.04, 114.51, 3.0),
    City("太原", "Taiyuan", "华北", "030000", 37.87, 112.55, 2.0),
    City("武汉", "Wuhan", "华中", "430000", 30.59, 114.31, 5.0),
    City("长沙", "Changsha", "华中", "410000", 28.23, 112.94, 4.0),
    City("郑州", "Zhengzhou", "华中", "450000", 34.75, 113.63, 4.5),
    City("成都", "Chengdu", "西南", "610000", 30.57, 104.07, 6.0),
    City("重庆", "Chongqing", "西南", "400000", 29.56, 106.55, 5.0),
    City("西安", "Xi'an", "西北", "710000", 34.34, 108.94, 3.5),
    City("乌鲁木齐", "Urumqi", "西北", "830000", 43.83, 87.62, 0.8),
    City("沈阳", "Shenyang", "东北", "110000", 41.81, 123.43, 2.5),
    City("哈尔滨", "Harbin", "东北", "150000", 45.80, 126.53, 2.0),
)
REGIONS = ("华东", "华南", "华北", "华中", "西南", "西北", "东北")

WAREHOUSES = (
    Place(place="WH-EAST", name="华东仓 · East China", city="昆山", region="华东", country="CN",
          latitude=31.38, longitude=120.98),
    Place(place="WH-SOUTH", name="华南仓 · South China", city="广州", region="华南", country="CN",
          latitude=23.16, longitude=113.23),
    Place(place="WH-NORTH", name="华北仓 · North China", city="天津", region="华北", country="CN",
          latitude=39.14, longitude=117.18),
)  # fmt: skip


def kilometres(place: Place, city: City) -> float:
    """Great-circle distance (haversine, mean Earth radius 6371 km)."""
    lat1, lat2 = radians(place.latitude or 0.0), radians(city.latitude)
    turn = radians(city.longitude - (place.longitude or 0.0))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(turn / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))


DISTANCE = tuple(tuple(kilometres(place, city) for city in CITIES) for place in WAREHOUSES)
NEAREST = tuple(tuple(sorted(range(len(WAREHOUSES)), key=lambda w: DISTANCE[w][c])) for c in range(len(CITIES)))


def apart(a: int, b: int) -> float:
    """Kilometres between two warehouses."""
    other = WAREHOUSES[b]
    return kilometres(WAREHOUSES[a], City("", "", "", "", other.latitude or 0.0, other.longitude or 0.0, 0.0))


def share_of(warehouse: int) -> float:
    """The share of shoppers whose nearest warehouse this is."""
    near = sum(city.weight for c, city in enumerate(CITIES) if NEAREST[c][0] == warehouse)
    return near / sum(city.weight for city in CITIES)
