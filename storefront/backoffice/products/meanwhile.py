"""What somebody else did to a product while its form was open, and what the form makes of it.

The form carries a seal: a short digest of every field as it was shown. A field whose present value
has no digest in it was changed by somebody else; one whose typed value has none, by whoever typed.
So the desk can tell the two apart without carrying every text twice, and overwrites nothing that
nobody has read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from werkzeug.datastructures import MultiDict

from storefront.backoffice.products.file import ProductFile
from storefront.backoffice.products.form import WORDS, filled
from storefront.backoffice.products.options import option_rows
from storefront.backoffice.products.variant_rows import VariantRow, variant_rows

FIELD = "seal"
_DIGEST_BYTES = 5
_LETTERS = 2 * _DIGEST_BYTES
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


def seal_of(file: ProductFile) -> str:
    """Return the digests of every field that the form of `file` shows."""
    return "".join(sorted({_digest(*each) for each in shown_fields(file).items()}))


def is_stale(file: ProductFile, typed: Mapping[str, str]) -> bool:
    """Return whether the form in `typed` was drawn of another state; without a seal it never is."""
    return typed.get(FIELD, seal_of(file)) != seal_of(file)


def changed_meanwhile(file: ProductFile, typed: MultiDict[str, str]) -> list[Meanwhile]:
    """Return what others changed since the form in `typed` was drawn; nothing without a seal."""
    seen = _seen(typed)
    if not seen:
        return []
    now, said = shown_fields(file), _said(file, typed)
    theirs = {name for name, value in now.items() if _digest(name, value) not in seen}
    units = {_unit(name) for name in theirs}
    mine = {_unit(name) for name, value in said.items() if _digest(name, value) not in seen}
    return [
        Meanwhile(
            field=name,
            now=value,
            typed=said.get(name, value),
            contested=_unit(name) in mine and said.get(name, value) != value,
        )
        for name, value in now.items()
        if name in theirs or (_unit(name) in units & mine and said.get(name, value) != value)
    ]


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
    fields |= {name: _text(value) for name, value in filled(sheet).items()}
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
    said = {name: _text(typed[name]) for name in shown_fields(file) if name in typed}
    said["categories"] = _text(typed.getlist("categories"))
    return said | {name: _text(name in typed) for name in _TICKED}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "y" if value else ""
    if isinstance(value, list):
        return "\n".join(sorted(value))
    return str(value or "").replace("\r\n", "\n").strip()


def _unit(name: str) -> str:
    kind = name.partition("-")[0]
    return kind if kind in _TOGETHER else name


def _digest(name: str, value: str) -> str:
    told = f"{name}={value.strip()}".encode()
    return blake2b(told, digest_size=_DIGEST_BYTES).hexdigest()


def _seen(typed: Mapping[str, str]) -> frozenset[str]:
    seal = typed.get(FIELD, "")
    return frozenset(seal[at : at + _LETTERS] for at in range(0, len(seal), _LETTERS))
