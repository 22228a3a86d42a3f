"""What single fields may hold. Every text is bounded and free of control characters."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# PostgreSQL keeps no NUL in a text, and nothing that a person writes holds the other ones.
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"

MOST_MINOR = 10**13
"""More than any order is worth, in minor units; it keeps sums of 200 lines within 64 bits."""

Phrase = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTABLE)]
Remark = Annotated[str, Field(min_length=1, max_length=2000, pattern=_PRINTABLE)]
OptionalPhrase = Annotated[str, Field(max_length=200, pattern=_PRINTABLE)]
Currency = Annotated[
    str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code, such as CNY, USD or EUR.")
]
Country = Annotated[
    str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 code, such as CN or DE.")
]
Language = Annotated[str, Field(pattern=r"^(en|zh)$", description="English or Chinese.")]
Handle = Annotated[
    str, Field(pattern=r"^[^\s/?#%&\x00-\x1f\x7f]{1,255}$", description="The name in addresses.")
]
Sku = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        pattern=_PRINTABLE,
        description="The merchant's article number.",
    ),
]
Token = Annotated[
    str,
    Field(
        pattern=r"^(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{64})$",
        description="A secret of 64 characters (43 in older ones): whoever holds it may see and change the thing.",
    ),
]
Plugin = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="A way to pay, by the plugin's id."),
]
WebAddress = Annotated[
    str,
    Field(
        max_length=2000,
        pattern=r"^https?://[A-Za-z0-9.\[\]:-]+(/[\x21-\x7e]*)?(\?[\x21-\x7e]*)?$",
        description="An address of yours, to which the payment page sends the shopper back.",
    ),
]
Limit = Annotated[int, Field(ge=1, le=100, description="How many at most, 1 to 100.")]
Quantity = Annotated[int, Field(ge=1, le=999, description="Units, 1 to 999.")]
Minor = Annotated[
    int, Field(ge=0, le=MOST_MINOR, description="Whole minor units of the currency (fen, cents).")
]


class Wish(BaseModel):
    """A request's body: fields that it does not know are refused, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Asked(BaseModel):
    """A request's query: parameters that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Search(Asked):
    """A query with words to search for."""

    q: OptionalPhrase | None = Field(default=None, description="Words in English or Chinese.")

    @property
    def words(self) -> str | None:
        """What is searched for; a field that was left blank searches for nothing."""
        return (self.q or "").strip() or None


class Place(BaseModel):
    """What stands in a request's path; what cannot be there is not there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shape(BaseModel):
    """A part of an answer. The views build plain dictionaries, which cost a fifth; tests compare."""

    model_config = ConfigDict(extra="forbid")
