"""What the desk asks when it issues a card, gives credit or sets a balance right."""

from flask_babel import lazy_gettext
from wtforms import StringField

from commerce.kernel.money import Money
from storefront.backoffice.forms import AmountField, DeskForm, SelectField, sent, some_text
from storefront.backoffice.speech import gettext as _

UP, DOWN = "up", "down"


class AmountForm(DeskForm):
    """How much, and why."""

    amount = AmountField(lazy_gettext("Amount"), validators=some_text(20))
    reason = StringField(lazy_gettext("Reason"), some_text(200))

    @property
    def money(self) -> Money | None:
        """The amount, if it is one above zero; else the field says so."""
        minor = self.amount.minor() or 0
        if minor > 0:
            return Money(minor, self.amount.currency)
        self.amount.errors = [_("Give an amount above zero.")]
        return None


class AdjustForm(AmountForm):
    """In which direction as well."""

    way = SelectField(
        lazy_gettext("What happens"),
        choices=[(UP, lazy_gettext("Add to the balance")), (DOWN, lazy_gettext("Take off it"))],
    )


def sent_amount(form: type[AmountForm], currency: str) -> tuple[AmountForm, Money | None]:
    """Return the form that was sent and its amount; None where something is at fault."""
    read: AmountForm = sent(form)
    read.amount.currency = currency
    return read, read.money if read.validate() else None
