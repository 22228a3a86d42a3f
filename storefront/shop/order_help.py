"""What to do when something about an order is not right: how to return it, and whom to write to."""

from dataclasses import dataclass
from urllib.parse import quote

from flask_babel import gettext as _

from commerce.kernel.channel import Channel
from commerce.orders.rows import OrderRow, OrderState
from commerce.park.policies import PolicyKind
from storefront.shop.order_outlook import Outlook
from storefront.shop.visit import Visit


@dataclass(frozen=True, slots=True)
class OrderHelp:
    """Sentences and links; each may be empty."""

    right: str
    """How long one may change one's mind."""
    policy: str
    """Where the shop says how."""
    write_to: str
    mail: str
    """The address to write to, as a link that names the order."""

    def __bool__(self) -> bool:
        return any((self.right, self.policy, self.write_to))


def help_with(visit: Visit, order: OrderRow, outlook: Outlook, *, ended: bool) -> OrderHelp:
    """Return what the page of an order offers; `ended` says that nothing of it can be sent back."""
    bought = order.state in {OrderState.PLACED, OrderState.COMPLETED} and not ended
    address = visit.merchant.reply_to
    subject = quote(_("Order %(number)s", number=order.number))
    return OrderHelp(
        right=_right(visit, order, outlook) if bought else "",
        policy=visit.policy(PolicyKind.RETURNS) if bought else "",
        write_to=address,
        mail=f"mailto:{quote(address, safe='@')}?subject={subject}" if address else "",
    )


def _right(visit: Visit, order: OrderRow, outlook: Outlook) -> str:
    """Return the right that the law of the buyer's country gives at a distance; a store's is its own."""
    if order.channel is Channel.TILL:
        return ""
    if order.delivery.get("kind") == "service":
        return str(_("Free to cancel until the work begins")) if outlook.awaited else ""
    country = str((order.ship_to or {}).get("country") or visit.merchant.country)
    days = visit.facts.return_terms.days_for(country)
    return str(
        _("You can send it back unused within %(days)s days after it reached you.", days=days)
    )
