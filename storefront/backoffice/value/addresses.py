"""Which address leads to which page of gift cards and credit."""

from flask import Blueprint

from storefront.backoffice.value import granting, listing, one

_POST = ["POST"]


def add_value(desk: Blueprint) -> None:
    """Lead the addresses of cards and credit to their pages."""
    place = "/gift-cards/<uuid:account_id>"
    desk.add_url_rule("/gift-cards/", "gift_cards", listing.gift_cards)
    desk.add_url_rule("/gift-cards/", "issue_gift_card", listing.issue_one, methods=_POST)
    desk.add_url_rule(place, "gift_card", one.gift_card)
    desk.add_url_rule(f"{place}/adjust", "adjust_gift_card", one.adjust_gift_card, methods=_POST)
    desk.add_url_rule(f"{place}/block", "block_gift_card", one.block_gift_card, methods=_POST)
    desk.add_url_rule(f"{place}/unblock", "unblock_gift_card", one.unblock_gift_card, methods=_POST)
    desk.add_url_rule(
        "/customers/<uuid:customer_id>/credit", "give_credit", granting.give_credit, methods=_POST
    )
