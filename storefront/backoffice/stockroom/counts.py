"""Count sheets: which are open, how far each is, and a new one for a place or one of its shelves."""

from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Optional

from commerce.inventory.queries import count_sheets
from commerce.inventory.rows import CountSheetRow
from commerce.inventory.service import open_count
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import (
    DeskForm,
    IntegerField,
    SelectField,
    needed,
    optional_text,
    sent,
    within,
)
from storefront.backoffice.once import is_first, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.frame import people_names, place_names, show
from storefront.backoffice.stockroom.posts import (
    hold_session_to_posts,
    of_own,
    own_places,
    place_choices,
    places_in_use,
)
from storefront.backoffice.words import Label

_MOST = 50
_MOST_TOLERANCE = 10_000
_LONGEST_ZONE = 40


class SheetForm(DeskForm):
    """What is to be counted, and how strictly."""

    wish = HiddenField()
    place = SelectField(lazy_gettext("Place"), [needed(lazy_gettext("Choose a place."))])
    zone = StringField(lazy_gettext("Shelf"), optional_text(_LONGEST_ZONE))
    tolerance = IntegerField(
        lazy_gettext("May differ by"), [Optional(), within(0, _MOST_TOLERANCE)], default=0
    )
    blind = BooleanField(
        lazy_gettext("Whoever counts is not told what the books say"), default=True
    )
    note = StringField(lazy_gettext("Note"), optional_text(500))


def sheet_state(row: CountSheetRow) -> Label:
    """Return what the desk calls a sheet's state."""
    if row.state == "approved":
        return Label(_("Approved"), "good")
    if row.state == "cancelled":
        return Label(_("Dropped"))
    if row.to_recount and row.counted == row.lines:
        return Label(_("To count once more"), "wait")
    if row.lines and row.counted == row.lines:
        return Label(_("To approve"), "info")
    return Label(_("Being counted"), "wait")


@needs(Permission.VIEW_STOCK)
def sheet_list() -> Response:
    """List count sheets: those that are open, or all of them."""
    return _page(None)


@needs(Permission.WORK_STOCK)
def open_sheet() -> Response:
    """Open a sheet for a place, or for one shelf of it."""
    with services().database.reading(current_scope()) as connection:
        form = _form(connection)
    if not form.validate():
        return _page(form)

    def work(session: Session) -> UUID | None:
        if not is_first(session):
            return None
        place = UUID(form.place.data)
        hold_session_to_posts(session, place)
        return open_count(
            session,
            merchant_id=current_merchant().id,
            location_id=place,
            zone=form.zone.data or "",
            blind=form.blind.data,
            tolerance=form.tolerance.data or 0,
            note=form.note.data or "",
            actor_id=actor(),
        )

    try:
        sheet_id = services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return _page(form)
    if sheet_id is None:
        return moved("counts")
    announce(_("The sheet is open. Scan the first goods."))
    return moved("count_sheet", sheet_id=sheet_id)


def _form(connection: Connection) -> SheetForm:
    form: SheetForm = sent(SheetForm)
    form.place.choices = place_choices(of_own(places_in_use(connection), own_places(connection)))
    return form


def _page(form: SheetForm | None) -> Response:
    everything = request.args.get("all") == "1"
    states = ("open", "approved", "cancelled") if everything else ("open",)
    with services().database.reading(current_scope()) as connection:
        rows = count_sheets(connection, states=states, most=_MOST)
        places = place_names(connection)
        people = people_names(connection)
        drawn = form or _form(connection)
    return show(
        "counts.html",
        title=_("Counts"),
        tab="counts",
        status=422 if form else 200,
        rows=rows,
        places=places,
        people=people,
        everything=everything,
        state_of=sheet_state,
        form=drawn,
        faults=form.faults if form else [],
        wish=named_wish(),
    )
