"""Every address of the account."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from storefront.account import (
    addresses,
    closing,
    details,
    devices,
    email,
    links,
    overview,
    own_file,
    password,
    sign_in,
)
from storefront.shop.routes import SHOP, speak

View = Callable[..., Any]

_ACCOUNT = f"{SHOP}/account"

_READ: tuple[tuple[str, View], ...] = (
    (_ACCOUNT, overview.overview),
    (f"{_ACCOUNT}/signin", sign_in.show_sign_in),
    (f"{_ACCOUNT}/open", links.show_open),
    (f"{_ACCOUNT}/forgotten", links.show_forgotten),
    (f"{_ACCOUNT}/link/<token>", links.show_link),
    (f"{_ACCOUNT}/addresses/new", addresses.show_new_address),
    (f"{_ACCOUNT}/addresses/<uuid:address>", addresses.show_address),
    (f"{_ACCOUNT}/addresses/<uuid:address>/remove", addresses.show_removal),
    (f"{_ACCOUNT}/details", details.show_details),
    (f"{_ACCOUNT}/password", password.show_password),
    (f"{_ACCOUNT}/email", email.show_email),
    (f"{_ACCOUNT}/email/<token>", email.show_email_link),
    (f"{_ACCOUNT}/devices", devices.show_devices),
    (f"{_ACCOUNT}/file", own_file.show_own_file),
    (f"{_ACCOUNT}/close", closing.show_close),
    (f"{_ACCOUNT}/closed", closing.show_closed),
)
_CHANGE: tuple[tuple[str, View], ...] = (
    (f"{_ACCOUNT}/signin", sign_in.sign_in),
    (f"{_ACCOUNT}/signout", sign_in.sign_out),
    (f"{_ACCOUNT}/open", links.send_open_link),
    (f"{_ACCOUNT}/forgotten", links.send_reset_link),
    (f"{_ACCOUNT}/link/<token>", links.use_link),
    (f"{SHOP}/order/<token>/account", links.send_link_for_order),
    (f"{_ACCOUNT}/addresses", addresses.add_to_book),
    (f"{_ACCOUNT}/addresses/<uuid:address>", addresses.change_in_book),
    (f"{_ACCOUNT}/addresses/<uuid:address>/usual", addresses.make_usual),
    (f"{_ACCOUNT}/addresses/<uuid:address>/remove", addresses.remove_from_book),
    (f"{_ACCOUNT}/details", details.change_details),
    (f"{_ACCOUNT}/password", password.change_password),
    (f"{_ACCOUNT}/email", email.ask_for_email),
    (f"{_ACCOUNT}/email/<token>", email.use_email_link),
    (f"{_ACCOUNT}/devices/others", devices.sign_out_others),
    (f"{_ACCOUNT}/devices/everywhere", devices.sign_out_everywhere),
    (f"{_ACCOUNT}/devices/<uuid:device>", devices.end_device),
    (f"{_ACCOUNT}/file", own_file.take_own_file),
    (f"{_ACCOUNT}/close", closing.close_account),
)


def install(blueprint: Blueprint) -> None:
    """Give every address its view, named after the function."""
    blueprint.url_value_preprocessor(speak)
    for address, view in _READ:
        blueprint.add_url_rule(address, view.__name__, view)
    for address, view in _CHANGE:
        blueprint.add_url_rule(address, view.__name__, view, methods=["POST"])
