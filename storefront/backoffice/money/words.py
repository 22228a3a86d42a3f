"""What the desk calls accounts, entries, lines, payouts and disputes."""

from dataclasses import dataclass
from decimal import Decimal

from commerce.kernel.money import Money
from commerce.ledger.accounts import CASH, Account, EntryKind
from commerce.ledger.rows import DisputeState, PayoutState
from commerce.payments.stored_value.rows import PLUGIN
from commerce.plugins.registry import Registry
from commerce.plugins.settlement import LineKind
from commerce.web.formats import difference, money
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.speech import gettext as _


@dataclass(frozen=True, slots=True)
class Label:
    """A state in words, and its tone."""

    word: str
    kind: str


def account_name(account: Account) -> str:
    """Return what an account is called."""
    names = {
        Account.AUTHORISED: _("Promised by banks"),
        Account.AWAITED: _("Promised, not taken"),
        Account.TAKINGS: _("Takings"),
        Account.REFUNDS: _("Refunds"),
        Account.CLEARING: _("Taken, not settled"),
        Account.BALANCE: _("Settled, not paid out"),
        Account.EXCHANGE: _("Exchanged"),
        Account.EXCHANGE_RESULT: _("Gains and losses of exchange"),
        Account.FEES: _("Fees"),
        Account.DISPUTED: _("Disputed"),
        Account.DISPUTE_LOSSES: _("Lost disputes"),
        Account.BANK: _("Paid out to the bank"),
        Account.OTHER: _("Other than our payments"),
        Account.DRAWER: _("Drawers"),
        Account.SAFE: _("Safe"),
        Account.ROUNDING: _("Rounding of cash"),
        Account.STORED_VALUE: _("Gift cards and store credit"),
        Account.GOODWILL: _("Given away as credit"),
        Account.BREAKAGE: _("Expired credit"),
        Account.CASH_DIFFERENCES: _("Differences at the count"),
    }
    return names[account]


def entry_name(kind: EntryKind) -> str:
    """Return what happened."""
    names = {
        EntryKind.AUTHORISED: _("Promised by the bank"),
        EntryKind.CAPTURED: _("Taken"),
        EntryKind.ROUNDED: _("Rounded"),
        EntryKind.REFUNDED: _("Given back"),
        EntryKind.REFUNDED_ELSEWHERE: _("Given back at the provider’s desk"),
        EntryKind.DISPUTE_OPENED: _("Dispute opened"),
        EntryKind.DISPUTE_WON: _("Dispute won"),
        EntryKind.DISPUTE_LOST: _("Dispute lost"),
        EntryKind.SETTLED: _("Settled"),
        EntryKind.EXCHANGED: _("Exchanged"),
        EntryKind.FEE: _("Fee"),
        EntryKind.PAYOUT: _("Paid out"),
        EntryKind.PAYOUT_FAILED: _("Payout returned"),
        EntryKind.OTHER: _("Other"),
        EntryKind.CARD_SOLD: _("Gift card sold"),
        EntryKind.CARD_WITHDRAWN: _("Gift card taken back"),
        EntryKind.VALUE_GRANTED: _("Credit given"),
        EntryKind.VALUE_ADJUSTED: _("Credit adjusted"),
        EntryKind.VALUE_EXPIRED: _("Credit expired"),
        EntryKind.FLOAT: _("Float"),
        EntryKind.CASH_IN: _("Cash in"),
        EntryKind.CASH_OUT: _("Cash out"),
        EntryKind.COUNTED: _("Difference at the Z"),
        EntryKind.EMPTIED: _("Drawer emptied at the Z"),
    }
    return names[kind]


def line_name(kind: str) -> str:
    """Return what a settled line is."""
    names = {
        LineKind.CHARGE: _("Payment"),
        LineKind.REFUND: _("Refund"),
        LineKind.REFUND_FAILED: _("Refund returned"),
        LineKind.DISPUTE: _("Dispute"),
        LineKind.DISPUTE_RETURNED: _("Dispute won"),
        LineKind.FEE: _("Fee"),
        LineKind.PAYOUT: _("Paid out"),
        LineKind.PAYOUT_FAILED: _("Payout returned"),
        LineKind.OTHER: _("Other"),
    }
    return names[LineKind(kind)]


def payout_state(state: PayoutState) -> Label:
    """Return how far a payout is."""
    return {
        PayoutState.PENDING: Label(_("Being prepared"), "wait"),
        PayoutState.IN_TRANSIT: Label(_("On its way to the bank"), "wait"),
        PayoutState.PAID: Label(_("Arrived at the bank"), "good"),
        PayoutState.FAILED: Label(_("Turned down by the bank"), "bad"),
        PayoutState.CANCELLED: Label(_("Called off"), ""),
    }[state]


def dispute_state(state: DisputeState) -> Label:
    """Return how far a dispute is."""
    return {
        DisputeState.INQUIRY: Label(_("Bank asks"), "wait"),
        DisputeState.INQUIRY_CLOSED: Label(_("Inquiry closed"), ""),
        DisputeState.NEEDS_RESPONSE: Label(_("Needs your answer"), "bad"),
        DisputeState.UNDER_REVIEW: Label(_("Bank decides"), "wait"),
        DisputeState.WON: Label(_("Won"), "good"),
        DisputeState.LOST: Label(_("Lost"), "bad"),
    }[state]


def dispute_reason(reason: str) -> str:
    """Return why a payer disputes, where the provider's word for it is known."""
    names = {
        "fraudulent": _("Payer says it was not them"),
        "product_not_received": _("Goods did not arrive"),
        "product_unacceptable": _("Goods not as described"),
        "duplicate": _("Charged twice"),
        "credit_not_processed": _("Refund did not arrive"),
        "subscription_canceled": _("Subscription was called off"),
        "unrecognized": _("Payer does not recognise it"),
        "general": _("No reason given"),
    }
    return names.get(reason, reason.replace("_", " "))


def written_rate(rate: Decimal) -> str:
    """Return a rate with the digits that it has and no more."""
    return f"{rate.normalize():f}"


def signed(amount: Money) -> str:
    """Return an amount; one below zero with a true minus."""
    return money(amount) if amount.amount_minor >= 0 else difference(amount)


def provider_names() -> dict[str, str]:
    """Return what every provider is called, the tills' cash among them."""
    manifests = services().part(Registry).manifests
    ours = {CASH: _("Cash at the tills"), PLUGIN: _("Gift cards and store credit")}
    return ours | {each.id: each.name.spoken(language()) for each in manifests}
