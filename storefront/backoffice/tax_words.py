"""What the desk and the park say of a tax rate: whether it is charged, and where it is written."""

from datetime import date

from commerce.pricing.rows import TaxRateRow, TaxRateState
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import Label, in_language


def rate_state(rate: TaxRateRow, today: date) -> Label:
    """Return what a rate's state is called on a day."""
    return {
        TaxRateState.CHARGED: Label(_("Charged"), "good"),
        TaxRateState.COMING: Label(_("Not yet"), "info"),
        TaxRateState.ENDED: Label(_("Ended")),
        TaxRateState.UNCHECKED: Label(_("Unchecked, off"), "wait"),
        TaxRateState.SWITCHED_OFF: Label(_("Switched off"), "bad"),
    }[rate.state(today)]


def source_title(rate: TaxRateRow) -> str:
    """Return what its source is called in the page's language, or as the law itself is called."""
    return in_language(rate.source, rate.source_zh)


def rate_note(rate: TaxRateRow) -> str:
    """Return what is open about a rate, in the page's language."""
    return in_language(rate.note, rate.note_zh)
