"""What the carrier offers and what it costs, in fen: it bills every merchant in yuan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HOME = "CN"
CURRENCY = "CNY"
_STEP_GRAMS = 500
# Chargeable is what is more: the weight, or the room by the couriers' divisor, 5,000 cm3 a kilogram.
_MM3_PER_GRAM = 5_000


@dataclass(frozen=True, slots=True)
class Rate:
    """First step, each further step of half a kilogram, and days on the way."""

    first: int
    further: int
    days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Service:
    """One way to send a parcel within China and abroad, up to so many grams."""

    code: str
    name: str
    name_zh: str
    most_grams: int
    home: Rate
    abroad: Rate


SERVICES = (
    Service(
        "economy",
        "Harbour Economy",
        "海港经济件",
        2_000,
        Rate(800, 300, (3, 6)),
        Rate(3_200, 2_400, (9, 18)),
    ),
    Service(
        "standard",
        "Harbour Standard",
        "海港标准件",
        30_000,
        Rate(1_200, 400, (2, 4)),
        Rate(5_800, 2_900, (5, 10)),
    ),
    Service(
        "express",
        "Harbour Express",
        "海港特快",
        30_000,
        Rate(2_200, 700, (1, 2)),
        Rate(12_800, 4_500, (3, 5)),
    ),
)


def service_of(code: str) -> Service | None:
    """Return the service of that code, or None."""
    return next((each for each in SERVICES if each.code == code), None)


def chargeable_grams(parcel: Mapping[str, Any]) -> int:
    """Return the weight that is paid for: the scales' or the room's."""
    size = parcel.get("size")
    room = size["length_mm"] * size["width_mm"] * size["height_mm"] // _MM3_PER_GRAM if size else 0
    return max(int(parcel["weight_grams"]), room)


def offers_for(parcel: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a parcel can go by, the cheapest first, as the API shows it."""
    grams = chargeable_grams(parcel)
    return [
        _offer(each, parcel["recipient"]["country"], grams)
        for each in SERVICES
        if grams <= each.most_grams
    ]


def _offer(service: Service, country: str, grams: int) -> dict[str, Any]:
    rate = service.home if country == HOME else service.abroad
    steps = max(-(-grams // _STEP_GRAMS), 1)
    return {
        "code": service.code,
        "name": {"en": service.name, "zh": service.name_zh},
        "cost": rate.first + (steps - 1) * rate.further,
        "currency": CURRENCY,
        "min_days": rate.days[0],
        "max_days": rate.days[1],
    }
