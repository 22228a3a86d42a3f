"""The form of what splitting, lateness, distance and rank cost in the merchant's own figures."""

from flask_babel import lazy_gettext
from sqlalchemy import Connection
from wtforms import BooleanField

from commerce.fulfilment.queries import network_of
from commerce.web.identity import current_merchant
from storefront.backoffice.forms import AmountField, DeskForm, needed, typed_form

AMOUNTS = ("split_minor", "late_day_minor", "per_100_km_minor", "priority_minor")


class TradeOffsForm(DeskForm):
    """What each thing that a merchant would rather avoid counts as."""

    split_minor = AmountField(lazy_gettext("Each parcel after the first"), validators=[needed()])
    late_day_minor = AmountField(
        lazy_gettext("Each day after the promised one"), validators=[needed()]
    )
    per_100_km_minor = AmountField(lazy_gettext("Each hundred kilometres"), validators=[needed()])
    priority_minor = AmountField(lazy_gettext("Each step in a place’s rank"), validators=[needed()])
    serve_anyway = BooleanField(lazy_gettext("Rules give way before an order is refused"))


def shown_trade_offs(connection: Connection) -> TradeOffsForm:
    """Return the form as it stands."""
    policy = network_of(connection, merchant_id=current_merchant().id).policy
    currency = current_merchant().currency
    amounts = {name: typed_form(getattr(policy, name), currency) for name in AMOUNTS}
    return priced(TradeOffsForm(data={**amounts, "serve_anyway": policy.serve_anyway}))


def priced(form: TradeOffsForm) -> TradeOffsForm:
    """Let the form read amounts in the currency of the books."""
    for name in AMOUNTS:
        form[name].currency = current_merchant().currency
    return form
