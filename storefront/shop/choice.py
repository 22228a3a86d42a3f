"""Which variant a product's page shows, and the buttons that lead to the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import request

from commerce.catalogue.records import ProductPage, ShownVariant
from commerce.inventory.rows import LevelRow
from commerce.pricing.rows import Price
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class ValueButton:
    """One choice of an option as a button: a link to the page with that choice."""

    label: str
    url: str
    chosen: bool
    sold_out: bool
    swatch: str | None


@dataclass(frozen=True, slots=True)
class OptionButtons:
    """An option with its choices."""

    name: str
    chosen: str
    values: tuple[ValueButton, ...]


def chosen_variant(
    page: ProductPage,
    prices: Mapping[UUID, Price],
    levels: Sequence[LevelRow],
) -> ShownVariant:
    """Return the variant that the address names, else the first that can be bought now."""
    wanted = request.args.get("v", "")
    named = next((each for each in page.variants if each.sku == wanted), None)
    if named is not None:
        return named
    there = {level.variant_id for level in levels if level.available}
    buyable = (
        each
        for each in page.variants
        if each.id in prices and (each.id in there or not each.stock_tracked or each.sell_when_out)
    )
    return next(buyable, page.variants[0])


def option_buttons(
    visit: Visit, page: ProductPage, chosen: ShownVariant, levels: Sequence[LevelRow]
) -> list[OptionButtons]:
    """Return the options that leave a choice; a choice of which nothing is there says so."""
    there = {level.variant_id for level in levels if level.available}
    return [
        OptionButtons(
            name=option.name,
            chosen=next(
                (each.name for each in option.values if each.key == chosen.choice[position]), ""
            ),
            values=tuple(_buttons(visit, page, chosen, there, position)),
        )
        for position, option in enumerate(page.options)
        if len(option.values) > 1 or len(page.variants) > 1
    ]


def _buttons(
    visit: Visit, page: ProductPage, chosen: ShownVariant, there: set[UUID], position: int
) -> Iterator[ValueButton]:
    """Give a button for every choice of the option at `position` that some variant has."""
    for value in page.options[position].values:
        target = _nearest(page, chosen, position, value.key)
        if target is not None:
            counted = target.stock_tracked and not target.sell_when_out
            yield ValueButton(
                label=value.name,
                url=f"{visit.path('p', page.handle)}?{urlencode({'v': target.sku})}",
                chosen=value.key == chosen.choice[position],
                sold_out=counted and target.id not in there,
                swatch=value.swatch,
            )


def _nearest(
    page: ProductPage, chosen: ShownVariant, position: int, key: str
) -> ShownVariant | None:
    """Return the variant with this choice that keeps as many of the other choices as possible."""
    fitting = [each for each in page.variants if each.choice[position] == key]
    return max(
        fitting,
        key=lambda each: sum(a == b for a, b in zip(each.choice, chosen.choice, strict=True)),
        default=None,
    )
