"""What somebody else did to a product while its form was open, and what the form makes of it.

The seal of its form (see `storefront.backoffice.seals`) tells what others changed from what whoever
typed did, so the desk overwrites nothing that nobody has read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from storefront.backoffice.products.file import ProductFile
from storefront.backoffice.products.form import WORDS, filled
from storefront.backoffice.products.options import option_rows
from storefront.backoffice.products.variant_rows import VariantRow, variant_rows
from storefront.backoffice.seals import FIELD, digest, seal_of, seen_in, text_of

_TICKED = ("counted", "sell_when_out")
_TOGETHER = ("option", "code")
"""Fields that stand in numbered rows mean nothing one by one: they change together."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """One field that somebody else changed: what stands there now, and what the form says."""

    field: str
    now: str
    typed: str
    contested: bool
    """Whether both changed it, to different ends."""


class StaleFormError(Exception):
    """The product has changed since the form was looked at; nothing was kept."""


def seal_of_product(file: ProductFile) -> str:
    """Return the digests of every field that the form of `file` shows."""
    return seal_of(shown_fields(file))


def is_stale(file: ProductFile, typed: Mapping[str, str]) -> bool:
    """Return whether the form in `typed` was drawn of another state; without a seal, of none."""
    return typed.get(FIELD, "") != seal_of_product(file)


def changed_meanwhile(file: ProductFile, typed: MultiDict[str, str]) -> list[Meanwhile]:
    """Return what others changed since the form in `typed` was drawn.

    Without a seal it was drawn of nothing: every field that says another thing is contested.
    """
    seen, now, said = seen_in(typed.get(FIELD, "")), shown_fields(file), _said(file, typed)
    theirs = {name for name, value in now.items() if digest(name, value) not in seen}
    units = {_unit(name) for name in theirs}
    mine = {_unit(name) for name, value in said.items() if digest(name, value) not in seen}
    found = [
        Meanwhile(
            field=name,
            now=value,
            typed=said.get(name, value),
            contested=_unit(name) in mine and said.get(name, value) != value,
        )
        for name, value in now.items()
        if name in theirs or (_unit(name) in units & mine and said.get(name, value) != value)
    ]
    return found if seen else [each for each in found if each.contested]


def brought_together(file: ProductFile, typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the form with what others changed, except where whoever typed changed it too."""
    together = MultiDict(typed)
    for each in changed_meanwhile(file, typed):
        if each.contested:
            continue
        if each.field == "categories":
            together.setlist("categories", each.now.splitlines())
        elif each.field in _TICKED and not each.now:
            together.poplist(each.field)
        else:
            together[each.field] = each.now
    return together


def shown_fields(file: ProductFile) -> dict[str, str]:
    """Return every field of a product's form with what it shows."""
    sheet = file.sheet
    fields = dict.fromkeys(WORDS, "")
    fields |= {name: text_of(value) for name, value in filled(sheet).items()}
    for at, option in enumerate(option_rows(sheet, None)):
        fields |= {
            f"option-{at}-en": option.en,
            f"option-{at}-zh": option.zh,
            f"option-{at}-values": option.values,
        }
    for row in variant_rows(sheet, file.prices, file.lists, None):
        fields |= dict(_variant_fields(row))
    for at, code in enumerate(file.code_rows):
        fields |= {
            f"code-{at}-country": code.destination if code else "",
            f"code-{at}-code": code.code if code else "",
            f"code-{at}-source": code.source if code else "",
        }
    return fields


def _variant_fields(row: VariantRow) -> Iterator[tuple[str, str]]:
    yield f"sku-{row.id}", row.sku
    yield f"gtin-{row.id}", row.gtin
    yield f"grams-{row.id}", row.grams
    yield f"origin-{row.id}", row.origin
    yield f"place-{row.id}", row.place
    yield f"compare-{row.id}", row.compare_at
    for list_id, amount in row.prices.items():
        yield f"price-{row.id}-{list_id}", amount


def _said(file: ProductFile, typed: MultiDict[str, str]) -> dict[str, str]:
    """Return what was typed into the fields that the form of `file` has."""
    said = {name: text_of(typed[name]) for name in shown_fields(file) if name in typed}
    said["categories"] = text_of(typed.getlist("categories"))
    return said | {name: text_of(name in typed) for name in _TICKED}


def _unit(name: str) -> str:
    kind = name.partition("-")[0]
    return kind if kind in _TOGETHER else name
