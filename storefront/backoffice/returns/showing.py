"""One return: what comes back of which order, and the next step."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response
from flask_babel import lazy_gettext
from wtforms import StringField

from commerce.checkout.returns.where import reference_of
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.kernel.money import Money
from commerce.orders.returns.queries import return_by_id, return_lines
from commerce.orders.returns.reasons import reason_name
from commerce.orders.returns.rows import ReturnLineRow, ReturnRow, ReturnState
from commerce.park.permissions import Permission
from commerce.web.identity import current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, draw, link
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    SelectField,
    optional_text,
    sentence,
    some_text,
    typed_form,
)
from storefront.backoffice.once import named_wish
from storefront.backoffice.orders.file import OrderFile, ShownLine
from storefront.backoffice.orders.paying_out import ways_to_pay_out
from storefront.backoffice.orders.showing import read
from storefront.backoffice.returns.words import found_words, return_state, return_way
from storefront.backoffice.speech import gettext as _

_BEFORE = frozenset({ReturnState.REQUESTED, ReturnState.APPROVED})


class PayBackForm(DeskForm):
    """How much goes back, what the customer reads where it is less, and who pays out cash."""

    amount = AmountField(lazy_gettext("Amount to give back"), validators=some_text(20))
    answer = StringField(lazy_gettext("What the customer reads"), optional_text(200))
    drawer = SelectField(lazy_gettext("Who pays it out"), validate_choice=False)


@dataclass(frozen=True, slots=True)
class BackLine:
    """A line of a return with the line that was sold."""

    line: ReturnLineRow
    sold: ShownLine
    reason: str
    worth: Money


@dataclass(frozen=True, slots=True)
class ReturnFile:
    """Everything about one return."""

    found: ReturnRow
    order: OrderFile
    lines: tuple[BackLine, ...]

    @property
    def reference(self) -> str:
        """What stands on the parcel."""
        return reference_of(self.order.order.number, self.found)

    @property
    def owed(self) -> Money:
        """What goes back: what the goods were sold for, as far as it was not given back before."""
        whole = Money(self.found.owed_minor, self.order.order.currency)
        return min(whole, self.order.refundable)

    @property
    def waits(self) -> bool:
        """Whether the goods have not come yet."""
        return self.found.state in _BEFORE


def read_return(return_id: UUID) -> ReturnFile:
    """Return everything about one return.

    Raises:
        NotFoundError: the merchant has no such return.
    """
    with services().database.reading(current_scope()) as connection:
        found = return_by_id(connection, return_id=return_id)
        if found is None:
            raise NotFoundError
        lines = return_lines(connection, return_ids=[return_id])[return_id]
    order = read(found.order_id)
    sold = {shown.line.id: shown for shown in order.lines}
    return ReturnFile(
        found,
        order,
        tuple(
            BackLine(
                line,
                sold[line.order_line_id],
                reason_name(line.reason, language()),
                Money(line.net_minor + line.tax_minor, order.order.currency),
            )
            for line in lines
        ),
    )


@needs(Permission.VIEW_ORDERS)
def one_return(return_id: UUID) -> Response:
    """Show one return with its next step."""
    return return_page(read_return(return_id))


def return_page(
    file: ReturnFile,
    *,
    error: CommerceError | None = None,
    pay: PayBackForm | None = None,
    nowhere: str = "",
) -> Response:
    """Draw a return; `error` is why the step that was just asked for cannot be done.

    `nowhere` is what to say beside the place where goods came, because none was chosen.
    """
    form = pay or PayBackForm(amount=typed_form(file.owed.amount_minor, file.owed.currency))
    form["drawer"].choices = ways_to_pay_out(file.order)
    faults = [*(form.faults if pay else [])]
    if error is not None:
        faults.append({"field": "", "message": sentence(error)})
    if nowhere:
        faults.append({"field": "place", "message": nowhere})
    return draw(
        "returns/page.html",
        title=_("Return %(reference)s", reference=file.reference),
        room="returns",
        trail=(Crumb(_("Returns"), link("returns")),),
        status=422 if faults else 200,
        file=file,
        found=file.found,
        state=return_state(file.found.state),
        way=return_way(file.found.way),
        found_words=found_words,
        pay=form,
        faults=faults,
        nowhere=nowhere,
        places={
            str(place.id): file.order.names[place.id]
            for place in file.order.places
            if place.active
            and place.id in file.order.names
            and place.kind not in {"transit", "quarantine"}
        },
        wish=named_wish(),
    )
