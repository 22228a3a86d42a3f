"""Write a transfer: what one place asks of another; its goods are held there until they are sent."""

from datetime import date
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import DateField, TextAreaField
from wtforms.validators import Optional

from commerce.inventory.queries import levels_of
from commerce.inventory.rows import Portion, TransferState
from commerce.inventory.service import change_transfer, draft_transfer
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, link, moved
from storefront.backoffice.forms import (
    DeskForm,
    Fault,
    SelectField,
    needed,
    optional_text,
    sent,
    typed_id,
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
    worked_on,
)
from storefront.backoffice.stockroom.posts import hold_to_posts, place_choices, places_in_use
from storefront.backoffice.stockroom.transfers import TransferFile, read_transfer
from storefront.backoffice.stockroom.typed import by_field, line_faults


class TransferForm(DeskForm):
    """From where to where goods go."""

    origin = SelectField(lazy_gettext("Comes from"), [needed(lazy_gettext("Choose a place."))])
    destination = SelectField(lazy_gettext("Goes to"), [needed(lazy_gettext("Choose a place."))])
    expected = DateField(lazy_gettext("Expected on"), [Optional()])
    note = TextAreaField(lazy_gettext("Note"), optional_text(500))


@needs(Permission.WORK_STOCK)
def new_transfer() -> Response:
    """Write a new transfer."""
    return _written(None)


@needs(Permission.WORK_STOCK)
def edit_transfer(transfer_id: UUID) -> Response:
    """Change a draft."""
    return _written(transfer_id)


def _written(transfer_id: UUID | None) -> Response:
    with services().database.reading(current_scope()) as connection:
        file = read_transfer(connection, transfer_id) if transfer_id else None
        if file:
            hold_to_posts(connection, file.row.origin_id, file.row.destination_id)
        form = _form(connection, file)
        draft = (
            worked_on(connection)
            if request.method == "POST"
            else drawn_lines(connection, _kept_lines(file))
        )
        there = _free_there(connection, draft, typed_id(form.origin.data), file)
    if request.method == "GET" or not draft.is_final:
        return _page(file, form, draft, there, draft.faults)
    form.validate()
    faults: list[Fault] = list(form.faults)
    portions = [Portion(line.variant_id, units) for line, units in read_units(draft, faults)]
    if faults:
        return _page(file, form, draft, there, faults)
    try:
        kept = _keep(file, form, portions)
    except CommerceError as error:
        return _page(file, form, draft, there, line_faults(error, draft.goods))
    if kept is None:
        return moved("transfers")
    announce(_("Saved. The goods are held until somebody sends them."))
    return moved("transfer", transfer_id=kept)


def _form(connection: Connection, file: TransferFile | None) -> TransferForm:
    standing: dict[str, str | date | None] = (
        {"expected": file.row.expected_on, "note": file.row.note}
        if file
        else {name: request.args.get(name, "") for name in ("origin", "destination")}
    )
    form: TransferForm = sent(TransferForm, **standing)
    if file is not None:
        for field, place_id in (
            (form.origin, file.row.origin_id),
            (form.destination, file.row.destination_id),
        ):
            field.choices = [(str(place_id), file.places.get(place_id, ""))]
            field.data = str(place_id)
        return form
    places = place_choices(places_in_use(connection))
    form.origin.choices = [("", _("Please choose")), *places]
    form.destination.choices = [("", _("Please choose")), *places]
    return form


def _kept_lines(file: TransferFile | None) -> list[Line]:
    return [Line(line.variant_id, str(line.asked)) for line in (file.lines if file else ())]


def _free_there(
    connection: Connection, draft: Draft, origin: UUID | None, file: TransferFile | None
) -> dict[UUID, int] | None:
    """Return how many units the origin could give of each line, its own hold included."""
    if origin is None or not draft.lines:
        return None
    held = {line.variant_id: line.held for line in (file.lines if file else ())}
    return {
        level.variant_id: level.available + held.get(level.variant_id, 0)
        for level in levels_of(connection, variant_ids=[line.variant_id for line in draft.lines])
        if level.location_id == origin
    }


def _keep(file: TransferFile | None, form: TransferForm, portions: list[Portion]) -> UUID | None:
    """Keep the draft and return its id; None when the same form was kept before."""
    terms = {"expected_on": form.expected.data, "note": form.note.data or ""}
    merchant_id = current_merchant().id

    def work(session: Session) -> UUID | None:
        if file is None:
            if not is_first(session):
                return None
            origin, destination = UUID(form.origin.data), UUID(form.destination.data)
            hold_to_posts(session.connection(), origin, destination)
            return draft_transfer(
                session,
                merchant_id=merchant_id,
                origin_id=origin,
                destination_id=destination,
                lines=portions,
                actor_id=actor(),
                **terms,
            )
        transfer_id = file.row.id
        hold_to_seen(session, lambda now: _seen(read_transfer(now, transfer_id)))
        change_transfer(
            session, merchant_id=merchant_id, transfer_id=transfer_id, lines=portions, **terms
        )
        return transfer_id

    return services().database.run(current_scope(), work)


def _seen(file: TransferFile) -> str:
    rows = sorted((str(line.variant_id), line.asked) for line in file.lines)
    return seen_draft(rows, expected_on=file.row.expected_on, note=file.row.note)


def _page(
    file: TransferFile | None,
    form: TransferForm,
    draft: Draft,
    there: dict[UUID, int] | None,
    faults: list[Fault],
) -> Response:
    trail = [Crumb(_("Transfers"), link("transfers"))]
    if file is not None:
        trail.append(Crumb(file.row.number, link("transfer", transfer_id=file.row.id)))
    return show(
        "transfer_edit.html",
        title=_("Change the draft") if file else _("New transfer"),
        tab="transfers",
        trail=tuple(trail),
        status=422 if faults and request.method == "POST" else 200,
        file=file,
        is_draft=file is None or file.row.state is TransferState.DRAFT,
        form=form,
        draft=draft,
        there=there,
        faults=faults,
        at=by_field(faults),
        seen=_seen(file) if file else "",
        wish=named_wish(),
        called=called,
        codes_of=codes_of,
        own_url=link("edit_transfer", transfer_id=file.row.id) if file else link("new_transfer"),
    )
