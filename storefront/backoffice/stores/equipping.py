"""What a till needs to work: a device, a printer, a PIN pad that asks again."""

from uuid import UUID

import segno
from flask import Response
from markupsafe import Markup
from sqlalchemy import Connection

from commerce.kernel.clock import utc_now
from commerce.park.permissions import Permission
from commerce.park.service.clerk_pins import unlock_pin_pad
from commerce.registers.enrolment import enrolment_token
from commerce.registers.printers import is_refused
from commerce.registers.service import name_register, set_printer
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import sent
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.stores.finding import find_register, till_by_id
from storefront.backoffice.stores.tills import (
    PrinterForm,
    RegisterNameForm,
    register_page,
    standing_names,
    standing_printer,
)


@needs(Permission.MANAGE_STORES)
def enrol_link(register_id: UUID) -> Response:
    """Make a one-time link that turns a device into this till."""
    found = find_register(register_id)
    token = enrolment_token(
        services().vault, merchant_id=current_merchant().id, register=found, now=utc_now()
    )
    address = f"{services().settings.public_url}/till/enrol/{token}"
    drawing = segno.make(address, error="m").svg_inline(
        scale=4, border=2, light="#fff", dark="#000"
    )
    return register_page(
        register_id,
        address=address,
        picture=Markup(drawing),  # noqa: S704 - segno draws squares; no character is in it
    )


@needs(Permission.MANAGE_STORES)
def change_printer(register_id: UUID) -> Response:
    """Say where the till prints."""
    find_register(register_id)
    form = sent(PrinterForm)
    if form.validate() and form.kind.data == "network" and not (form.host.data or "").strip():
        form.host.errors = [_("Give the printer’s address in your network.")]
    elif form.validate() and form.kind.data == "network" and _is_refused(form):
        form.host.errors = [
            _(
                "A printer cannot stand there. The operator allows these networks: %(networks)s.",
                networks=" ".join(str(each) for each in services().settings.printer_networks),
            )
        ]
    if form.faults:
        return register_page(register_id, printer=form)

    def drawn(connection: Connection) -> PrinterForm:
        return standing_printer(till_by_id(connection, register_id))

    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, drawn)
            set_printer(
                session,
                merchant_id=current_merchant().id,
                register_id=register_id,
                printer=form.settings(),
            )
    except StaleFormError as stale:
        return register_page(register_id, printer=stale.told_on(form))
    announce(_("Saved."))
    return moved("register", register_id=register_id)


@needs(Permission.MANAGE_STORES)
def rename_register(register_id: UUID) -> Response:
    """Say what the till is called in each language."""
    find_register(register_id)
    form = sent(RegisterNameForm)
    if form.validate() and not any(form.names()):
        form.name.errors = [_("Give the till a name in one language at least.")]
    if form.faults:
        return register_page(register_id, names=form)
    name, name_zh = form.names()

    def drawn(connection: Connection) -> RegisterNameForm:
        return standing_names(till_by_id(connection, register_id))

    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, drawn)
            name_register(
                session,
                merchant_id=current_merchant().id,
                register_id=register_id,
                name=name,
                name_zh=name_zh,
            )
    except StaleFormError as stale:
        return register_page(register_id, names=stale.told_on(form))
    announce(_("Saved."))
    return moved("register", register_id=register_id)


def _is_refused(form: PrinterForm) -> bool:
    host, port = str(form.host.data).strip(), int(form.port.data or 0)
    return is_refused(services().settings, host, port=port)


@needs(Permission.APPROVE_AT_TILL)
def unlock_register(register_id: UUID) -> Response:
    """Let a locked PIN pad ask again."""
    find_register(register_id)
    with services().database.transaction(current_scope()) as session:
        unlock_pin_pad(
            session,
            merchant_id=current_merchant().id,
            register_id=register_id,
            actor_id=actor(),
        )
    announce(_("The till asks for PINs again."))
    return moved("stores")
