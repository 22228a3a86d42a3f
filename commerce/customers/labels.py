"""What the fields of an address are called, in English and Chinese, country by country."""

from typing import Protocol

_LABELS = {
    "name": ("Full name", "收件人姓名"),
    "organisation": ("Company", "公司名称"),
    "lines": ("Street and house number", "详细地址"),
    "phone": ("Telephone", "联系电话"),
    "country": ("Country or region", "国家或地区"),
}
# Where an address has a province and no field for its town, the town stands with the street.
_WITH_TOWN = ("Town, street and house number", "市区町村、街道和门牌号")
_REGIONS = {
    "area": ("Area", "地区"),
    "county": ("County", "郡"),
    "department": ("Department", "省"),
    "district": ("District", "区"),
    "do_si": ("Province or city", "道/市"),
    "emirate": ("Emirate", "酋长国"),
    "island": ("Island", "岛屿"),
    "oblast": ("Oblast", "州"),
    "parish": ("Parish", "教区"),
    "prefecture": ("Prefecture", "都道府县"),
    "province": ("Province", "省/自治区/直辖市"),
    "state": ("State", "州"),
}
_CITIES = {
    "city": ("City", "城市"),
    "district": ("District", "区"),
    "post_town": ("Town", "城镇"),
    "suburb": ("Suburb", "城区"),
}
_DISTRICTS = {
    "district": ("District", "区/县"),
    "neighborhood": ("Neighbourhood", "街区"),
    "suburb": ("Suburb", "城区"),
    "townland": ("Townland", "镇区"),
    "village_township": ("Village or township", "乡镇"),
}
_POSTCODES = {
    "eircode": ("Eircode", "邮政编码"),
    "pin": ("PIN code", "邮政编码"),
    "postal": ("Postcode", "邮政编码"),
    "zip": ("ZIP code", "邮政编码"),
}
_PROPER = frozenset({"Eircode", "PIN code", "ZIP code"})


class NamedFields(Protocol):
    """The part of a country's rules that names its fields."""

    country_area_type: str
    city_type: str
    city_area_type: str
    postal_code_type: str


def label_of(field: str, rules: NamedFields, *, language: str) -> str:
    """Return what `field` is called in a country, in `language` ("zh" or "en")."""
    names = {
        **_LABELS,
        "lines_with_town": _WITH_TOWN,
        "region": _REGIONS.get(rules.country_area_type, _REGIONS["province"]),
        "city": _CITIES.get(rules.city_type, _CITIES["city"]),
        "district": _DISTRICTS.get(rules.city_area_type, _DISTRICTS["district"]),
        "postcode": _POSTCODES.get(rules.postal_code_type, _POSTCODES["postal"]),
    }
    english, chinese = names[field]
    return chinese if language.startswith("zh") else english


def label_in_sentence(field: str, rules: NamedFields, *, language: str) -> str:
    """Return what `field` is called inside a sentence: “Enter the postcode” has a small p."""
    label = label_of(field, rules, language=language)
    if language.startswith("zh") or label in _PROPER:
        return label
    return "telephone number" if field == "phone" else label.lower()
