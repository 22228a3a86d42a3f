"""Look at what a count found before it goes into the books: the differences, and what they are worth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.records import SoldVariant
from commerce.inventory.queries import counted_lines, last_costs
from commerce.inventory.rows import CountedLine, CountSheetRow
from commerce.inventory.service import approve_count, cancel_count, leave_out
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.pricing.queries import prices_for
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, link, moved
from storefront.backoffice.forms import Fault, typed_id
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.stockroom.counting import read_sheet
from storefront.backoffice.stockroom.counts import sheet_state
from storefront.backoffice.stockroom.frame import people_names, place_names, show
from storefront.backoffice.stockroom.goods import called, goods_by_id
from storefront.backoffice.stockroom.typed import line_faults

_MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One line with what its difference is worth, in the merchant's own currency."""

    line: CountedLine
    value: Money | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to count it, or count it once more."""
        return not self.line.left_out and (self.line.counted is None or self.line.to_recount)


@dataclass(frozen=True, slots=True)
class Findings:
    """All lines of a sheet, sorted by what they ask for."""

    open: tuple[Finding, ...]
    differing: tuple[Finding, ...]
    struck: tuple[Finding, ...]
    agreeing: int
    more: Money
    """What was found beyond the books."""
    fewer: Money
    """What the books had and nobody found."""
    at_price: int
    """Lines that are valued at their price in the shop, because nobody knows their cost."""


@needs(Permission.ORDER_STOCK)
def review(sheet_id: UUID) -> Response:
    """Show what the count found."""
    return _page(sheet_id, [])


@needs(Permission.ORDER_STOCK)
def approve(sheet_id: UUID) -> Response:
    """Write the differences to the ledger."""

    def work(session: Session) -> int:
        return approve_count(
            session, merchant_id=current_merchant().id, sheet_id=sheet_id, actor_id=actor()
        )

    try:
        booked = services().database.run(current_scope(), work)
    except CommerceError as error:
        return _refused(sheet_id, error)
    announce(
        ngettext(
            "Approved: %(num)d difference is booked.",
            "Approved: %(num)d differences are booked.",
            booked,
        )
    )
    return moved("count_sheet", sheet_id=sheet_id)


@needs(Permission.ORDER_STOCK)
def drop(sheet_id: UUID) -> Response:
    """Drop the sheet; nothing is booked."""

    def work(session: Session) -> None:
        cancel_count(
            session, merchant_id=current_merchant().id, sheet_id=sheet_id, actor_id=actor()
        )

    return _done(sheet_id, work, _("The sheet is dropped. Nothing was booked."))


@needs(Permission.ORDER_STOCK)
def strike(sheet_id: UUID) -> Response:
    """Strike one line, or all that nobody has counted."""
    one = typed_id(request.form.get("variant"))

    def work(session: Session) -> None:
        lines = counted_lines(session.connection(), sheet_id=sheet_id)
        uncounted = [e.variant_id for e in lines if e.counted is None and not e.left_out]
        leave_out(
            session,
            merchant_id=current_merchant().id,
            sheet_id=sheet_id,
            variant_ids=[one] if one else uncounted,
        )

    return _done(sheet_id, work, _("Struck. Nothing will be booked for it."), to="review_count")


def _done(
    sheet_id: UUID, work: Callable[[Session], None], told: str, *, to: str = "count_sheet"
) -> Response:
    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        return _refused(sheet_id, error)
    announce(told)
    return moved(to, sheet_id=sheet_id)


def _refused(sheet_id: UUID, error: CommerceError) -> Response:
    with services().database.reading(current_scope()) as connection:
        lines = counted_lines(connection, sheet_id=sheet_id)
        goods = goods_by_id(connection, [line.variant_id for line in lines])
    return _page(sheet_id, line_faults(error, goods, control="line"))


def _page(sheet_id: UUID, faults: list[Fault]) -> Response:
    with services().database.reading(current_scope()) as connection:
        row = read_sheet(connection, sheet_id)
        findings = _findings(connection, counted_lines(connection, sheet_id=sheet_id))
        shown = (*findings.open, *findings.differing, *findings.struck)
        goods: Mapping[UUID, SoldVariant] = goods_by_id(
            connection, [each.line.variant_id for each in shown]
        )
        place = place_names(connection).get(row.location_id, "")
        people = people_names(connection)
    return _drawn(row, findings, goods, faults, place=place, people=people)


def _drawn(
    row: CountSheetRow,
    findings: Findings,
    goods: Mapping[UUID, SoldVariant],
    faults: list[Fault],
    **context: object,
) -> Response:
    return show(
        "count_review.html",
        title=_("Look through %(number)s", number=row.number),
        tab="counts",
        trail=(
            Crumb(_("Counts"), link("counts")),
            Crumb(row.number, link("count_sheet", sheet_id=row.id)),
        ),
        status=409 if faults else 200,
        paper=row,
        state=sheet_state(row),
        findings=findings,
        goods=goods,
        faults=faults,
        called=called,
        **context,
    )


def _findings(connection: Connection, lines: tuple[CountedLine, ...]) -> Findings:
    own = current_merchant().currency
    differing = [e for e in lines if e.difference and not e.left_out]
    ids = [each.variant_id for each in differing]
    costs = last_costs(connection, variant_ids=ids)
    prices = prices_for(
        connection, variant_ids=ids, currency=own, channel=Channel.TILL, at=utc_now()
    )

    def worth(line: CountedLine) -> Money | None:
        cost, price = costs.get(line.variant_id), prices.get(line.variant_id)
        of_one = cost if cost and cost.currency == own else price.amount if price else None
        if of_one is None:
            return None
        return Money(of_one.amount_minor * (line.difference or 0), own)

    found = [Finding(line, worth(line)) for line in differing]
    opened = [Finding(line, None) for line in lines if Finding(line, None).is_open]
    open_ids = {each.line.variant_id for each in opened}
    # What is to be counted once more is neither in the list nor in its sums.
    settled = [each for each in found if each.line.variant_id not in open_ids]
    values = [each.value.amount_minor for each in settled if each.value]
    return Findings(
        open=tuple(opened[:_MOST_SHOWN]),
        differing=tuple(settled[:_MOST_SHOWN]),
        struck=tuple(Finding(line, None) for line in lines if line.left_out)[:_MOST_SHOWN],
        agreeing=sum(1 for e in lines if e.difference == 0 and not e.left_out),
        more=Money(sum(value for value in values if value > 0), own),
        fewer=Money(sum(value for value in values if value < 0), own),
        at_price=sum(
            1 for e in settled if not (c := costs.get(e.line.variant_id)) or c.currency != own
        ),
    )
