"""A product with everything a file can say about it: what an import compares and an export writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from commerce.catalogue.records import ProductSheet
from commerce.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Terms:
    """What a variant costs in the base list, and how many units lie at the import's location."""

    price: Money | None = None
    compare_at: Money | None = None
    on_hand: int | None = None
    """None when it was never stocked there."""


@dataclass(frozen=True, slots=True)
class PictureAddress:
    """Where a picture can be had, and what it shows."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class ProductState:
    """One product as it stands, or as an import would have it."""

    sheet: ProductSheet
    terms: Mapping[UUID, Terms] = field(default_factory=dict)
    """By variant."""

    def terms_of(self, variant_id: UUID) -> Terms:
        """Return the terms of a variant, empty ones when there are none."""
        return self.terms.get(variant_id, Terms())


@dataclass(frozen=True, slots=True)
class ExportedProduct:
    """A product on its way into a file."""

    state: ProductState
    categories: tuple[tuple[str, ...], ...]
    """Names from the top of the tree down, one entry per place; the first is the home."""
    pictures: tuple[PictureAddress, ...]


_JSON: TypeAdapter[ProductState] = TypeAdapter(ProductState)


def to_json(state: ProductState) -> dict[str, Any]:
    """Return `state` as it is written down for an undo."""
    stored: dict[str, Any] = _JSON.dump_python(state, mode="json")
    return stored


def from_json(stored: Mapping[str, Any]) -> ProductState:
    """Return what `to_json` wrote down."""
    return _JSON.validate_python(stored)
