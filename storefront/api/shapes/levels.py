"""How a program names goods and places: by our id, or by the merchant's own word for it."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from storefront.api.fields import Phrase, Sku, Wish

_ONE_OF = "one_of"


def one_of(given: BaseModel, one: str, other: str) -> None:
    """Refuse a wish that holds both fields or neither.

    Raises:
        PydanticCustomError: says which two.
    """
    if (getattr(given, one) is None) == (getattr(given, other) is None):
        raise PydanticCustomError(
            _ONE_OF, "Give either {one} or {other}.", {"one": one, "other": other}
        )


class GoodsWish(Wish):
    """A variant, by its id or its SKU."""

    variant_id: UUID | None = None
    sku: Sku | None = Field(
        default=None, description="Instead of `variant_id`: of what is on sale."
    )

    @model_validator(mode="after")
    def _one_name_of_goods(self) -> Self:
        one_of(self, "variant_id", "sku")
        return self


class PlaceWish(Wish):
    """A location, by its id or its code."""

    location_id: UUID | None = None
    location_code: Annotated[Phrase | None, Field(description="Instead of `location_id`.")] = None

    @model_validator(mode="after")
    def _one_name_of_place(self) -> Self:
        one_of(self, "location_id", "location_code")
        return self


class LevelWish(GoodsWish, PlaceWish):
    """A level: goods at a place."""
