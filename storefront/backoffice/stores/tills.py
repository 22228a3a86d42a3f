"""Tills: added to a store, and shown with device, printer and shifts."""

import re
from typing import Any
from unicodedata import normalize
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from wtforms import StringField

from commerce.inventory.queries import locations
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.registers.queries import shifts_of
from commerce.registers.rows import RegisterRow
from commerce.registers.service import add_register
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import (
    DeskForm,
    IntegerField,
    SelectField,
    optional_text,
    sent,
    some_text,
    within,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stores.counted import over_or_short
from storefront.backoffice.stores.finding import find_register, named, people_here
from storefront.backoffice.words import in_language

_SERIES = re.compile(r"[A-Z0-9]{1,8}")
_USUAL_COLUMNS = 48
"""Of 80 mm paper."""


class RegisterNameForm(DeskForm):
    """What a till is called; one of the two languages is enough."""

    name = StringField(lazy_gettext("Name in English"), optional_text(80))
    name_zh = StringField(lazy_gettext("Name in Chinese"), optional_text(80))

    def names(self) -> tuple[str, str]:
        """Return the names as they are kept: a lone one stands for both languages."""
        english, chinese = (self.name.data or "").strip(), (self.name_zh.data or "").strip()
        return english or chinese, chinese if english else ""


class RegisterForm(RegisterNameForm):
    """A till in a store."""

    series = StringField(lazy_gettext("Receipt series"), some_text(8))
    location = SelectField(lazy_gettext("Store"))


class PrinterForm(DeskForm):
    """Where a till prints."""

    kind = SelectField(
        lazy_gettext("Printer"),
        choices=[
            ("none", lazy_gettext("None (screen and mail)")),
            ("network", lazy_gettext("A receipt printer in the network")),
            ("file", lazy_gettext("Files on the server, for trying out")),
        ],
    )
    host = StringField(lazy_gettext("Address of the printer"), optional_text(120))
    port = IntegerField(lazy_gettext("Port"), [within(1, 65535)], default=9100)
    text = SelectField(
        lazy_gettext("How text is printed"),
        choices=[
            ("", lazy_gettext("As usual in the country")),
            ("gb18030", lazy_gettext("The printer’s own Chinese (GB18030)")),
            ("latin", lazy_gettext("Western letters; Chinese is drawn")),
            ("raster", lazy_gettext("Every row is drawn")),
        ],
    )
    columns = SelectField(
        lazy_gettext("Paper"),
        choices=[("48", lazy_gettext("80 mm")), ("32", lazy_gettext("58 mm"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not services().settings.demo and self.kind.object_data != "file":
            self.kind.choices = [each for each in self.kind.choices or () if each[0] != "file"]

    def settings(self) -> dict[str, Any]:
        """Return what the till keeps of it; nothing when it has no printer."""
        kind = str(self.kind.data)
        if kind == "none":
            return {}
        kept: dict[str, Any] = {"kind": kind, "columns": int(self.columns.data)}
        if self.text.data:
            kept["text"] = str(self.text.data)
        if kind == "network":
            kept |= {"host": self.host.data.strip(), "port": self.port.data}
        return kept


@needs(Permission.MANAGE_STORES)
def new_register() -> Response:
    """Add a till to a store."""
    with services().database.reading(current_scope()) as connection:
        found = [each for each in locations(connection) if each.kind == "store"]
    form = sent(RegisterForm)
    form.location.choices = [(str(e.id), in_language(e.name, e.name_zh)) for e in found]
    series = normalize("NFKC", form.series.data or "").strip().upper()
    if request.method == "POST" and form.validate() and not any(form.names()):
        form.name.errors = [_("Give the till a name in one language at least.")]
    elif request.method == "POST" and form.validate() and not _SERIES.fullmatch(series):
        form.series.errors = [_("Use 1 to 8 letters and digits, without spaces.")]
    elif request.method == "POST" and form.validate():
        name, name_zh = form.names()
        try:
            with services().database.transaction(current_scope()) as session:
                register_id = add_register(
                    session,
                    merchant_id=current_merchant().id,
                    location_id=UUID(form.location.data),
                    name=name,
                    name_zh=name_zh,
                    series=series,
                )
        except IntegrityError:
            form.series.errors = [_("Another till has this series. Choose another one.")]
        else:
            announce(_("Added. Now make a device this till."))
            return moved("register", register_id=register_id)
    return draw(
        "stores/new_register.html",
        title=_("New till"),
        room="stores",
        trail=(Crumb(_("Stores and tills"), link("stores")),),
        status=422 if request.method == "POST" else 200,
        form=form,
        faults=form.faults if request.method == "POST" else [],
        has_stores=bool(found),
    )


@needs(Permission.VIEW_STORES)
def register(register_id: UUID) -> Response:
    """Show one till: its device, its printer, its shifts."""
    return register_page(register_id)


def register_page(
    register_id: UUID,
    *,
    printer: PrinterForm | None = None,
    names: RegisterNameForm | None = None,
    address: str = "",
    picture: Markup | None = None,
) -> Response:
    """Draw one till; `address` and `picture` are shown this once, for the device."""
    found = find_register(register_id)
    sent_form = printer or names
    with services().database.reading(current_scope()) as connection:
        places = locations(connection)
        shifts = shifts_of(connection, register_id=register_id)
        people = people_here(connection)
    return draw(
        "stores/register.html",
        title=found.name_in(language()),
        room="stores",
        trail=(Crumb(_("Stores and tills"), link("stores")),),
        status=sent_form.http_status if sent_form else 200,
        till=found,
        store=named(places).get(found.location_id, ""),
        shifts=shifts,
        people=people,
        printer=printer or standing_printer(found),
        names=names or standing_names(found),
        faults=sent_form.faults if sent_form else [],
        changed=sent_form.changed if sent_form else [],
        address=address,
        picture=picture,
        money_of=Money,
        over_or_short=over_or_short,
    )


def standing_printer(till: RegisterRow) -> PrinterForm:
    """Return the form as the till's printer is set up."""
    columns = str(till.printer.get("columns", _USUAL_COLUMNS))
    return PrinterForm(data={"kind": "none", **till.printer, "columns": columns})


def standing_names(till: RegisterRow) -> RegisterNameForm:
    """Return the form as the till is called."""
    return RegisterNameForm(data={"name": till.name, "name_zh": till.name_zh})
