"""The room of sourcing: the rules that count, those that are drafted, and the trade-offs."""

from flask import Response

from commerce.fulfilment.queries import sourcing_rules
from commerce.fulfilment.service import set_sourcing_policy
from commerce.fulfilment.sourcing import Policy
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, draw, moved
from storefront.backoffice.forms import sent
from storefront.backoffice.settings.tabs import tabs
from storefront.backoffice.sourcing.form import choices_of
from storefront.backoffice.sourcing.telling import mark_of, shown_rule
from storefront.backoffice.sourcing.tradeoffs import (
    AMOUNTS,
    TradeOffsForm,
    priced,
    shown_trade_offs,
)
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still


@needs(Permission.MANAGE_SETTINGS)
def sourcing() -> Response:
    """Show the rules that count, those that are drafted, and what the trade-offs cost."""
    return _page()


def _page(form: TradeOffsForm | None = None) -> Response:
    """Draw the room; `form` is the one that was sent and refused."""
    with services().database.reading(current_scope()) as connection:
        known = choices_of(connection)
        counting = sourcing_rules(connection, merchant_id=current_merchant().id)
        draft = sourcing_rules(connection, merchant_id=current_merchant().id, draft=True)
        shown = form or shown_trade_offs(connection)
    return draw(
        "settings/sourcing.html",
        title=_("Sourcing"),
        room="settings",
        status=form.http_status if form else 200,
        tabs=tabs("sourcing"),
        counting=[shown_rule(at, rule, known) for at, rule in enumerate(counting)],
        places=known.places,
        draft=[shown_rule(at, rule, known) for at, rule in enumerate(draft)],
        seen=mark_of(draft or counting),
        form=shown,
        faults=form.faults if form else [],
    )


@needs(Permission.MANAGE_SETTINGS)
def set_trade_offs() -> Response:
    """Keep what the trade-offs cost."""
    form = priced(sent(TradeOffsForm))
    if not form.validate():
        return _page(form)
    amounts = {name: form[name].minor() or 0 for name in AMOUNTS}
    policy = Policy(**amounts, serve_anyway=form.serve_anyway.data)
    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, shown_trade_offs)
            set_sourcing_policy(session, merchant_id=current_merchant().id, policy=policy)
    except StaleFormError as stale:
        return _page(stale.told_on(form))
    except CommerceError as refused:
        form.refuse(refused)
        return _page(form)
    announce(_("Saved. It counts for the next order."))
    return moved("sourcing")
