"""Shut a colleague out of the desk and its tills, and let them in again."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.park.service.api_keys import revoke_keys_made_by
from commerce.park.service.standing import disable_member, enable_member
from commerce.web.identity import current_merchant, current_scope, needs, proved_lately
from commerce.web.identity.current import current_origin, may
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import sentence
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.staff import person_here


@needs(Permission.MANAGE_STAFF)
@proved_lately
def disable_person(staff_id: UUID) -> Response:
    """Keep somebody out from now on, and their API keys if asked; what they did names them."""
    name = person_here(staff_id).name
    keys_too = "keys" in request.form and may(Permission.MANAGE_API_KEYS)

    def work(session: Session) -> None:
        disable_member(
            session,
            merchant_id=current_merchant().id,
            staff_id=staff_id,
            actor_id=actor(),
            origin=current_origin(),
            now=utc_now(),
        )
        if keys_too:
            _revoke_keys(session, staff_id)

    return _done(staff_id, work, _("%(name)s is shut out from now on.", name=name))


@needs(Permission.MANAGE_STAFF)
@proved_lately
def enable_person(staff_id: UUID) -> Response:
    """Let somebody in again, with the roles and the PIN they had."""
    name = person_here(staff_id).name

    def work(session: Session) -> None:
        enable_member(
            session,
            merchant_id=current_merchant().id,
            staff_id=staff_id,
            actor_id=actor(),
            origin=current_origin(),
        )

    return _done(staff_id, work, _("%(name)s may come in again.", name=name))


@needs(Permission.MANAGE_API_KEYS)
def revoke_keys(staff_id: UUID) -> Response:
    """End the API keys that somebody made here."""
    person_here(staff_id)
    with services().database.transaction(current_scope()) as session:
        count = _revoke_keys(session, staff_id)
    announce(ngettext("%(num)d key is dead.", "%(num)d keys are dead.", count))
    return moved("person", staff_id=staff_id)


def _revoke_keys(session: Session, staff_id: UUID) -> int:
    return revoke_keys_made_by(
        session,
        merchant_id=current_merchant().id,
        staff_id=staff_id,
        actor_id=actor(),
        now=utc_now(),
    )


def _done(staff_id: UUID, work: Callable[[Session], None], said: str) -> Response:
    try:
        # Accounts and their sessions belong to the park.
        services().database.run(Scope.park(), work)
    except CommerceError as error:
        announce(sentence(error), "bad")
    else:
        announce(said)
    return moved("person", staff_id=staff_id)
