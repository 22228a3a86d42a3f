"""The park's own desk: who works for the park, the log over their accounts, and its tax rates."""

from http import HTTPStatus
from typing import cast

from flask import Blueprint, Response, redirect, url_for

from commerce.park.permissions import Permission
from commerce.web.application import Application
from commerce.web.faults import draw_faults
from commerce.web.identity import needs
from storefront.park import merchants, new_tax_rate, one_merchant, security_log, staff, taxes
from storefront.park.faults import draw_fault
from storefront.park.frame import ROOM

_POST = ["POST"]


def register(app: Application) -> None:
    """Mount the park's desk under /park/."""
    pages = Blueprint(ROOM, __name__, url_prefix="/park", template_folder="templates")
    one = "/staff/<uuid:staff_id>"
    pages.add_url_rule("/", "first", first)
    shop = "/merchants/<slug>/"
    pages.add_url_rule("/merchants/", "merchants", merchants.merchants)
    pages.add_url_rule("/merchants/new", "admit", merchants.admit, methods=["GET", "POST"])
    pages.add_url_rule(shop, "merchant", one_merchant.merchant)
    pages.add_url_rule(f"{shop}owner", "invite_owner", merchants.invite_owner, methods=_POST)
    pages.add_url_rule(f"{shop}pause", "pause", one_merchant.pause, methods=_POST)
    pages.add_url_rule(f"{shop}reopen", "reopen", one_merchant.reopen, methods=_POST)
    pages.add_url_rule(f"{shop}name", "rename", one_merchant.rename, methods=_POST)
    pages.add_url_rule("/staff/", "staff", staff.staff)
    pages.add_url_rule("/staff/invite", "invite", staff.invite, methods=["GET", "POST"])
    pages.add_url_rule(one, "person", staff.person)
    pages.add_url_rule(f"{one}/roles", "give_role", staff.give_role, methods=_POST)
    pages.add_url_rule(f"{one}/roles/<role>", "take_role", staff.take_role, methods=_POST)
    pages.add_url_rule("/security/", "security_log", security_log.security_log)
    rate = "/taxes/<uuid:rate_id>"
    pages.add_url_rule("/taxes/", "taxes", taxes.rates)
    pages.add_url_rule("/taxes/new", "new_tax_rate", new_tax_rate.add_form)
    pages.add_url_rule("/taxes/new", "add_tax_rate", new_tax_rate.add, methods=_POST)
    pages.add_url_rule(rate, "tax_rate", taxes.rate)
    pages.add_url_rule(rate, "confirm_tax_rate", taxes.confirm, methods=_POST)
    pages.add_url_rule(f"{rate}/end", "end_tax_rate", taxes.end, methods=_POST)
    pages.add_url_rule(f"{rate}/off", "switch_off_tax_rate", taxes.switch_off, methods=_POST)
    draw_faults(app, draw_fault)
    app.register_blueprint(pages)


@needs(Permission.VIEW_PARK)
def first() -> Response:
    """Go to the first page."""
    return cast("Response", redirect(url_for(f"{ROOM}.merchants"), HTTPStatus.SEE_OTHER))
