"""Addresses in Beijing, Chongqing, Shanghai and Tianjin: municipalities that are province and city in one."""

from collections.abc import Mapping
from typing import Any

from commerce.customers.addresses import rules_of, towns_are_districts


def with_municipality_as_city(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return a kept address (`Address.as_json`) as programs write it: region, city, district.

    The lists of postal formats call a municipality's districts its towns, and so are they kept.
    """
    region, city = str(kept.get("region") or ""), str(kept.get("city") or "")
    if kept.get("country") != "CN" or kept.get("district") or city in {"", region}:
        return dict(kept)
    try:
        rules = rules_of("CN", region)
    except ValueError:
        return dict(kept)
    if not towns_are_districts(rules):
        return dict(kept)
    return {**kept, "city": region, "district": city}
