"""Groups of customers: who belongs to the club and gets its prices."""

from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField

from commerce.customers.errors import GroupExistsError, GroupFaultError, UnknownGroupError
from commerce.customers.queries import customer_groups, customers_by_emails, members_of
from commerce.customers.rows import CustomerRow, GroupRow
from commerce.customers.service import (
    add_to_group,
    change_group,
    open_group,
    remove_group,
    take_from_group,
)
from commerce.imports.dialects.names import handle_from
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import Crumb, actor, announce, draw, link, moved
from storefront.backoffice.forms import (
    DeskForm,
    optional_text,
    sent,
    sentence,
    some_text,
    typed_id,
)
from storefront.backoffice.promotions.fields import told_lines, typed_lines
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.words import in_language

MOST_LINES = 500
_MOST_SHOWN = 50


class GroupForm(DeskForm):
    """What a group is called."""

    name = StringField(lazy_gettext("Name in English"), some_text(100))
    name_zh = StringField(lazy_gettext("Name in Chinese"), some_text(100))
    code = StringField(lazy_gettext("Short code"), optional_text(100))

    @property
    def spelled(self) -> str:
        """The code that was typed, else one made from the name."""
        return (self.code.data or "").strip().lower() or handle_from(self.name.data or "")

    def refuse(self, error: CommerceError) -> None:
        """Take in a refusal; both that there are here are about the code."""
        if isinstance(error, GroupExistsError | GroupFaultError):
            self.code.errors = [sentence(error)]
        else:
            super().refuse(error)


class MembersForm(DeskForm):
    """People to put into a group."""

    emails = TextAreaField(lazy_gettext("E-mail addresses"), some_text(60_000))


@needs(Permission.VIEW_CUSTOMERS)
def groups() -> Response:
    """List the groups, with a form for another."""
    return _groups_page(GroupForm())


@needs(Permission.EDIT_CUSTOMERS)
def add_group() -> Response:
    """Open another group."""
    form: GroupForm = sent(GroupForm)
    if not form.validate():
        return _groups_page(form)

    def work(session: Session) -> UUID:
        return open_group(
            session,
            merchant_id=current_merchant().id,
            code=form.spelled,
            name=form.name.data,
            name_zh=form.name_zh.data,
        )

    try:
        made = services().database.run(current_scope(), work)
    except CommerceError as error:
        form.refuse(error)
        return _groups_page(form)
    announce(_("The group is there. Put people into it."))
    return moved("customer_group", group_id=made)


@needs(Permission.VIEW_CUSTOMERS)
def group(group_id: UUID) -> Response:
    """Show one group and who belongs to it."""
    return _group_page(group_id)


@needs(Permission.EDIT_CUSTOMERS)
def rename_group(group_id: UUID) -> Response:
    """Call a group otherwise."""
    form: GroupForm = sent(GroupForm)
    if not form.validate():
        return _group_page(group_id, form)

    def work(session: Session) -> None:
        change_group(
            session,
            merchant_id=current_merchant().id,
            group_id=group_id,
            code=form.spelled,
            name=form.name.data,
            name_zh=form.name_zh.data,
        )

    try:
        services().database.run(current_scope(), work)
    except NotFoundError:
        raise
    except CommerceError as error:
        form.refuse(error)
        return _group_page(group_id, form)
    announce(_("Saved."))
    return moved("customer_group", group_id=group_id)


@needs(Permission.EDIT_CUSTOMERS)
def add_members(group_id: UUID) -> Response:
    """Put the people with these e-mail addresses into a group."""
    form: MembersForm = sent(MembersForm)
    if not form.validate():
        return _group_page(group_id, members=form)
    lines = typed_lines(form.emails.data)
    if len(lines) > MOST_LINES:
        form.emails.errors = [_("Add at most %(most)s people at once.", most=MOST_LINES)]
        return _group_page(group_id, members=form)
    with services().database.reading(current_scope()) as connection:
        known = customers_by_emails(connection, emails=[line for _number, line in lines])
    unknown = [(at, line) for at, line in lines if line not in known]
    if unknown:
        told = told_lines(unknown)
        form.emails.errors = [_("No customer has this e-mail address: %(lines)s.", lines=told)]
        return _group_page(group_id, members=form)

    def work(session: Session) -> int:
        return add_to_group(
            session,
            merchant_id=current_merchant().id,
            group_id=group_id,
            customer_ids=list(known.values()),
            added_by=actor(),
        )

    count = services().database.run(current_scope(), work)
    announce(
        ngettext("%(num)d person was added.", "%(num)d people were added.", count)
        if count
        else _("They all belong to the group already.")
    )
    return moved("customer_group", group_id=group_id)


@needs(Permission.EDIT_CUSTOMERS)
def take_member(group_id: UUID, customer_id: UUID) -> Response:
    """Take somebody out of a group."""

    def work(session: Session) -> int:
        return take_from_group(
            session,
            merchant_id=current_merchant().id,
            group_id=group_id,
            customer_ids=[customer_id],
        )

    _found(group_id)
    if services().database.run(current_scope(), work):
        announce(_("Taken out of the group."))
    return moved("customer_group", group_id=group_id)


@needs(Permission.EDIT_CUSTOMERS)
def drop_group(group_id: UUID) -> Response:
    """Remove a group; its people stay customers."""

    def work(session: Session) -> None:
        remove_group(session, merchant_id=current_merchant().id, group_id=group_id)

    services().database.run(current_scope(), work)
    announce(_("The group is gone. Its people are still customers."))
    return moved("customer_groups")


def _found(group_id: UUID) -> GroupRow:
    with services().database.reading(current_scope()) as connection:
        for each in customer_groups(connection):
            if each.id == group_id:
                return each
    raise UnknownGroupError


def _groups_page(form: GroupForm) -> Response:
    with services().database.reading(current_scope()) as connection:
        found = customer_groups(connection)
    failed = request.method == "POST"
    return draw(
        "customers/groups.html",
        title=_("Customer groups"),
        room="customers",
        trail=(Crumb(_("Customers"), link("customers")),),
        status=422 if failed else 200,
        rows=found,
        form=form,
        faults=form.faults if failed else [],
    )


def _group_page(
    group_id: UUID, form: GroupForm | None = None, members: MembersForm | None = None
) -> Response:
    found = _found(group_id)
    before = typed_id(request.args.get("before"))
    with services().database.reading(current_scope()) as connection:
        people: tuple[CustomerRow, ...] = members_of(
            connection, group_id=group_id, before=before, most=_MOST_SHOWN + 1
        )
    shown = people[:_MOST_SHOWN]
    more = len(people) > _MOST_SHOWN
    faults = [*(form.faults if form else ()), *(members.faults if members else ())]
    return draw(
        "customers/group.html",
        title=in_language(found.name, found.name_zh),
        room="customers",
        trail=(
            Crumb(_("Customers"), link("customers")),
            Crumb(_("Customer groups"), link("customer_groups")),
        ),
        status=422 if faults else 200,
        group=found,
        people=shown,
        form=form or GroupForm(name=found.name, name_zh=found.name_zh, code=found.code),
        members=members or MembersForm(),
        faults=faults,
        next_url=link("customer_group", group_id=group_id, before=shown[-1].id) if more else "",
        first_url=link("customer_group", group_id=group_id) if before else "",
    )
