"""What a carrier is told of a parcel: from whom, to whom, how heavy, and what is in it.

Weights are grams, lengths millimetres, values minor units of the parcel's one currency.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelAddress:
    """An end of a parcel's way; `country` is ISO 3166-1, `lines` come before the town."""

    name: str
    lines: tuple[str, ...]
    country: str
    organisation: str = ""
    district: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelSize:
    """How large a parcel is, in millimetres."""

    length_mm: int
    width_mm: int
    height_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPiece:
    """Goods of one kind in a parcel, as a customs form wants them.

    Attributes:
        description: the plain name of the goods, in English where somebody has written one.
        quantity: units of it.
        value_minor: what one unit was sold for, after discounts.
        weight_grams: of one unit; 0 where nobody knows.
        hs_code: digits of the harmonised system; empty where the goods are not classified.
        origin_country: ISO 3166-1 alpha-2 of where they were made; empty where nobody knows.
        sku: the merchant's own number, which is no customs code.
    """

    description: str
    quantity: int
    value_minor: int
    weight_grams: int = 0
    hs_code: str = ""
    origin_country: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One parcel, packed and weighed; `currency` is that of its contents' values."""

    sender: ParcelAddress
    recipient: ParcelAddress
    weight_grams: int
    contents: tuple[ContentPiece, ...]
    currency: str
    order_number: str
    size: ParcelSize | None = None
