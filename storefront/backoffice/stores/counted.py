"""What a counted drawer is off by, in words."""

from commerce.kernel.money import Money
from commerce.web.formats import difference
from storefront.backoffice.speech import gettext as _


def over_or_short(off: Money) -> str:
    """Return by how much a drawer is over or short, with its sign, or that it is exact."""
    if not off:
        return _("exact")
    if off.amount_minor > 0:
        return _("%(amount)s over", amount=difference(off))
    return _("%(amount)s short", amount=difference(off))
