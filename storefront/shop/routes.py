"""Every address of the shop."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g

from storefront.shop import (
    cart,
    checkout,
    destinations,
    home,
    listing,
    lookup,
    orderpage,
    park,
    paying,
    pickup,
    policies,
    product,
    returning,
    sitemap,
    stores,
    storybook,
    unpaid,
    webhooks,
)

View = Callable[..., Any]

SHOP = "/<any(en, zh):lang>/<merchant>"

_DEEDS = ("again", "change", "cancel")
"""What can be done with an unpaid order."""

_READ: tuple[tuple[str, View], ...] = (
    ("/", park.start),
    ("/<any(en, zh):lang>/", park.park_home),
    ("/robots.txt", sitemap.robots),
    ("/sitemap.xml", sitemap.sitemap_index),
    ("/sitemap-<merchant>.xml", sitemap.sitemap),
    (f"{SHOP}/", home.home),
    (f"{SHOP}/c/<path:path>", listing.category),
    (f"{SHOP}/search", listing.search),
    (f"{SHOP}/p/<handle>", product.product),
    (f"{SHOP}/stores", stores.stores),
    (f"{SHOP}/stores/<code>", stores.store),
    (f"{SHOP}/stories/<slug>", storybook.story),
    (f"{SHOP}/policies/<kind>", policies.policy),
    (f"{SHOP}/policies/<kind>/<int:number>", policies.policy_version),
    (f"{SHOP}/destination", destinations.destination),
    (f"{SHOP}/cart", cart.cart),
    (f"{SHOP}/cart/count", cart.cart_count),
    (f"{SHOP}/checkout", checkout.checkout),
    (f"{SHOP}/order", lookup.find_order),
    (f"{SHOP}/order/<token>", orderpage.order),
    (f"{SHOP}/order/<token>/pickup/<uuid:fulfilment_id>.png", pickup.picture),
    (f"{SHOP}/order/<token>/pay", paying.pay),
    (f"{SHOP}/order/<token>/paid", paying.paid),
    (f"{SHOP}/order/<token>/return", returning.return_form),
    *((f"{SHOP}/order/<token>/{deed}", unpaid.back_to_order) for deed in _DEEDS),
)
_CHANGE: tuple[tuple[str, View], ...] = (
    (f"{SHOP}/destination", destinations.choose_destination),
    (f"{SHOP}/cart/lines", cart.add_line),
    (f"{SHOP}/cart/lines/<uuid:variant>", cart.change_line),
    (f"{SHOP}/cart/delivery", cart.choose_in_cart),
    (f"{SHOP}/cart/codes", cart.change_codes),
    (f"{SHOP}/checkout", checkout.place),
    (f"{SHOP}/order", lookup.look_up_order),
    (f"{SHOP}/order/<token>/again", paying.pay_again),
    (f"{SHOP}/order/<token>/change", unpaid.change_order),
    (f"{SHOP}/order/<token>/cancel", unpaid.call_off_order),
    (f"{SHOP}/order/<token>/return", returning.ask_for_return),
    (f"{SHOP}/order/<token>/returns/<uuid:return_id>/cancel", returning.drop_return),
    ("/webhooks/<merchant>/<plugin>", webhooks.webhook),
    ("/webhooks/<plugin>", webhooks.park_webhook),
)


def install(blueprint: Blueprint) -> None:
    """Give every address its view, named after the function."""
    blueprint.url_value_preprocessor(speak)
    for address, view in _READ:
        blueprint.add_url_rule(address, view.__name__, view)
    for address, view in _CHANGE:
        blueprint.add_url_rule(address, view.__name__, view, methods=["POST"])


def speak(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language out of the address, so that only those views see it that need it."""
    if values and "lang" in values:
        g.language = values.pop("lang")
