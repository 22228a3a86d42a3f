"""How long a shopper may change their mind, by the law of the country the goods go to and the shop’s own terms."""

from flask_babel import gettext as _

from commerce.park.policies import PolicyKind
from storefront.shop.frame import public_root
from storefront.shop.structured import Facts
from storefront.shop.visit import Visit


def returns_told(visit: Visit, kind: str) -> Facts | None:
    """Return a shop's return policy as schema.org MerchantReturnPolicy, for goods it states one for.

    Who pays for the way back stands in the text only, so nothing is told about fees.
    """
    where = visit.policy(PolicyKind.RETURNS)
    if kind == "service" or not where:
        return None
    country = visit.destination.country
    return {
        "@type": "MerchantReturnPolicy",
        "applicableCountry": country,
        "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": visit.facts.return_terms.days_for(country),
        "merchantReturnLink": f"{public_root()}{where}",
    }


def return_words(visit: Visit, kind: str) -> str:
    """Return the line that a product's page shows; a service begins and is not sent back."""
    if kind == "service":
        return str(_("Free to cancel until the work begins"))
    days = visit.facts.return_terms.days_for(visit.destination.country)
    return str(_("Send it back unused within %(days)s days, no reason asked", days=days))
