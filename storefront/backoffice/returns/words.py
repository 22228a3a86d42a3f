"""What the desk calls how a return stands and how it comes back."""

from commerce.orders.returns.rows import ReturnLineRow, ReturnState, ReturnWay
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import Label


def return_state(state: ReturnState) -> Label:
    """Return how a return stands, with the colour that says how good that is."""
    return {
        ReturnState.REQUESTED: Label(_("Waits for an answer"), "wait"),
        ReturnState.APPROVED: Label(_("Expected"), "info"),
        ReturnState.RECEIVED: Label(_("To be looked at"), "wait"),
        ReturnState.INSPECTED: Label(_("To be paid back"), "wait"),
        ReturnState.REFUNDED: Label(_("Paid back"), "good"),
        ReturnState.CLOSED: Label(_("Ended without money"), ""),
        ReturnState.REFUSED: Label(_("Return refused"), "bad"),
        ReturnState.CANCELLED: Label(_("Wish taken back"), ""),
    }[state]


def return_way(way: ReturnWay) -> str:
    """Return how goods come back."""
    return {
        ReturnWay.POST: _("By post"),
        ReturnWay.STORE: _("To a store"),
        ReturnWay.COUNTER: _("At the counter"),
    }[way]


def found_words(line: ReturnLineRow) -> str:
    """Return what became of the units of a line."""
    told = (
        (line.restocked, _("%(units)s on the shelf", units=line.restocked)),
        (line.quarantined, _("%(units)s aside", units=line.quarantined)),
        (line.written_off, _("%(units)s written off", units=line.written_off)),
        (line.declined, _("%(units)s handed back", units=line.declined)),
    )
    return " · ".join(words for units, words in told if units)
