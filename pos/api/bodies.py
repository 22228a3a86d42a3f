"""What the till's page sends: typed, whole numbers only, nothing that is not asked for."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from flask import request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from werkzeug.exceptions import BadRequest

from commerce.checkout.service.codes import MOST_CODES
from commerce.kernel.errors import CommerceError, FieldProblem

_MOST_MINOR = 10**13
# No drawer holds more, be it a hundred million yuan or ten billion dong, which has no minor unit.
_MOST_CASH = 10**10
# No smallest coin is larger, be it a hundred yuan or ten thousand dong.
_MOST_COIN = 10**4
_LONGEST_WAIT = 10 * 365 * 24 * 3600
# A badge is 250 letters, an approval 350.
Shown = Annotated[str, StringConstraints(max_length=600)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Said = Annotated[str, StringConstraints(max_length=1000)]
Amount = Annotated[int, Field(strict=True, gt=0, le=_MOST_MINOR)]
Count = Annotated[int, Field(strict=True, ge=1, le=9999)]
# A scanner may read a page's address: no code, and to be told so.
TypedCode = Annotated[str, StringConstraints(max_length=256)]
Codes = Annotated[list[TypedCode], Field(max_length=MOST_CODES)]
Pieces = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


def _not_zero(amount: int) -> int:
    if amount == 0:
        raise ValueError("nothing is moved")
    return amount


class Body(BaseModel):
    """A JSON object that the till's page sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DiscountBody(Body):
    """Something off a line: a share in basis points, or an amount."""

    reason: Words
    basis_points: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 0
    amount_minor: Annotated[int, Field(strict=True, ge=0, le=_MOST_MINOR)] = 0


class ShownPromotionBody(Body):
    """What a promotion takes off a line, and the code that opened it."""

    promotion: UUID
    amount_minor: Amount
    code: TypedCode = ""


class LineBody(Body):
    """So many of one variant."""

    variant: UUID
    quantity: Count
    discount: DiscountBody | None = None
    # Left out where it is not told: a command keeps the hash that it had before there was such a field.
    shown_minor: Annotated[int, Field(strict=True, ge=0, le=_MOST_MINOR)] | None = Field(
        default=None, exclude_if=lambda told: told is None
    )
    """What the page showed as the price of one."""
    promotions: Annotated[list[ShownPromotionBody], Field(max_length=100)] = Field(
        default=[], exclude_if=lambda told: not told
    )
    """What the page showed of promotions."""


class CashBody(Body):
    """Cash: what it pays, what was handed over, and how what it pays was rounded to coins."""

    kind: Literal["cash"]
    amount_minor: Amount
    tendered_minor: Amount
    # Left out where nothing is rounded: a command keeps the hash of before there was such a field.
    rounding_minor: Annotated[int, Field(strict=True, ge=-_MOST_COIN, le=_MOST_COIN)] = Field(
        default=0, exclude_if=lambda told: told == 0
    )


class CardBody(Body):
    """A card at a reader of `plugin`."""

    kind: Literal["card"]
    amount_minor: Amount
    plugin: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class GiftCardBody(Body):
    """An amount off a gift card, by its code as it was typed or scanned."""

    kind: Literal["gift_card"]
    amount_minor: Amount
    code: TypedCode


class GiftCardAskedBody(Body):
    """A gift card of which somebody asks what is left on it."""

    badge: Shown
    code: TypedCode


TenderBody = Annotated[CashBody | CardBody | GiftCardBody, Field(discriminator="kind")]


class SaleBody(Body):
    """A sale as the customer was shown it; its id is the command's."""

    lines: Annotated[list[LineBody], Field(min_length=1, max_length=500)]
    tenders: Annotated[list[TenderBody], Field(min_length=1, max_length=20)]
    total_minor: Amount
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
    customer: UUID | None = None
    codes: Codes = Field(default=[], exclude_if=lambda told: not told)
    """Codes of promotions, as they were typed or scanned."""


class AskedLineBody(Body):
    """So many of one variant, to be told what promotions take off."""

    variant: UUID
    quantity: Count


class QuoteBody(Body):
    """A basket as it stands: what do promotions do for it?"""

    lines: Annotated[list[AskedLineBody], Field(max_length=500)]
    customer: UUID | None = None
    codes: Codes = []


class FurtherTenderBody(Body):
    """A further tender of an open sale."""

    sale: UUID
    tender: TenderBody


class SaleNamedBody(Body):
    """One sale."""

    sale: UUID


class PayBackBody(Body):
    """A refund in cash that the desk lets this store's tills pay."""

    refund: UUID


class VoidBody(Body):
    """A sale to take back, and why."""

    sale: UUID
    reason: Words


class NamesBody(Body):
    """What something is called in the two languages of the till."""

    en: Said
    zh: Said


class ItemBody(Body):
    """Something in a parked basket as the page knew it: shown until the catalogue tells it anew.

    A sale is priced by the server; nothing of this is. What else a page knows of it is not kept.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: UUID
    sku: Annotated[str, StringConstraints(max_length=200)]
    gtin: Annotated[str, StringConstraints(max_length=14)] = ""
    name: NamesBody
    title: NamesBody
    price_minor: Annotated[int, Field(strict=True, ge=0, le=_MOST_MINOR)]
    includes_tax: bool
    rate: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,12})?$")]
    tracked: bool
    service: bool


class ParkedLineBody(Body):
    """One line of a basket that is set aside."""

    key: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    item: ItemBody
    quantity: Count
    discount: DiscountBody | None
    promotions: Annotated[list[ShownPromotionBody], Field(max_length=100)] = Field(
        default=[], exclude_if=lambda told: not told
    )
    """What the page showed of promotions, so that the list can say what the basket comes to."""


class ParkBody(Body):
    """A basket to set aside; its id is the command's."""

    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
    lines: Annotated[list[ParkedLineBody], Field(min_length=1, max_length=200)]
    customer: UUID | None = None
    codes: Codes = Field(default=[], exclude_if=lambda told: not told)
    discount: DiscountBody | None = Field(default=None, exclude_if=lambda told: told is None)
    """Off the whole basket."""


class ResumeBody(Body):
    """A basket to take up again."""

    basket: UUID


class OpenBody(Body):
    """The float a register is opened with."""

    float_minor: Annotated[int, Field(strict=True, ge=0, le=_MOST_CASH)]


class CashMoveBody(Body):
    """Cash into the drawer (positive) or out of it (negative)."""

    amount_minor: Annotated[
        int, Field(strict=True, ge=-_MOST_CASH, le=_MOST_CASH), AfterValidator(_not_zero)
    ]
    reason: Words


class CloseBody(Body):
    """What was counted in the drawer; `pieces` says of which value how many, for the record."""

    counted_minor: Annotated[int, Field(strict=True, ge=0, le=_MOST_CASH)]
    pieces: dict[Annotated[str, StringConstraints(pattern="^[0-9]{1,9}$")], Pieces] = {}
    sure: bool = False
    """Whether the clerk was asked to count again and closes all the same."""


class DrawerBody(Body):
    """Why the drawer opens: for a sale, or without one."""

    sale: UUID | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class ReportBody(Body):
    """Which report to print: the Z of a closed shift, or the X of the open one."""

    shift: UUID | None = None


class LetterBody(Body):
    """Where a receipt is to be sent; nowhere means to the customer whose sale it is."""

    sale: UUID
    to: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] = ""


class NamedDeed(Body):
    """Something to be done at the till, named by it before it is done."""

    id: UUID
    kind: Annotated[str, StringConstraints(max_length=32)]
    body: dict[str, Any]


class Command(NamedDeed):
    """Something the till did: named by the till, so that sending it again changes nothing."""

    badge: Shown
    approval: Shown = ""
    happened: bool = False
    """Whether the till has finished it and the customer has gone; counts for a sale in cash only."""
    waited: Annotated[int, Field(strict=True, ge=0, le=_LONGEST_WAIT)] = 0
    """How many seconds ago it was made, by the till's own clock."""


class ReadingBody(Body):
    """Who asks: the clerk's badge, and a manager's word if one gave it."""

    badge: Shown
    approval: Shown = ""


class WhoBody(ReadingBody):
    """Whom a clerk looks for."""

    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class PinBody(Body):
    """Six digits, and who was chosen before them, if anybody was."""

    pin: Annotated[str, StringConstraints(max_length=12)]
    clerk: UUID | None = None


class ApproveBody(Body):
    """A manager's six digits, and what they allow: one deed with all its content, or one reading."""

    pin: Annotated[str, StringConstraints(max_length=12)]
    deed: NamedDeed | None = None
    reading: Literal["report", "customers"] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> "ApproveBody":
        if (self.deed is None) == (self.reading is None):
            raise ValueError("an approval is for one thing")
        return self


class ReaderBody(Body):
    """Which card reader is to ask."""

    reader: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class WrongBodyError(CommerceError):
    """What was sent cannot be read as what was asked for."""

    code = "wrong-body"
    status = 422
    template = "The till sent something that cannot be read. Load the page again."

    def __init__(self, faults: ValidationError) -> None:
        super().__init__()
        self._faults = faults

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The fields at fault."""
        return tuple(
            FieldProblem(
                pointer="/" + "/".join(str(step) for step in fault["loc"]),
                code=str(fault["type"]).replace("_", "-"),
                template="This value does not fit.",
            )
            for fault in self._faults.errors(include_url=False)
        )


Shape = TypeVar("Shape", bound=Body)


def read_body(shape: type[Shape]) -> Shape:
    """Return the request's JSON as `shape`.

    Raises:
        BadRequest: it is no JSON object.
        WrongBodyError: a field is missing, too much, or of another kind.
    """
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise BadRequest
    return checked(lambda: shape.model_validate(sent))


def checked(read: Callable[[], Shape]) -> Shape:
    """Return what `read` reads.

    Raises:
        WrongBodyError: it does not fit.
    """
    try:
        return read()
    except ValidationError as faults:
        raise WrongBodyError(faults) from faults
