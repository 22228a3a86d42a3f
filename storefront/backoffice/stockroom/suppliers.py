"""Suppliers: whom the merchant buys goods from."""

from dataclasses import replace
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField

from commerce.inventory.queries import suppliers
from commerce.inventory.rows import SupplierRow
from commerce.inventory.service import add_supplier, change_supplier
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, link, moved
from storefront.backoffice.forms import (
    DeskForm,
    IntegerField,
    needed,
    optional_text,
    sent,
    some_text,
    within,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.stockroom.frame import show
from storefront.backoffice.stockroom.purchases import supplier_name

_MOST_DAYS = 730


class SupplierForm(DeskForm):
    """Somebody whom goods are bought from."""

    code = StringField(lazy_gettext("Short code"), some_text(20))
    name = StringField(lazy_gettext("Name in English"), some_text(200))
    name_zh = StringField(lazy_gettext("Name in Chinese"), optional_text(200))
    email = StringField(lazy_gettext("E-mail address"), optional_text(200))
    phone = StringField(lazy_gettext("Telephone"), optional_text(200))
    lead_days = IntegerField(
        lazy_gettext("Days from order to arrival"),
        [needed(lazy_gettext("Give a whole number, 0 for none.")), within(0, _MOST_DAYS)],
        default=14,
    )
    active = BooleanField(lazy_gettext("In use"), default=True)


@needs(Permission.VIEW_STOCK)
def supplier_list() -> Response:
    """List suppliers."""
    with services().database.reading(current_scope()) as connection:
        rows = suppliers(connection)
    return show(
        "suppliers.html",
        title=_("Suppliers"),
        tab="purchases",
        trail=(Crumb(_("Purchases"), link("purchases")),),
        rows=rows,
        supplier_name=supplier_name,
    )


@needs(Permission.ORDER_STOCK)
def new_supplier() -> Response:
    """Add a supplier."""
    form: SupplierForm = sent(SupplierForm)
    if request.method == "GET" or not form.validate():
        return _page(None, form)

    def work(session: Session) -> UUID:
        return add_supplier(
            session,
            merchant_id=current_merchant().id,
            code=form.code.data,
            name=form.name.data,
            name_zh=form.name_zh.data or "",
            email=form.email.data or "",
            phone=form.phone.data or "",
            lead_days=form.lead_days.data,
        )

    try:
        supplier_id = services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return _page(None, form)
    announce(_("Added."))
    return moved("new_purchase", supplier=supplier_id)


@needs(Permission.ORDER_STOCK)
def supplier(supplier_id: UUID) -> Response:
    """Show and change one supplier; its code stays as it is."""
    with services().database.reading(current_scope()) as connection:
        found = _one(connection, supplier_id)
    if request.method == "GET":
        return _page(found, SupplierForm(obj=found))
    form: SupplierForm = sent(SupplierForm)
    form.code.data = found.code
    if not form.validate():
        return _page(found, form)
    changed = replace(
        found,
        name=form.name.data,
        name_zh=form.name_zh.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        lead_days=form.lead_days.data,
        active=form.active.data,
    )
    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, lambda now: SupplierForm(obj=_one(now, supplier_id)))
            change_supplier(session, merchant_id=current_merchant().id, supplier=changed)
    except StaleFormError as stale:
        return _page(found, stale.told_on(form))
    except CommerceError as error:
        form.refuse(error)
        return _page(found, form)
    announce(_("Saved."))
    return moved("suppliers")


def _one(connection: Connection, supplier_id: UUID) -> SupplierRow:
    found = next((each for each in suppliers(connection) if each.id == supplier_id), None)
    if found is None:
        raise NotFoundError
    return found


def _page(found: SupplierRow | None, form: SupplierForm) -> Response:
    return show(
        "supplier.html",
        title=supplier_name(found) if found else _("New supplier"),
        tab="purchases",
        trail=(
            Crumb(_("Purchases"), link("purchases")),
            Crumb(_("Suppliers"), link("suppliers")),
        ),
        status=form.http_status,
        found=found,
        form=form,
        changed=form.changed,
        faults=form.faults if request.method == "POST" else [],
    )
