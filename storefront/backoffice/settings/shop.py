"""The shop's own facts, and its letters."""

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from wtforms import StringField

from commerce.catalogue.queries.media import room_for_media
from commerce.kernel.errors import CommerceError
from commerce.kernel.mail import MailAddressError
from commerce.mail.queries import latest_mail
from commerce.park.permissions import Permission
from commerce.park.queries.merchants import MerchantCard, get_merchant
from commerce.park.service.merchants import MerchantName, rename_merchant, send_replies_to
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, draw, moved
from storefront.backoffice.forms import DeskForm, optional_text, sent, sentence, some_text
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still

_MOST_LETTERS = 50


class ShopForm(DeskForm):
    """What the shop is called."""

    name = StringField(lazy_gettext("Name in English"), some_text(120))
    name_zh = StringField(lazy_gettext("Name in Chinese"), some_text(120))


class RepliesForm(DeskForm):
    """Where replies to letters go."""

    address = StringField(lazy_gettext("Replies go to"), optional_text(254))


@needs(Permission.MANAGE_SETTINGS)
def settings() -> Response:
    """Show the shop's facts."""
    return _page(_named(current_merchant()))


@needs(Permission.MANAGE_SETTINGS)
def rename() -> Response:
    """Give the shop another name; its address stays."""
    form = sent(ShopForm)
    if not form.validate():
        return _page(form)
    try:
        name = MerchantName(english=form.name.data, chinese=form.name_zh.data)
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, _standing)
            rename_merchant(session, merchant_id=current_merchant().id, name=name)
    except StaleFormError as stale:
        return _page(stale.told_on(form))
    except CommerceError as error:
        form.refuse(error)
        return _page(form)
    announce(_("Saved."))
    return moved("settings")


@needs(Permission.MANAGE_SETTINGS)
def mail() -> Response:
    """Show how letters leave, where replies go, and the latest letters."""
    return _mail_page(RepliesForm(address=current_merchant().reply_to))


@needs(Permission.MANAGE_SETTINGS)
def set_replies() -> Response:
    """Let replies to the shop's letters reach somebody."""
    form = sent(RepliesForm)
    if not form.validate():
        return _mail_page(form)
    try:
        with services().database.transaction(current_scope()) as session:
            send_replies_to(
                session, merchant_id=current_merchant().id, address=form.address.data or ""
            )
    except MailAddressError as error:
        form.address.errors = [sentence(error)]
        return _mail_page(form)
    announce(_("Saved."))
    return moved("mail")


def _mail_page(form: RepliesForm) -> Response:
    failed = request.method == "POST"
    with services().database.reading(current_scope()) as connection:
        letters = latest_mail(connection, most=_MOST_LETTERS)
    return draw(
        "settings/mail.html",
        title=_("Mail"),
        room="settings",
        status=422 if failed else 200,
        form=form,
        faults=form.faults if failed else [],
        tabs=tabs("mail"),
        letters=letters,
        sender=services().settings.mail_from,
        leaves=services().settings.mail_url is not None,
    )


def _standing(connection: Connection) -> ShopForm:
    return _named(get_merchant(connection, merchant_id=current_merchant().id))


def _named(merchant: MerchantCard) -> ShopForm:
    """Return the form as the shop is called."""
    return ShopForm(name=merchant.name, name_zh=merchant.name_zh)


def _page(form: ShopForm) -> Response:
    failed = request.method == "POST"
    with services().database.reading(current_scope()) as connection:
        room = room_for_media(connection, merchant_id=current_merchant().id)
    return draw(
        "settings/shop.html",
        title=_("Settings"),
        room="settings",
        status=form.http_status,
        tabs=tabs("settings"),
        merchant=current_merchant(),
        kept=room,
        form=form,
        faults=form.faults if failed else [],
    )
