"""How many letters an account may cause."""

from commerce.customers.emails import email_asked
from commerce.park.service.throttle import Limit
from commerce.web.identity.current import current_origin
from storefront.shop.visit import Visit

_LETTERS_TO_ONE = 4
_LETTERS_FROM_ONE_PLACE = 20


def letter_limits(visit: Visit, *addresses: str) -> tuple[Limit, ...]:
    """Return what bounds letters to these addresses that are asked for from here."""
    place = current_origin().network
    own = {f"{visit.merchant.id} {email_asked(each) or each.lower()}" for each in addresses}
    return (
        *(Limit.of("account-letter", each, allowed=_LETTERS_TO_ONE) for each in sorted(own)),
        Limit.of("account-letter-place", place, allowed=_LETTERS_FROM_ONE_PLACE),
    )
