"""Divisions of mainland China as they are today, where libaddressinput still lists those of before.

The authority is the Ministry of Civil Affairs with its yearly lists of changes to divisions at county
level and above (县级以上行政区划变更情况, mca.gov.cn); the year of the list stands beside each change.
The lists themselves could not be opened. Read elsewhere on 2026-11-23: Zhabei and Chongming
(luanbaike.com/changshi/GLY2wd606A.html), the changes of 2014 in Chongqing and Xi'an
(freewechat.com/a/MzI5NDQxNzM5Mw==/2247484060/3), Xinjin and Wuhu of 2020
(n.eastday.com/news/1594003221013891, which names Shuangliu, Pidu and Jianyang too), Laiwu and
Gangcheng (peopleweekly.cn/html/2019/wenchuandianxun_0110/9692.html, which names Zhangqiu too). The
others are not checked. They only fill lists to choose from: a district that a list does not hold is
taken as it was typed, and so are all outside the four municipalities and the large cities.

Hong Kong, Macau and Taiwan have addresses, carriers, prices and customs of their own (ISO 3166-1
HK, MO and TW), so they are destinations of their own and no choice among the provinces.
"""

from collections.abc import Iterable
from dataclasses import dataclass

Choice = tuple[str, str]

OWN_DESTINATIONS = {"香港": "HK", "澳门": "MO", "台湾": "TW"}
"""What the library lists as a province, and the destination that it is."""


@dataclass(frozen=True, slots=True)
class Change:
    """One year's change in a city: names that are gone, and new ones with their romanisation."""

    region: str
    city: str
    """Empty for a municipality, whose districts stand where other provinces list their cities."""
    year: int
    gone: tuple[str, ...]
    new: tuple[Choice, ...] = ()


CHANGES = (
    Change("上海市", "", 2015, ("闸北区",)),
    Change("上海市", "", 2016, ("崇明县",), (("崇明区", "Chongming Qu"),)),
    Change(
        "北京市",
        "",
        2015,
        ("密云县", "延庆县"),
        (("密云区", "Miyun Qu"), ("延庆区", "Yanqing Qu")),
    ),
    Change(
        "天津市",
        "",
        2015,
        ("宁河县", "静海县"),
        (("宁河区", "Ninghe Qu"), ("静海区", "Jinghai Qu")),
    ),
    Change("天津市", "", 2016, ("蓟县",), (("蓟州区", "Jizhou Qu"),)),
    Change(
        "重庆市",
        "",
        2014,
        ("铜梁县", "璧山县"),
        (("铜梁区", "Tongliang Qu"), ("璧山区", "Bishan Qu")),
    ),
    Change(
        "重庆市",
        "",
        2015,
        ("潼南县", "荣昌县"),
        (("潼南区", "Tongnan Qu"), ("荣昌区", "Rongchang Qu")),
    ),
    Change(
        "重庆市",
        "",
        2016,
        ("开县", "梁平县", "武隆县"),
        (("开州区", "Kaizhou Qu"), ("梁平区", "Liangping Qu"), ("武隆区", "Wulong Qu")),
    ),
    Change("浙江省", "杭州市", 2014, ("富阳市",), (("富阳区", "Fuyang Qu"),)),
    Change("浙江省", "杭州市", 2017, ("临安市",), (("临安区", "Lin'an Qu"),)),
    Change(
        "浙江省",
        "杭州市",
        2021,
        ("下城区", "江干区"),
        (("临平区", "Linping Qu"), ("钱塘区", "Qiantang Qu")),
    ),
    Change("浙江省", "宁波市", 2016, ("江东区", "奉化市"), (("奉化区", "Fenghua Qu"),)),
    Change("江苏省", "徐州市", 2010, ("九里区", "铜山县"), (("铜山区", "Tongshan Qu"),)),
    Change("江苏省", "无锡市", 2015, ("崇安区", "南长区", "北塘区")),
    Change("山东省", "青岛市", 2012, ("四方区", "胶南市")),
    Change("山东省", "青岛市", 2017, ("即墨市",), (("即墨区", "Jimo Qu"),)),
    Change("山东省", "济南市", 2016, ("章丘市",), (("章丘区", "Zhangqiu Qu"),)),
    Change("山东省", "济南市", 2018, ("济阳县",), (("济阳区", "Jiyang Qu"),)),
    Change("山东省", "济南市", 2018, (), (("莱芜区", "Laiwu Qu"), ("钢城区", "Gangcheng Qu"))),
    Change("山东省", "", 2018, ("莱芜市",)),
    Change("广东省", "深圳市", 2016, ("坪山新区",), (("坪山区", "Pingshan Qu"),)),
    Change("四川省", "成都市", 2015, ("双流县",), (("双流区", "Shuangliu Qu"),)),
    Change(
        "四川省",
        "成都市",
        2016,
        ("郫县",),
        (("郫都区", "Pidu Qu"), ("简阳市", "Jianyang Shi")),
    ),
    Change("四川省", "成都市", 2020, ("新津县",), (("新津区", "Xinjin Qu"),)),
    Change("陕西省", "西安市", 2014, ("高陵县",), (("高陵区", "Gaoling Qu"),)),
    Change("陕西省", "西安市", 2016, ("户县",), (("鄠邑区", "Huyi Qu"),)),
    Change("辽宁省", "沈阳市", 2014, ("东陵区",), (("浑南区", "Hunnan Qu"),)),
    Change("辽宁省", "沈阳市", 2016, ("辽中县",), (("辽中区", "Liaozhong Qu"),)),
    Change(
        "安徽省",
        "芜湖市",
        2020,
        ("三山区", "繁昌县", "芜湖县", "无为县"),
        (("繁昌区", "Fanchang Qu"), ("湾沚区", "Wanzhi Qu"), ("无为市", "Wuwei Shi")),
    ),
)


def todays_provinces(choices: Iterable[Choice]) -> list[Choice]:
    """Return the provinces of mainland China among what the library lists."""
    return [choice for choice in choices if choice[0] not in OWN_DESTINATIONS]


def todays_towns(choices: Iterable[Choice], *, region: str, city: str = "") -> list[Choice]:
    """Return what a province's or a city's list holds today; a choice is a key and one name of it."""
    now = list(choices)
    for change in CHANGES:
        if (change.region, change.city) == (region, city) and now:
            now = [choice for choice in now if choice[0] not in change.gone]
            kept = {key for key, _name in now}
            for key, latin in change.new:
                now += [] if key in kept else [(key, latin), (key, key)]
    return now


def own_destination(region: str) -> str | None:
    """Return the destination that was given as a province of mainland China, if it was.

    Any of its names counts: 香港, 香港特别行政区, Hong Kong, HK.
    """
    plain = " ".join(region.split()).casefold().removesuffix("特别行政区").removesuffix("省")
    return _CALLED.get(plain)


_CALLED = {
    name: code
    for code, names in {
        "HK": ("香港", "hong kong", "hongkong", "xianggang", "hk"),
        "MO": ("澳门", "澳門", "macau", "macao", "aomen", "mo"),
        "TW": ("台湾", "臺灣", "台灣", "taiwan", "tw"),
    }.items()
    for name in names
}
