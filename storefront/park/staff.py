"""Who works for the park: invitations, roles given and taken."""

from uuid import UUID

from flask import Response, request

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.park.errors import UnknownStaffError
from commerce.park.permissions import PARK_ROLES, Permission, Role
from commerce.park.queries.park_staff import ParkColleague, list_park_staff
from commerce.park.service.park_invitations import invite_park_staff
from commerce.park.service.park_roles import grant_park_role, withdraw_park_role
from commerce.web.identity import needs, proved_lately
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce
from storefront.backoffice.forms import sent, sentence
from storefront.backoffice.inviting import InviteForm
from storefront.backoffice.logged import park_role_names
from storefront.backoffice.speech import gettext as _
from storefront.park.frame import draw, link, moved


class UnknownParkRoleError(CommerceError):
    """A role that the park does not give."""

    code = "unknown-park-role"
    status = 422
    template = "The park has no such role to give. Choose one of the list."


@needs(Permission.VIEW_PARK)
def staff() -> Response:
    """List who works for the park."""
    with services().database.reading(Scope.park()) as connection:
        people = list_park_staff(connection)
    return draw(
        "park/staff.html",
        title=_("Staff"),
        room="staff",
        people=people,
        roles=park_role_names(),
        says=_about_roles(),
    )


@needs(Permission.MANAGE_PARK_STAFF)
@proved_lately
def invite() -> Response:
    """Invite somebody into a role of the park; the link is shown once, to be handed over."""
    form: InviteForm = sent(InviteForm, role=Role.SUPERVISION_OFFICER.value)
    form.role.choices = list(park_role_names().items())
    if request.method == "GET" or not form.validate():
        return _invite_page(form)
    try:
        with services().database.transaction(Scope.park()) as session:
            invitation = invite_park_staff(
                session,
                email=form.email.data,
                name=form.name.data,
                role=Role(form.role.data),
                invited_by=actor(),
                now=utc_now(),
            )
    except CommerceError as error:
        form.refuse(error)
        return _invite_page(form)
    url = f"{services().settings.public_url}/signin/invitation/{invitation.token}"
    answer = draw(
        "park/invited.html",
        title=_("Hand over the invitation"),
        room="staff",
        trail=(Crumb(_("Staff"), link("staff")),),
        email=invitation.email,
        url=url,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@needs(Permission.VIEW_PARK)
def person(staff_id: UUID) -> Response:
    """Show one person and their roles."""
    found = _person(staff_id)
    held = {each.role.value for each in found.roles}
    return draw(
        "park/person.html",
        title=found.name,
        room="staff",
        trail=(Crumb(_("Staff"), link("staff")),),
        person=found,
        roles=park_role_names(),
        says=_about_roles(),
        free=[(role, name) for role, name in park_role_names().items() if role not in held],
    )


@needs(Permission.MANAGE_PARK_STAFF)
@proved_lately
def give_role(staff_id: UUID) -> Response:
    """Give somebody who works for the park a further role.

    Raises:
        UnknownParkRoleError: the park has no such role.
    """
    found, role = _person(staff_id), _role(request.form.get("role", ""))
    if found.waits or found.disabled:
        announce(_("They have to accept their invitation first."), "wait")
        return moved("person", staff_id=staff_id)
    with services().database.transaction(Scope.park()) as session:
        grant_park_role(session, staff_id=staff_id, role=role, granted_by=actor())
    announce(_("Saved."))
    return moved("person", staff_id=staff_id)


@needs(Permission.MANAGE_PARK_STAFF)
@proved_lately
def take_role(staff_id: UUID, role: str) -> Response:
    """Take a role of the park, or withdraw an invitation to it.

    Raises:
        UnknownParkRoleError: the park has no such role.
    """
    found, taken = _person(staff_id), _role(role)
    try:
        with services().database.transaction(Scope.park()) as session:
            withdraw_park_role(session, staff_id=staff_id, role=taken, actor_id=actor())
    except CommerceError as error:
        announce(sentence(error), "bad")
        return moved("person", staff_id=staff_id)
    announce(_("The role is withdrawn. It holds from the next click on."))
    if len(found.roles) == 1:
        return moved("staff")
    return moved("person", staff_id=staff_id)


def _person(staff_id: UUID) -> ParkColleague:
    with services().database.reading(Scope.park()) as connection:
        people = list_park_staff(connection)
    found = next((each for each in people if each.staff_id == staff_id), None)
    if found is None:
        raise UnknownStaffError
    return found


def _role(text: str) -> Role:
    if text not in {role.value for role in PARK_ROLES}:
        raise UnknownParkRoleError
    return Role(text)


def _about_roles() -> dict[str, str]:
    return {
        Role.PARK_OPERATOR.value: _("runs the park: its staff and its merchants."),
        Role.SUPERVISION_OFFICER.value: _("supervises: reads and examines, changes no staff."),
    }


def _invite_page(form: InviteForm) -> Response:
    failed = request.method == "POST"
    return draw(
        "park/invite.html",
        title=_("Invite a colleague"),
        room="staff",
        trail=(Crumb(_("Staff"), link("staff")),),
        status=422 if failed else 200,
        form=form,
        faults=form.faults if failed else [],
        says=_about_roles(),
        roles=park_role_names(),
    )
