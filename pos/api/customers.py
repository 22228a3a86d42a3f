"""Whose sale is it? Customers found by telephone, e-mail address or name."""

from flask import Blueprint, Response, jsonify

from commerce.customers.queries import people_at_counter
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.park.service.throttle import Limit, claim_attempt
from commerce.web.identity import register
from commerce.web.services import services
from pos.api.bodies import WhoBody, read_body
from pos.authority import holder, holds
from pos.device import Till, current_till
from pos.people import person_json

LOOK_UPS_A_MINUTE = 30


class AskedTooOftenError(CommerceError):
    """A badge looks people up faster than customers come to a counter."""

    code = "asked-too-often"
    status = 429
    template = "This is asked too often. Wait a minute."


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/customers", "api_customers", customers, methods=["POST"])


@register
def customers() -> Response:
    """Return who fits what was typed; a POST, so that no name stands in an access log.

    Raises:
        UnknownBadgeError: the badge is not good here.
        PermissionDeniedError: whose badge it is sells nothing here.
        AskedTooOftenError: it has asked thirty times in this minute.
    """
    till, asked = current_till(), read_body(WhoBody)
    look_up(till, asked.badge)
    with services().database.reading(till.scope) as connection:
        openly = holds(
            connection,
            till,
            Permission.VIEW_CUSTOMERS,
            badge=asked.badge,
            approval=asked.approval,
            reading="customers",
        )
        found = people_at_counter(connection, words=asked.words)
    return jsonify(customers=[person_json(each, openly=openly) for each in found])


def look_up(till: Till, badge: str) -> None:
    """Count a look-up of a clerk in this minute, in the database: all processes count together.

    Raises:
        UnknownBadgeError: the badge is not good here.
        PermissionDeniedError: whose badge it is sells nothing here.
        AskedTooOftenError: it has asked thirty times in this minute.
    """
    now = utc_now()
    with services().database.reading(till.scope) as connection:
        staff_id = holder(connection, till, badge)
    name = f"{till.register.id}:{staff_id}:{now:%Y%m%d%H%M}"
    limit = Limit.of("till-people", name, allowed=LOOK_UPS_A_MINUTE)
    with services().database.transaction(Scope.park()) as session:
        wait = claim_attempt(session, limits=(limit,), now=now)
    if wait is not None:
        raise AskedTooOftenError
