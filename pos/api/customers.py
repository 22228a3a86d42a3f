"""Whose sale is it? Customers found by telephone, e-mail address or name."""

from flask import Blueprint, Response, jsonify

from commerce.customers.queries import people_at_counter
from commerce.kernel.errors import PermissionDeniedError
from commerce.park.permissions import Permission
from commerce.web.identity import register
from commerce.web.services import services
from pos.api.bodies import WhoBody, read_body
from pos.authority import holds
from pos.device import current_till
from pos.people import person_json


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/customers", "api_customers", customers, methods=["POST"])


@register
def customers() -> Response:
    """Return who fits what was typed; a POST, so that no name stands in an access log.

    Raises:
        PermissionDeniedError: the badge sells nothing here.
    """
    till, asked = current_till(), read_body(WhoBody)
    with services().database.reading(till.scope) as connection:
        if not holds(connection, till, Permission.SELL, badge=asked.badge):
            raise PermissionDeniedError
        openly = holds(
            connection, till, Permission.VIEW_CUSTOMERS, badge=asked.badge, approval=asked.approval
        )
        found = people_at_counter(connection, words=asked.words)
    return jsonify(customers=[person_json(each, openly=openly) for each in found])
