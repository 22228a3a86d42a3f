"""What the desk calls kinds of stored value, their states and what happened to them."""

from commerce.kernel.clock import utc_now
from commerce.payments.stored_value.rows import ValueAccount, ValueEntryKind, ValueKind
from storefront.backoffice.money.words import Label
from storefront.backoffice.speech import gettext as _


def value_kind_name(kind: ValueKind) -> str:
    """Return what a kind is called."""
    return {
        ValueKind.GIFT_CARD: _("Gift card"),
        ValueKind.STORE_CREDIT: _("Store credit"),
    }[kind]


def account_name(account: ValueAccount) -> str:
    """Return what an account is called: a card by the end of its code."""
    if account.kind is ValueKind.STORE_CREDIT:
        return f"{value_kind_name(account.kind)} {account.currency}"
    return f"{value_kind_name(account.kind)} ···· {account.last_four}"


def account_state(account: ValueAccount) -> Label:
    """Return whether it can be spent."""
    if account.blocked_at is not None:
        return Label(_("Blocked"), "bad")
    if account.expires_at is not None and account.expires_at <= utc_now():
        return Label(_("Expired"), "")
    if not account.balance_minor:
        return Label(_("Used up"), "")
    return Label(_("Can be spent"), "good")


def happened(kind: ValueEntryKind) -> str:
    """Return why a balance changed."""
    return {
        ValueEntryKind.SOLD: _("Sold"),
        ValueEntryKind.GRANTED: _("Given"),
        ValueEntryKind.REDEEMED: _("Spent"),
        ValueEntryKind.REFUNDED: _("Given back"),
        ValueEntryKind.ADJUSTED: _("Adjusted"),
        ValueEntryKind.WITHDRAWN: _("Taken back"),
        ValueEntryKind.EXPIRED: _("Expired"),
    }[kind]
