"""One card or one customer's credit: its journal, and what the desk may do with it."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.payments.stored_value.queries import account_by_id, entries_of
from commerce.payments.stored_value.rows import ValueAccount
from commerce.payments.stored_value.service import adjust_value, block_card, unblock_card
from commerce.web.idempotency import MissingKeyError
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import typed_id
from storefront.backoffice.once import FIELD, is_first, named_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.value.forms import DOWN, AdjustForm, sent_amount
from storefront.backoffice.value.words import account_name, account_state, happened


@needs(Permission.VIEW_MONEY)
def gift_card(account_id: UUID) -> Response:
    """Show one account with everything that happened to it."""
    return _page(_found(account_id), AdjustForm())


@needs(Permission.MANAGE_GIFT_CARDS)
def adjust_gift_card(account_id: UUID) -> Response:
    """Add to a balance or take off it, for a reason."""
    account = _found(account_id)
    form, amount = sent_amount(AdjustForm, account.currency)
    wish = typed_id(request.form.get(FIELD))
    if wish is None:
        raise MissingKeyError
    if amount is None:
        return _page(account, form, failed=True)
    by = Money(-amount.amount_minor, amount.currency) if form.way.data == DOWN else amount

    def work(session: Session) -> None:
        if not is_first(session):
            return
        adjust_value(
            session,
            merchant_id=current_merchant().id,
            account_id=account_id,
            by=by,
            reason=form.reason.data,
            request_id=wish,
            actor_id=actor(),
        )

    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return _page(account, form, failed=True)
    announce(_("The balance is changed."))
    return moved("gift_card", account_id=account_id)


@needs(Permission.MANAGE_GIFT_CARDS)
def block_gift_card(account_id: UUID) -> Response:
    """Stop a card."""
    return _switched(account_id, block_card, _("The card is blocked and pays nothing."))


@needs(Permission.MANAGE_GIFT_CARDS)
def unblock_gift_card(account_id: UUID) -> Response:
    """Let a card pay again."""
    return _switched(account_id, unblock_card, _("The card pays again."))


def _switched(account_id: UUID, switch: Callable[..., None], said: str) -> Response:
    def work(session: Session) -> None:
        if is_first(session):
            switch(session, merchant_id=current_merchant().id, account_id=account_id)

    services().database.run(current_scope(), work)
    announce(said)
    return moved("gift_card", account_id=account_id)


def _found(account_id: UUID) -> ValueAccount:
    with services().database.reading(current_scope()) as connection:
        account = account_by_id(connection, account_id=account_id)
    if account is None:
        raise NotFoundError
    return account


def _page(account: ValueAccount, form: AdjustForm, *, failed: bool = False) -> Response:
    with services().database.reading(current_scope()) as connection:
        entries = entries_of(connection, account_id=account.id)
    return draw(
        "value/one.html",
        title=account_name(account),
        room="gift_cards",
        trail=(Crumb(_("Gift cards and store credit"), link("gift_cards")),),
        status=422 if failed else 200,
        account=account,
        entries=entries,
        state=account_state(account),
        happened=happened,
        form=form,
        faults=form.faults if failed else [],
        wish=named_wish(),
    )
