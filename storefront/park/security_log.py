"""The security log over the accounts of the park's own staff."""

from flask import Response

from commerce.kernel.database import Scope
from commerce.park.permissions import Permission
from commerce.park.queries.merchants import list_merchants
from commerce.park.queries.park_staff import list_park_staff
from commerce.park.queries.security_pages import security_page
from commerce.web.identity import needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.logged import (
    MOST,
    Names,
    asked_for,
    pages,
    park_role_names,
    shown,
    topic_names,
)
from storefront.backoffice.speech import gettext as _
from storefront.park.frame import draw, link


@needs(Permission.VIEW_PARK)
def security_log() -> Response:
    """List what happened to the accounts and roles of the park's staff, newest first."""
    narrowed = asked_for()
    with services().database.reading(Scope.park()) as connection:
        events = security_page(connection, merchant_id=None, narrowed=narrowed, most=MOST + 1)
        staff = list_park_staff(connection)
        merchants = list_merchants(connection)
    names = Names(
        people={each.staff_id: each.name for each in staff},
        things={},
        roles=park_role_names(),
        merchants={each.slug: each.name_in(language()) for each in merchants},
    )
    return draw(
        "backoffice/security/log.html",
        title=_("Security log"),
        room="security_log",
        events=shown(events, names),
        narrowed=narrowed,
        topics=list(topic_names().items()),
        people=[(str(staff_id), name) for staff_id, name in names.people.items()],
        when_label=_("When (China time)"),
        here=link("security_log"),
        **pages(events, narrowed, link),
    )
