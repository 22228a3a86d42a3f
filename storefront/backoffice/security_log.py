"""The security log as the owner reads it: colleagues' sign-ins and everything done at this desk."""

from flask import Response

from commerce.kernel.database import Scope
from commerce.park.permissions import Permission
from commerce.park.queries.security_pages import security_page
from commerce.park.queries.staff import list_colleagues
from commerce.park.service.api_keys import list_api_keys
from commerce.registers.queries import registers
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import draw, link
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
from storefront.backoffice.staff import role_names


@needs(Permission.VIEW_SECURITY_LOG)
def security_log() -> Response:
    """List what matters for security, newest first."""
    merchant_id, narrowed = current_merchant().id, asked_for()
    names = _names()
    # People sign in to the park; of its log this reads what tells of this merchant's colleagues.
    with services().database.reading(Scope.park()) as connection:
        events = security_page(
            connection, merchant_id=merchant_id, narrowed=narrowed, most=MOST + 1
        )
    return draw(
        "security/log.html",
        title=_("Security log"),
        room="security",
        events=shown(events, names),
        narrowed=narrowed,
        topics=list(topic_names().items()),
        people=[(str(staff_id), name) for staff_id, name in names.people.items()],
        when_label=_("When"),
        here=link("security_log"),
        **pages(events, narrowed, link),
    )


def _names() -> Names:
    merchant_id = current_merchant().id
    with services().database.reading(current_scope()) as connection:
        colleagues = list_colleagues(connection, merchant_id=merchant_id)
        keys = list_api_keys(connection, merchant_id=merchant_id)
        tills = registers(connection)
    return Names(
        people={each.staff_id: each.name_in(language()) for each in colleagues},
        things={key.id: _("API key “%(name)s”", name=key.name) for key in keys}
        | {till.id: till.name_in(language()) for till in tills},
        roles=role_names() | park_role_names(),
    )
