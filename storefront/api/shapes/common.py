"""What many answers hold."""

from uuid import UUID

from pydantic import Field

from storefront.api.fields import Shape


class AmountShape(Shape):
    """An amount of money."""

    amount_minor: int = Field(description="Whole minor units of the currency (fen, cents).")
    currency: str = Field(description="ISO 4217 code.")


class AddressShape(Shape):
    """A postal address."""

    country: str
    name: str
    lines: list[str]
    organisation: str
    district: str
    city: str = Field(description="In Beijing, Chongqing, Shanghai and Tianjin the municipality.")
    region: str = Field(description="Key of a state or province.")
    postcode: str
    phone: str


class PictureShape(Shape):
    """A picture; `copies` are smaller ones, by width."""

    url: str
    alt: str
    width: int
    height: int
    kind: str
    variant_id: UUID | None
    copies: list["CopyShape"]


class CopyShape(Shape):
    """A smaller copy of a picture."""

    url: str
    width: int
    height: int


class FieldFaultShape(Shape):
    """One field or parameter at fault."""

    pointer: str = Field(
        description="JSON pointer (RFC 6901) into the body, or into the query; `/lines/` and the id of a variant "
        "where the fault lies in that line of the cart or the order that the call is about. Where a cart lacks "
        "what an order needs, `/email` and `/address`, as `PUT …/contact` takes them."
    )
    code: str = Field(description="Stable name of the fault.")
    detail: str = Field(description="What to do about it, in the language asked for.")


class ProblemShape(Shape):
    """An error (RFC 9457). `type` leads to an explanation and never changes."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="Name of the request, for questions to support.")
    errors: list[FieldFaultShape] = Field(default_factory=list)


class ProblemPageShape(Shape):
    """What a kind of problem means."""

    type: str
    code: str
    status: int
    meaning: str
    sentence: str = Field(description="The sentence that `detail` shows, with {gaps}.")


class ProblemListShape(Shape):
    """Every kind of problem."""

    items: list[ProblemPageShape]
