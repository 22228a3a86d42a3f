"""All gift cards and credit, what is owed for them, and a form for another card."""

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.payments.stored_value.codes import grouped
from commerce.payments.stored_value.queries import accounts, liabilities
from commerce.payments.stored_value.rows import ValueEntryKind, ValueKind
from commerce.payments.stored_value.service import IssuedCard, issue_card, told_again
from commerce.web.idempotency import MissingKeyError
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, draw, link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.once import FIELD, is_first, named_wish, new_wish
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.value.forms import AmountForm, sent_amount
from storefront.backoffice.value.words import account_state, value_kind_name

_MOST = 40
_LAST = 4


@needs(Permission.VIEW_MONEY)
def gift_cards() -> Response:
    """List cards and credit, newest first, or those whose code ends as it was typed."""
    return _page(AmountForm())


@needs(Permission.MANAGE_GIFT_CARDS)
def issue_one() -> Response:
    """Issue a card over an amount; its code is shown this once."""
    form, amount = sent_amount(AmountForm, current_merchant().currency)
    wish = typed_id(request.form.get(FIELD))
    if wish is None:
        raise MissingKeyError
    if amount is None:
        return _page(form)

    def work(session: Session) -> IssuedCard | None:
        merchant_id = current_merchant().id
        if not is_first(session):
            return told_again(
                session, vault=services().vault, merchant_id=merchant_id, request_id=wish
            )
        return issue_card(
            session,
            vault=services().vault,
            merchant_id=merchant_id,
            amount=amount,
            kind=ValueEntryKind.GRANTED,
            request_id=wish,
            reason=form.reason.data,
            actor_id=actor(),
        )

    try:
        issued = services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return _page(form)
    return _page(AmountForm(), issued=issued, repeated=issued is None)


def _page(
    form: AmountForm, *, issued: IssuedCard | None = None, repeated: bool = False
) -> Response:
    typed = request.args.get("last", "").strip().upper()[-_LAST:]
    chosen = request.args.get("kind", "")
    kind = ValueKind(chosen) if chosen in set(ValueKind) else None
    after = typed_id(request.args.get("after"))
    with services().database.reading(current_scope()) as connection:
        owed = liabilities(connection)
        rows = accounts(connection, kind=kind, last_four=typed or None, after=after, most=_MOST + 1)
    kept = {name: value for name, value in (("last", typed), ("kind", chosen)) if value}
    more = len(rows) > _MOST
    failed = request.method == "POST" and issued is None and not repeated
    return draw(
        "value/list.html",
        title=_("Gift cards and store credit"),
        room="gift_cards",
        status=422 if failed else 200,
        rows=rows[:_MOST],
        owed=owed,
        typed=typed,
        chosen=chosen,
        kinds=[("", _("All")), *((each.value, value_kind_name(each)) for each in ValueKind)],
        kind_name=value_kind_name,
        state=account_state,
        form=form,
        faults=form.faults if failed else [],
        wish=named_wish() if failed else new_wish(),
        issued=issued,
        code=grouped(issued.code) if issued else "",
        repeated=repeated,
        next_url=link("gift_cards", **kept, after=rows[_MOST - 1].id) if more else "",
        first_url=link("gift_cards", **kept) if after else "",
    )
