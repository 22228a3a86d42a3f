"""Write a purchase: from whom, where to, which goods at which cost; changed until it is ordered."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import DateField, TextAreaField
from wtforms.validators import Optional

from commerce.inventory.queries import last_costs, suppliers
from commerce.inventory.rows import CostedUnits, PurchaseState
from commerce.inventory.service import change_purchase, draft_purchase
from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.currencies import currency_choices
from storefront.backoffice.desk import Crumb, announce, link, moved
from storefront.backoffice.forms import (
    DeskForm,
    Fault,
    SelectField,
    example,
    needed,
    optional_text,
    sent,
    typed_amount,
    typed_form,
)
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.drafts import hold_to_seen, seen_draft
from storefront.backoffice.stockroom.frame import show
from storefront.backoffice.stockroom.goods import called, codes_of
from storefront.backoffice.stockroom.lines import (
    Draft,
    Line,
    drawn_lines,
    read_units,
    typed_lines,
    worked_on,
)
from storefront.backoffice.stockroom.posts import place_choices, places_in_use
from storefront.backoffice.stockroom.purchases import (
    PurchaseFile,
    read_purchase,
    supplier_name,
)
from storefront.backoffice.stockroom.typed import by_field, line_faults


class PurchaseForm(DeskForm):
    """From whom goods are bought, where they are to arrive, and in which currency."""

    supplier = SelectField(lazy_gettext("Supplier"), [needed(lazy_gettext("Choose a supplier."))])
    place = SelectField(lazy_gettext("To arrive at"), [needed(lazy_gettext("Choose a place."))])
    currency = SelectField(lazy_gettext("Currency of the costs"))
    expected = DateField(lazy_gettext("Expected on"), [Optional()])
    note = TextAreaField(lazy_gettext("Note"), optional_text(500))


@needs(Permission.ORDER_STOCK)
def new_purchase() -> Response:
    """Write a new purchase."""
    return _written(None)


@needs(Permission.ORDER_STOCK)
def edit_purchase(purchase_id: UUID) -> Response:
    """Change a draft."""
    return _written(purchase_id)


def _written(purchase_id: UUID | None) -> Response:
    with services().database.reading(current_scope()) as connection:
        file = read_purchase(connection, purchase_id) if purchase_id else None
        form = _form(connection, file)
        if request.method == "GET":
            draft = drawn_lines(connection, _kept_lines(file))
            return _page(file, form, draft)
        draft = _with_costs(connection, worked_on(connection), form)
    if not draft.is_final:
        return _page(file, form, draft, draft.faults)
    form.validate()
    faults: list[Fault] = list(form.faults)
    costed = _costed(draft, form.currency.data, faults)
    if faults:
        return _page(file, form, draft, faults)
    try:
        kept = _keep(file, form, costed)
    except CommerceError as error:
        return _page(file, form, draft, line_faults(error, draft.goods))
    if kept is None:
        return moved("purchases")
    announce(_("Saved. Nothing is ordered yet."))
    return moved("purchase", purchase_id=kept)


def _form(connection: Connection, file: PurchaseFile | None) -> PurchaseForm:
    form: PurchaseForm = sent(PurchaseForm, **(_standing(file) if file else _asked()))
    form.supplier.choices = [
        ("", _("Please choose")),
        *((str(s.id), supplier_name(s)) for s in suppliers(connection) if s.active),
    ]
    form.place.choices = place_choices(places_in_use(connection))
    form.currency.choices = list(currency_choices(language()))
    if file is not None:
        form.supplier.choices = [(str(file.supplier.id), supplier_name(file.supplier))]
        form.place.choices = [(str(file.row.location_id), file.place)]
        form.supplier.data, form.place.data = str(file.supplier.id), str(file.row.location_id)
    return form


def _asked() -> dict[str, str]:
    return {
        "supplier": request.args.get("supplier", ""),
        "place": request.args.get("place", ""),
        "currency": current_merchant().currency,
    }


def _standing(file: PurchaseFile) -> dict[str, str | date | None]:
    currency = file.lines[0].unit_cost.currency if file.lines else current_merchant().currency
    return {"currency": currency, "expected": file.row.expected_on, "note": file.row.note}


def _kept_lines(file: PurchaseFile | None) -> list[Line]:
    return [
        Line(
            line.variant_id,
            str(line.ordered),
            typed_form(line.unit_cost.amount_minor, line.unit_cost.currency),
        )
        for line in (file.lines if file else ())
    ]


def _with_costs(connection: Connection, draft: Draft, form: PurchaseForm) -> Draft:
    """Let goods that were just put on the paper cost what they cost last."""
    known = {line.variant_id for line in typed_lines()}
    new = [ln.variant_id for ln in draft.lines if ln.variant_id not in known and not ln.cost]
    costs = last_costs(connection, variant_ids=new) if new else {}

    def priced(line: Line) -> Line:
        cost = costs.get(line.variant_id)
        if cost is None or cost.currency != form.currency.data:
            return line
        return replace(line, cost=typed_form(cost.amount_minor, cost.currency))

    return replace(draft, lines=tuple(priced(line) for line in draft.lines))


def _costed(draft: Draft, currency: str, faults: list[Fault]) -> list[CostedUnits]:
    costed = []
    for line, units in read_units(draft, faults):
        try:
            minor = typed_amount(line.cost, currency) or 0
        except ValueError:
            told = _("Give an amount such as %(example)s.", example=example(currency))
            name = called(draft.goods.get(line.variant_id))
            faults.append({"field": f"cost-{line.variant_id}", "message": told, "label": name})
            continue
        costed.append(CostedUnits(line.variant_id, units, Money(minor, currency)))
    return costed


def _keep(file: PurchaseFile | None, form: PurchaseForm, costed: list[CostedUnits]) -> UUID | None:
    """Keep the draft and return its id; None when the same form was kept before."""
    merchant_id = current_merchant().id
    expected_on, note = form.expected.data, form.note.data or ""

    def work(session: Session) -> UUID | None:
        if file is None:
            if not is_first(session):
                return None
            return draft_purchase(
                session,
                merchant_id=merchant_id,
                supplier_id=UUID(form.supplier.data),
                location_id=UUID(form.place.data),
                lines=costed,
                expected_on=expected_on,
                note=note,
            )
        purchase_id = file.row.id
        hold_to_seen(session, lambda now: _seen(read_purchase(now, purchase_id)))
        change_purchase(
            session,
            merchant_id=merchant_id,
            purchase_id=purchase_id,
            lines=costed,
            expected_on=expected_on,
            note=note,
        )
        return purchase_id

    return services().database.run(current_scope(), work)


def _seen(file: PurchaseFile) -> str:
    rows = [
        (str(line.variant_id), line.ordered, line.unit_cost.amount_minor, line.unit_cost.currency)
        for line in file.lines
    ]
    return seen_draft(rows, expected_on=file.row.expected_on, note=file.row.note)


def _page(
    file: PurchaseFile | None, form: PurchaseForm, draft: Draft, faults: list[Fault] | None = None
) -> Response:
    is_draft = file is None or file.row.state is PurchaseState.DRAFT
    failed = bool(faults) or not is_draft
    trail = [Crumb(_("Purchases"), link("purchases"))]
    if file is not None:
        trail.append(Crumb(file.row.number, link("purchase", purchase_id=file.row.id)))
    return show(
        "purchase_edit.html",
        title=_("Change the draft") if file else _("New purchase"),
        tab="purchases",
        trail=tuple(trail),
        status=422 if failed and request.method == "POST" else 200,
        file=file,
        is_draft=is_draft,
        form=form,
        draft=draft,
        faults=faults or [],
        at=by_field(faults or []),
        seen=_seen(file) if file else "",
        wish=named_wish(),
        called=called,
        codes_of=codes_of,
        own_url=link("edit_purchase", purchase_id=file.row.id) if file else link("new_purchase"),
    )
