"""The list of promotions: what each does, whether it counts, what it has taken off."""

from flask import Response

from commerce.kernel.money import Money
from commerce.park.permissions import Permission
from commerce.pricing.promotions.queries import promotion_cards
from commerce.web.identity import current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import draw
from storefront.backoffice.promotions.filling import around_of
from storefront.backoffice.promotions.telling import in_a_sentence, state
from storefront.backoffice.speech import gettext as _


@needs(Permission.EDIT_PRICES)
def promotions() -> Response:
    """List every promotion, those that are switched off last."""
    with services().database.reading(current_scope()) as connection:
        cards = promotion_cards(connection)
        around = around_of(connection, *(card.draft for card in cards))
    return draw(
        "promotions/list.html",
        title=_("Promotions"),
        room="promotions",
        rows=[
            {
                "card": card,
                "told": in_a_sentence(card.draft, around),
                "state": state(card),
                "off": [Money(minor, each) for each, minor in sorted(card.taken_off.items())],
            }
            for card in cards
        ],
    )
