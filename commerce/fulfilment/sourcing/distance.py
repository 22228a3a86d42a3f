"""How far it is between two points of the globe, and where the regions of China lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType

_EARTH_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the globe, in degrees (WGS 84)."""

    latitude: float
    longitude: float


def km_between(one: Point, other: Point) -> float:
    """Return the length of the great circle (haversine formula); roads are longer."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    chord = (
        sin(north / 2) ** 2
        + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    )
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(chord)))


def point_of(country: str, region: str | None) -> Point | None:
    """Return about where an address lies; None where its country and region do not say.

    A region stands for its seat of government, so within one the distance is only a rough one.
    """
    return _SEATS.get(region or "") if country == "CN" else None


# Keys as addresses have them; latitude and longitude of the seat of government, to a tenth.
_SEATS: Mapping[str, Point] = MappingProxyType(
    {
        "安徽省": Point(31.8, 117.2),
        "澳门": Point(22.2, 113.5),
        "北京市": Point(39.9, 116.4),
        "重庆市": Point(29.6, 106.6),
        "福建省": Point(26.1, 119.3),
        "甘肃省": Point(36.1, 103.8),
        "广东省": Point(23.1, 113.3),
        "广西壮族自治区": Point(22.8, 108.3),
        "贵州省": Point(26.6, 106.6),
        "海南省": Point(20.0, 110.3),
        "河北省": Point(38.0, 114.5),
        "河南省": Point(34.8, 113.7),
        "黑龙江省": Point(45.8, 126.6),
        "湖北省": Point(30.6, 114.3),
        "湖南省": Point(28.2, 112.9),
        "吉林省": Point(43.9, 125.3),
        "江苏省": Point(32.1, 118.8),
        "江西省": Point(28.7, 115.9),
        "辽宁省": Point(41.8, 123.4),
        "内蒙古自治区": Point(40.8, 111.7),
        "宁夏回族自治区": Point(38.5, 106.3),
        "青海省": Point(36.6, 101.8),
        "山东省": Point(36.7, 117.0),
        "山西省": Point(37.9, 112.6),
        "陕西省": Point(34.3, 108.9),
        "上海市": Point(31.2, 121.5),
        "四川省": Point(30.7, 104.1),
        "台湾": Point(25.0, 121.6),
        "天津市": Point(39.1, 117.2),
        "西藏自治区": Point(29.7, 91.1),
        "香港": Point(22.3, 114.2),
        "新疆维吾尔自治区": Point(43.8, 87.6),
        "云南省": Point(25.0, 102.7),
        "浙江省": Point(30.3, 120.2),
    }
)
