"""Inviting people into a role: by a letter, or by a link that is shown once and handed over."""

from flask import Response, request

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.typed import plain_email
from commerce.park.permissions import Permission, Role
from commerce.park.queries.staff import Contact, list_colleagues
from commerce.park.service.invitations import Invitation, invite_member
from commerce.web.identity import current_merchant, needs, proved_lately
from commerce.web.identity.letters import send_invitation
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import sent
from storefront.backoffice.inviting import InviteForm
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.staff import about_roles, role_names


@needs(Permission.MANAGE_STAFF)
@proved_lately
def invite() -> Response:
    """Invite somebody by mail into a role."""
    form = _invite_form()
    if request.method == "GET":
        return _invite_page(form)
    if not form.validate():
        return _invite_page(form)
    merchant = current_merchant()
    if _works_here(form.email.data):
        form.email.errors = [_("This person works here already. Give the role on their own page.")]
        return _invite_page(form)
    try:
        # Accounts belong to the park: a person may work for several merchants with one of them.
        with services().database.transaction(Scope.park()) as session:
            invitation = invite_member(
                session,
                merchant_id=merchant.id,
                email=form.email.data,
                name=form.name.data,
                role=Role(form.role.data),
                invited_by=actor(),
                now=utc_now(),
            )
            send_invitation(
                session,
                merchant_id=merchant.id,
                reader=Contact(form.name.data.strip(), invitation.email, language()),
                token=invitation.token,
                shop=merchant.name_in(language()),
                role=role_names()[form.role.data],
            )
    except CommerceError as error:
        form.refuse(error)
        return _invite_page(form)
    return _invited(invitation)


def _works_here(email: str) -> bool:
    with services().database.reading(Scope.park()) as connection:
        colleagues = list_colleagues(connection, merchant_id=current_merchant().id)
    typed = plain_email(email).casefold()
    return any(each.accepted_at and each.email.casefold() == typed for each in colleagues)


def _invited(invitation: Invitation) -> Response:
    """Go back to the staff; where no letter leaves, show the link once, to be handed over."""
    if services().settings.mail_url is not None:
        announce(_("An invitation is on its way to %(email)s.", email=invitation.email))
        return moved("staff")
    answer = draw(
        "staff/invited.html",
        title=_("Hand over the invitation"),
        room="staff",
        trail=(Crumb(_("Staff"), link("staff")),),
        email=invitation.email,
        url=f"{services().settings.public_url}/signin/invitation/{invitation.token}",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _invite_form() -> InviteForm:
    email = request.args.get("email", "")[:200]
    form: InviteForm = sent(InviteForm, role=Role.CLERK.value, email=email)
    form.role.choices = list(role_names().items())
    return form


def _invite_page(form: InviteForm) -> Response:
    failed = request.method == "POST"
    return draw(
        "staff/invite.html",
        title=_("Invite a colleague"),
        room="staff",
        trail=(Crumb(_("Staff"), link("staff")),),
        status=422 if failed else 200,
        form=form,
        faults=form.faults if failed else [],
        says=about_roles(),
        roles=role_names(),
    )
