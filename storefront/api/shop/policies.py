"""Read: what the shop states, for counters that show it beside their own button."""

from flask import Response

from commerce.park.permissions import ApiScope
from commerce.park.queries.shop_policies import PolicyText, stated_policies
from commerce.web.identity import api_key, current_merchant, current_scope
from commerce.web.languages import language
from commerce.web.policy_words import policy_title
from commerce.web.services import services
from storefront.api.answers import shelf_answer
from storefront.api.interface import Interface, shelf, shopper_tag
from storefront.api.shapes.catalogue import PoliciesShape

_TAG = shopper_tag()


def add_to(interface: Interface) -> None:
    """Add what shoppers may read of the shop's policies."""
    interface.view_to("GET", "/shop/policies", tag=_TAG, answers=shelf(PoliciesShape))(
        list_policies
    )


@api_key(ApiScope.SHOP)
def list_policies() -> Response:
    """List what the shop states now: terms, privacy, returns and so on."""
    with services().database.reading(current_scope()) as connection:
        found = stated_policies(connection)
    return shelf_answer({"items": [_content(each) for each in found]})


def _content(stated: PolicyText) -> dict[str, object]:
    version, code = stated.version, language()
    shop = f"{services().settings.public_url}/{code}/{current_merchant().slug}"
    return {
        "kind": version.kind.value,
        "title": policy_title(version.kind),
        "url": f"{shop}/policies/{version.kind}",
        "text": stated.text_in(code),
        "version": version.number,
        "published_at": version.published_at,
    }
