"""Staff: who works here as what, their names, their PINs for the tills, their places."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from commerce.inventory.queries import posts_of
from commerce.inventory.service import post_keeper
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.errors import CommerceError
from commerce.park.errors import UnknownStaffError
from commerce.park.permissions import Permission, Role, permissions_of
from commerce.park.queries.staff import Colleague, list_colleagues
from commerce.park.service.api_keys import KeyCard, list_api_keys
from commerce.park.service.clerk_pins import (
    check_pin,
    pin_fingerprint,
    remove_clerk_pin,
    set_clerk_pin,
)
from commerce.park.service.members import enrol_member, name_colleague, withdraw_role
from commerce.web.identity import current_merchant, current_scope, needs, proved_lately
from commerce.web.identity.current import may
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import sent, sentence, typed_id
from storefront.backoffice.inviting import NamesForm
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stale import StaleFormError, hold_still
from storefront.backoffice.stockroom.posts import place_choices, places_in_use

_ROLES = (Role.OWNER, Role.MANAGER, Role.CLERK, Role.FULFILMENT, Role.ACCOUNTANT)


class UnknownRoleError(CommerceError):
    """A role that no merchant gives."""

    code = "unknown-role"
    status = 422
    template = "There is no such role to give. Choose one of the list."


@dataclass(frozen=True, slots=True)
class Person:
    """One person with every role held here."""

    staff_id: UUID
    name: str
    """As the page's language calls them."""
    account_name: str
    email: str
    roles: tuple[Colleague, ...]
    has_pin: bool
    disabled: bool
    suspended: bool
    waits: bool

    @property
    def works_with_stock(self) -> bool:
        """Whether the person works with stock, and not with that of every place."""
        held = permissions_of(each.role for each in self.roles)
        return Permission.WORK_STOCK in held and Permission.ORDER_STOCK not in held

    @property
    def sells(self) -> bool:
        """Whether the person may stand at a till."""
        return Permission.SELL in permissions_of(each.role for each in self.roles)


@needs(Permission.VIEW_STAFF)
def staff() -> Response:
    """List who works here."""
    return draw(
        "staff/list.html",
        title=_("Staff"),
        room="staff",
        people=_people(),
        roles=role_names(),
        says=about_roles(),
    )


@needs(Permission.VIEW_STAFF)
def person(staff_id: UUID) -> Response:
    """Show one person: roles and PIN."""
    return _person_page(staff_id)


@needs(Permission.MANAGE_STAFF)
@proved_lately
def give_role(staff_id: UUID) -> Response:
    """Give a colleague a further role.

    Raises:
        UnknownRoleError: a merchant has no such role to give.
    """
    found = person_here(staff_id)
    wanted = request.form.get("role", "")
    if wanted and wanted not in {role.value for role in _ROLES}:
        raise UnknownRoleError
    if not wanted or found.waits or found.disabled:
        announce(_("Choose a role."), "wait")
        return moved("person", staff_id=staff_id)
    with services().database.transaction(Scope.park()) as session:
        enrol_member(
            session,
            merchant_id=current_merchant().id,
            staff_id=staff_id,
            role=Role(wanted),
            actor_id=actor(),
            now=utc_now(),
        )
    announce(_("Saved."))
    return moved("person", staff_id=staff_id)


@needs(Permission.MANAGE_STAFF)
@proved_lately
def take_role(staff_id: UUID, membership_id: UUID) -> Response:
    """Take a role; with the last one the person no longer works here."""
    found = person_here(staff_id)
    if membership_id not in {each.membership_id for each in found.roles}:
        raise UnknownStaffError
    try:
        with services().database.transaction(Scope.park()) as session:
            withdraw_role(
                session,
                merchant_id=current_merchant().id,
                membership_id=membership_id,
                actor_id=actor(),
            )
    except CommerceError as error:
        announce(sentence(error), "bad")
        return moved("person", staff_id=staff_id)
    announce(_("The role is withdrawn. It holds from the next click on."))
    return moved("staff") if len(found.roles) == 1 else moved("person", staff_id=staff_id)


@needs(Permission.MANAGE_STAFF)
def post_person(staff_id: UUID) -> Response:
    """Say at which places somebody works with stock; at every place where none is ticked."""
    person_here(staff_id)
    places = [each for each in map(typed_id, request.form.getlist("post")) if each]
    try:
        with services().database.transaction(current_scope()) as session:
            post_keeper(
                session,
                merchant_id=current_merchant().id,
                staff_id=staff_id,
                location_ids=places,
            )
    except CommerceError as error:
        announce(sentence(error), "bad")
        return moved("person", staff_id=staff_id)
    announce(_("Saved."))
    return moved("person", staff_id=staff_id)


@needs(Permission.MANAGE_STAFF)
def name_person(staff_id: UUID) -> Response:
    """Say what a colleague is called in each language, on receipts, at the tills and here."""
    person_here(staff_id)
    form = sent(NamesForm)
    if not form.validate():
        announce(_("A name has at most 120 letters."), "bad")
        return moved("person", staff_id=staff_id)

    def drawn(connection: Connection) -> NamesForm:
        return _named(_one_of(_people_of(connection), staff_id))

    try:
        with services().database.transaction(current_scope()) as session:
            hold_still(session, form, drawn)
            name_colleague(
                session,
                merchant_id=current_merchant().id,
                staff_id=staff_id,
                name_en=form.name_en.data or "",
                name_zh=form.name_zh.data or "",
            )
    except StaleFormError as stale:
        return _person_page(staff_id, names=stale.told_on(form))
    announce(_("Saved."))
    return moved("person", staff_id=staff_id)


@needs(Permission.MANAGE_STAFF)
@proved_lately
def set_pin(staff_id: UUID) -> Response:
    """Give a colleague a PIN for the tills."""
    person_here(staff_id)
    pin = request.form.get("pin", "").strip()
    try:
        check_pin(pin.rjust(6, "x") if not pin.isdigit() else pin)
        fingerprint = pin_fingerprint(services().vault, merchant_id=current_merchant().id, pin=pin)
        with services().database.transaction(current_scope()) as session:
            set_clerk_pin(
                session,
                merchant_id=current_merchant().id,
                staff_id=staff_id,
                fingerprint=fingerprint,
                actor_id=actor(),
                now=utc_now(),
            )
    except (CommerceError, ValueError) as error:
        told = (
            sentence(error)
            if isinstance(error, CommerceError)
            else _("Choose six digits that are neither a row, a repetition nor a date.")
        )
        return _person_page(staff_id, fault=told)
    announce(_("The PIN works at every till from now on."))
    return moved("person", staff_id=staff_id)


@needs(Permission.MANAGE_STAFF)
def remove_pin(staff_id: UUID) -> Response:
    """Take a colleague's PIN."""
    person_here(staff_id)
    with services().database.transaction(current_scope()) as session:
        remove_clerk_pin(
            session, merchant_id=current_merchant().id, staff_id=staff_id, actor_id=actor()
        )
    announce(_("The PIN is gone."))
    return moved("person", staff_id=staff_id)


def role_names() -> dict[str, str]:
    """Return what the roles are called."""
    return {
        Role.OWNER.value: _("Owner"),
        Role.MANAGER.value: _("Manager"),
        Role.CLERK.value: _("Clerk"),
        Role.FULFILMENT.value: _("Fulfilment"),
        Role.ACCOUNTANT.value: _("Accountant"),
    }


def about_roles() -> dict[str, str]:
    """Return what each role may do, in a few words."""
    return {
        Role.OWNER.value: _("may do everything, staff and settings too."),
        Role.MANAGER.value: _("runs the shop: products, prices, stock, orders, refunds, tills."),
        Role.CLERK.value: _("sells at a till, looks things up, counts and takes goods in."),
        Role.FULFILMENT.value: _("sends and receives goods, counts stock."),
        Role.ACCOUNTANT.value: _(
            "reads and exports orders and money, reads Z reports, changes nothing."
        ),
    }


def _people() -> list[Person]:
    with services().database.reading(current_scope()) as connection:
        return _people_of(connection)


def _people_of(connection: Connection) -> list[Person]:
    colleagues = list_colleagues(connection, merchant_id=current_merchant().id)
    found: dict[UUID, list[Colleague]] = {}
    for each in colleagues:
        found.setdefault(each.staff_id, []).append(each)
    return [
        Person(
            staff_id=staff_id,
            name=held[0].name_in(language()),
            account_name=held[0].name,
            email=held[0].email,
            roles=tuple(held),
            has_pin=any(each.has_pin for each in held),
            disabled=any(each.disabled for each in held),
            suspended=any(each.suspended for each in held),
            waits=all(each.accepted_at is None for each in held),
        )
        for staff_id, held in found.items()
    ]


def person_here(staff_id: UUID) -> Person:
    """Return who works here, or is invited.

    Raises:
        UnknownStaffError: nobody of this id.
    """
    return _one_of(_people(), staff_id)


def _one_of(people: Sequence[Person], staff_id: UUID) -> Person:
    found = next((each for each in people if each.staff_id == staff_id), None)
    if found is None:
        raise UnknownStaffError
    return found


def working_keys_of(staff_id: UUID) -> tuple[KeyCard, ...]:
    """Return the API keys that somebody made here and that work."""
    now = utc_now()
    with services().database.reading(current_scope()) as connection:
        keys = list_api_keys(connection, merchant_id=current_merchant().id)
    return tuple(key for key in keys if key.created_by == staff_id and key.works(now))


def _named(found: Person) -> NamesForm:
    held = found.roles[0]
    return NamesForm(data={"name_en": held.name_en, "name_zh": held.name_zh})


def _person_page(staff_id: UUID, *, fault: str = "", names: NamesForm | None = None) -> Response:
    found = person_here(staff_id)
    held = {each.role.value for each in found.roles}
    with services().database.reading(current_scope()) as connection:
        places = place_choices(places_in_use(connection))
        posts = {str(each) for each in posts_of(connection, staff_id=staff_id)}
    return draw(
        "staff/person.html",
        title=found.name,
        room="staff",
        trail=(Crumb(_("Staff"), link("staff")),),
        status=422 if fault else 409 if names else 200,
        person=found,
        names=names or _named(found),
        own_id=actor(),
        places=places,
        posts=posts,
        keys=working_keys_of(staff_id) if may(Permission.MANAGE_API_KEYS) else (),
        roles=role_names(),
        says=about_roles(),
        free=[("", _("Please choose"))]
        + [(role, name) for role, name in role_names().items() if role not in held],
        faults=[{"field": "pin", "message": fault}] if fault else [],
        fault=fault,
    )
