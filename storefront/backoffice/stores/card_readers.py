"""Which card reader stands beside a till: asked of the provider, so on a page of its own."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection

from commerce.park.permissions import Permission
from commerce.payments.errors import PaymentMethodUnavailableError
from commerce.payments.gateway import Gateways
from commerce.payments.queries import methods
from commerce.plugins.registry import Registry
from commerce.plugins.terminals import Reader
from commerce.registers.service import set_reader
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, announce, draw, link, moved
from storefront.backoffice.forms import DeskForm, SelectField, sent
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stores.finding import find_register


class ReaderForm(DeskForm):
    """The reader that a till asks at."""

    reader = SelectField(lazy_gettext("Card reader"))


@needs(Permission.MANAGE_STORES)
def card_reader(register_id: UUID) -> Response:
    """Say which card reader stands beside the till."""
    till = find_register(register_id)
    plugin, found = _readers()
    labels = {each.id: each.label for each in found}
    if till.reader.get("plugin") == plugin:
        labels.setdefault(till.reader["id"], till.reader["label"])
    form = sent(ReaderForm, data={"reader": till.reader.get("id", "")})
    form.reader.choices = [("", _("Any that is free in its store")), *labels.items()]
    if request.method == "POST" and form.validate():
        chosen = str(form.reader.data)
        _keep(
            register_id,
            {"plugin": plugin, "id": chosen, "label": labels[chosen]} if chosen else {},
        )
        announce(_("Saved."))
        return moved("register", register_id=register_id)
    return draw(
        "stores/card_reader.html",
        title=_("Card reader"),
        room="stores",
        trail=(
            Crumb(_("Stores and tills"), link("stores")),
            Crumb(till.name_in(language()), link("register", register_id=register_id)),
        ),
        status=422 if request.method == "POST" else 200,
        till=till,
        form=form,
        faults=form.faults if request.method == "POST" else [],
        found=found,
    )


def _keep(register_id: UUID, reader: dict[str, Any]) -> None:
    with services().database.transaction(current_scope()) as session:
        set_reader(
            session, merchant_id=current_merchant().id, register_id=register_id, reader=reader
        )


def _readers() -> tuple[str, tuple[Reader, ...]]:
    """Return the provider of the tills' cards and its readers; none where there is none."""
    with services().database.reading(current_scope()) as connection:
        plugin = _card_plugin(connection)
    if not plugin:
        return "", ()
    gateway = services().part(Gateways).payments
    try:
        return plugin, gateway.readers(merchant_id=current_merchant().id, plugin=plugin)
    except PaymentMethodUnavailableError:
        return plugin, ()


def _card_plugin(connection: Connection) -> str:
    terminals = services().part(Registry).terminals
    return next((each.plugin for each in methods(connection) if each.plugin in terminals), "")
