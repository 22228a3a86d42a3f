"""From stored JSON to what a page shows, in its language; another language stands in for a gap."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from commerce.catalogue.records import (
    Derivative,
    Names,
    Picture,
    ShownOption,
    ShownValue,
    ShownVariant,
)

FALLBACK = "en"


def in_language(names: Names, locale: str) -> str:
    """Return the name in `locale`, else in English, else in any language."""
    return names.get(locale) or names.get(FALLBACK) or next(iter(names.values()), "")


def languages(spoken: Mapping[str, Any], locale: str) -> list[str]:
    """Return the languages of `spoken` in the order in which they are tried for `locale`."""
    return sorted(spoken, key=lambda each: (each != locale, each != FALLBACK, each))


def shown_picture(stored: Mapping[str, Any], locale: str) -> Picture:
    """Return a picture from its row as JSON."""
    return Picture(
        id=UUID(stored["id"]),
        name=stored["storage_name"],
        width=stored["width"],
        height=stored["height"],
        alt=in_language(stored["alt"], locale),
        variant_id=UUID(stored["variant_id"]) if stored["variant_id"] else None,
        kind=stored["kind"],
        state=stored["state"],
        derivatives=tuple(
            Derivative(copy["width"], copy["height"], copy["name"])
            for copy in stored["derivatives"]
        ),
        source_url=stored["source_url"],
    )


def shown_options(stored: Sequence[Mapping[str, Any]], locale: str) -> tuple[ShownOption, ...]:
    """Return the options of a product from their JSON form."""
    return tuple(
        ShownOption(
            option["key"],
            in_language(option["names"], locale),
            tuple(
                ShownValue(value["key"], in_language(value["names"], locale), value["swatch"])
                for value in option["values"] or ()
            ),
        )
        for option in stored
    )


def shown_variant(stored: Mapping[str, Any], options: Sequence[ShownOption]) -> ShownVariant:
    """Return a variant from its row as JSON; `options` name its choices."""
    choice = tuple(stored["choice"])
    return ShownVariant(
        id=UUID(stored["id"]),
        product_id=UUID(stored["product_id"]),
        sku=stored["sku"],
        gtin=stored["gtin"],
        title=choice_title(choice, options),
        choice=choice,
        weight_grams=stored["weight_grams"],
        origin_country=stored["origin_country"],
        requires_shipping=stored["requires_shipping"],
        stock_tracked=stored["stock_tracked"],
        sell_when_out=stored["sell_when_out"],
    )


def choice_title(choice: Sequence[str], options: Sequence[ShownOption]) -> str:
    """Return what distinguishes a variant, such as “Red / Large”; empty without options."""
    names = (
        next((value.name for value in option.values if value.key == key), key)
        for key, option in zip(choice, options, strict=False)
    )
    return " / ".join(names)
