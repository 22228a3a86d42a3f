from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.park.errors import (
    EarlierInvitationError,
    LastOperatorError,
    LastOwnerError,
    LinkSpentError,
    NotTheInvitedError,
    OwnAccountError,
    RoleHeldError,
    RoleNotHereError,
    ShortPasswordError,
    UnknownStaffError,
)
from commerce.park.permissions import Role
from commerce.park.queries.park_staff import list_park_staff
from commerce.park.queries.security_log import list_security_events
from commerce.park.queries.sessions import find_staff, roles_at
from commerce.park.queries.staff import Colleague, list_colleagues, list_workplaces
from commerce.park.service.invitations import (
    Invitation,
    accept_invitation,
    invite_member,
    read_invitation,
)
from commerce.park.service.members import enrol_member, withdraw_role
from commerce.park.service.park_invitations import ParkInvitation, invite_park_staff
from commerce.park.service.park_roles import grant_park_role, withdraw_park_role
from commerce.park.service.standing import disable_member, enable_member
from tests.support.park import HERE, create_merchant, create_staff, fresh_password, signed_in


def invite(
    database: Database, merchant_id: UUID, *, email: str = "wei@silk.example", name: str = "Wei"
) -> Invitation:
    with database.transaction(Scope.park()) as session:
        return invite_member(
            session,
            merchant_id=merchant_id,
            email=email,
            name=name,
            role=Role.CLERK,
            invited_by=None,
            now=utc_now(),
        )


def accept(
    database: Database, invitation: Invitation | ParkInvitation, *, as_: UUID | None = None
) -> UUID:
    with database.transaction(Scope.park()) as session:
        return accept_invitation(
            session,
            token=invitation.token,
            password=fresh_password(),
            signed_in_as=as_,
            now=utc_now(),
        )


def roles(database: Database, merchant_id: UUID, staff_id: UUID) -> frozenset[Role]:
    with database.reading(Scope.merchant(merchant_id)) as connection:
        return roles_at(connection, merchant_id=merchant_id, staff_id=staff_id)


def colleagues(database: Database, merchant_id: UUID) -> tuple[Colleague, ...]:
    with database.reading(Scope.merchant(merchant_id)) as connection:
        return list_colleagues(connection, merchant_id=merchant_id)


def withdraw(database: Database, merchant_id: UUID, membership_id: UUID) -> None:
    with database.transaction(Scope.park()) as session:
        withdraw_role(session, merchant_id=merchant_id, membership_id=membership_id, actor_id=None)


def test_an_invitation_counts_once_it_is_accepted(database: Database) -> None:
    merchant_id = create_merchant(database)
    invitation = invite(database, merchant_id)
    assert roles(database, merchant_id, invitation.staff_id) == frozenset()
    assert accept(database, invitation) == invitation.staff_id
    assert roles(database, merchant_id, invitation.staff_id) == {Role.CLERK}
    with pytest.raises(LinkSpentError):
        accept(database, invitation)


def test_an_invitation_lapses_after_a_week(database: Database) -> None:
    invitation = invite(database, create_merchant(database))
    late = utc_now() + timedelta(days=7, minutes=1)
    with database.transaction(Scope.park()) as session, pytest.raises(LinkSpentError):
        accept_invitation(session, token=invitation.token, password=fresh_password(), now=late)


def test_the_inviter_does_not_learn_whose_account_an_address_is(database: Database) -> None:
    merchant_id = create_merchant(database)
    create_staff(database, email="wei@silk.example", name="Wei Hidden")
    invitation = invite(database, merchant_id, email="WEI@silk.example", name="W.")
    (before,) = colleagues(database, merchant_id)
    assert (before.name, before.email) == ("W.", "WEI@silk.example")
    accept(database, invitation, as_=invitation.staff_id)
    (after,) = colleagues(database, merchant_id)
    assert (after.name, after.email) == ("Wei Hidden", "wei@silk.example")


def test_an_invitation_replaces_nobodys_password(database: Database) -> None:
    merchant_id = create_merchant(database)
    staff_id = create_staff(database, email="wei@silk.example")
    invitation = invite(database, merchant_id)
    with database.transaction(Scope.park()) as session:
        token = invitation.token
        assert not read_invitation(session, token=token, now=utc_now()).needs_password
        query = text("SELECT password_hash FROM staff_account WHERE id = :id")
        before = session.scalar(query, {"id": staff_id})
        accept_invitation(
            session, token=token, password=fresh_password(), signed_in_as=staff_id, now=utc_now()
        )
        assert session.scalar(query, {"id": staff_id}) == before


def test_an_invitation_to_an_account_is_accepted_by_nobody_but_whoever_is_signed_in_with_it(
    database: Database,
) -> None:
    merchant_id = create_merchant(database)
    wei = create_staff(database, email="wei@silk.example")
    invitation = invite(database, merchant_id)
    for somebody_else in (None, create_staff(database, email="lin@silk.example")):
        with pytest.raises(NotTheInvitedError):
            accept(database, invitation, as_=somebody_else)
    assert accept(database, invitation, as_=wei) == wei


def test_of_several_links_to_a_new_account_only_the_first_chooses_its_password(
    database: Database,
) -> None:
    operator = create_staff(database, email="gu@park.example", role=Role.PARK_OPERATOR)
    mailed = invite(database, create_merchant(database))
    with database.transaction(Scope.park()) as session:
        handed_over = invite_park_staff(
            session,
            email=mailed.email,
            name="Wei",
            role=Role.SUPERVISION_OFFICER,
            invited_by=operator,
            now=utc_now(),
        )
    with pytest.raises(EarlierInvitationError):
        accept(database, handed_over)
    accept(database, mailed)
    with pytest.raises(NotTheInvitedError):
        accept(database, handed_over)
    assert accept(database, handed_over, as_=mailed.staff_id) == mailed.staff_id


def test_a_new_account_must_choose_a_password(database: Database) -> None:
    invitation = invite(database, create_merchant(database))
    with database.transaction(Scope.park()) as session:
        read = read_invitation(session, token=invitation.token, now=utc_now())
        assert (read.email, read.needs_password) == (invitation.email, True)
        assert (read.shop, read.role) != ("", "")
    with pytest.raises(ShortPasswordError), database.transaction(Scope.park()) as session:
        accept_invitation(session, token=invitation.token, password=None, now=utc_now())
    assert accept(database, invitation) == invitation.staff_id


def test_a_withdrawn_invitation_cannot_be_accepted(database: Database) -> None:
    merchant_id = create_merchant(database)
    invitation = invite(database, merchant_id)
    withdraw(database, merchant_id, invitation.membership_id)
    with pytest.raises(LinkSpentError):
        accept(database, invitation)


def test_two_owners_who_remove_each_other_at_once_leave_one(database: Database) -> None:
    merchant_id = create_merchant(database)
    for email in ("lin@a.example", "wei@a.example"):
        create_staff(database, email=email, role=Role.OWNER, merchant_id=merchant_id)
    both = [colleague.membership_id for colleague in colleagues(database, merchant_id)]

    def remove(membership_id: UUID) -> bool:
        try:
            withdraw(database, merchant_id, membership_id)
        except LastOwnerError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, both)) == [False, True]


def test_roles_add_up_and_are_withdrawn_one_by_one(database: Database) -> None:
    merchant_id = create_merchant(database)
    staff_id = create_staff(database, role=Role.CLERK, merchant_id=merchant_id)
    with database.transaction(Scope.park()) as session:
        second = enrol_member(
            session,
            merchant_id=merchant_id,
            staff_id=staff_id,
            role=Role.FULFILMENT,
            actor_id=None,
            now=utc_now(),
        )
    assert roles(database, merchant_id, staff_id) == {Role.CLERK, Role.FULFILMENT}
    withdraw(database, merchant_id, second)
    assert roles(database, merchant_id, staff_id) == {Role.CLERK}
    with pytest.raises(UnknownStaffError):
        withdraw(database, merchant_id, second)


def test_a_person_sees_every_desk_they_may_open(database: Database) -> None:
    tea, silk = create_merchant(database, slug="tea"), create_merchant(database, slug="silk")
    staff_id = create_staff(database, role=Role.CLERK, merchant_id=tea)
    with database.transaction(Scope.park()) as session:
        for role in (Role.OWNER, Role.CLERK):
            enrol_member(
                session,
                merchant_id=silk,
                staff_id=staff_id,
                role=role,
                actor_id=None,
                now=utc_now(),
            )
        found = list_workplaces(session, staff_id=staff_id)
    assert [(place.slug, place.roles) for place in found] == [
        ("silk", (Role.CLERK, Role.OWNER)),
        ("tea", (Role.CLERK,)),
    ]


def test_roles_of_the_park_and_of_a_merchant_are_not_mixed_up(database: Database) -> None:
    merchant_id, staff_id = create_merchant(database), create_staff(database)
    with database.transaction(Scope.park()) as session, pytest.raises(RoleNotHereError):
        grant_park_role(session, staff_id=staff_id, role=Role.OWNER, granted_by=None)
    with database.transaction(Scope.park()) as session, pytest.raises(RoleNotHereError):
        enrol_member(
            session,
            merchant_id=merchant_id,
            staff_id=staff_id,
            role=Role.PARK_OPERATOR,
            actor_id=None,
            now=utc_now(),
        )


def take_park_role(database: Database, staff_id: UUID, role: Role) -> None:
    with database.transaction(Scope.park()) as session:
        withdraw_park_role(session, staff_id=staff_id, role=role, actor_id=None)


def test_a_park_role_is_given_and_taken(database: Database) -> None:
    staff_id = create_staff(database, role=Role.SUPERVISION_OFFICER)
    take_park_role(database, staff_id, Role.SUPERVISION_OFFICER)
    with pytest.raises(UnknownStaffError):
        take_park_role(database, staff_id, Role.SUPERVISION_OFFICER)


def test_two_operators_who_remove_each_other_at_once_leave_one(database: Database) -> None:
    operators = [
        create_staff(database, email=f"{name}@park.example", role=Role.PARK_OPERATOR)
        for name in ("gu", "he")
    ]

    def removed(staff_id: UUID) -> bool:
        try:
            take_park_role(database, staff_id, Role.PARK_OPERATOR)
        except LastOperatorError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(removed, operators)) == [False, True]


def test_an_invitation_to_the_park_counts_once_it_is_accepted_and_never_after_withdrawal(
    database: Database,
) -> None:
    operator = create_staff(database, email="gu@park.example", role=Role.PARK_OPERATOR)

    def invited(email: str, role: Role) -> ParkInvitation:
        with database.transaction(Scope.park()) as session:
            return invite_park_staff(
                session, email=email, name="He", role=role, invited_by=operator, now=utc_now()
            )

    def accepted(invitation: ParkInvitation) -> UUID:
        with database.transaction(Scope.park()) as session:
            return accept_invitation(
                session, token=invitation.token, password=fresh_password(), now=utc_now()
            )

    officer = invited("he@park.example", Role.SUPERVISION_OFFICER)
    second = invited("lu@park.example", Role.PARK_OPERATOR)
    with pytest.raises(LastOperatorError):
        take_park_role(database, operator, Role.PARK_OPERATOR)
    take_park_role(database, second.staff_id, Role.PARK_OPERATOR)
    with pytest.raises(LinkSpentError):
        accepted(second)
    token = signed_in(database, officer.staff_id).token
    with database.reading(Scope.park()) as connection:
        before = find_staff(connection, token=token, now=utc_now())
    assert before is not None
    assert before.park_roles == frozenset()
    accepted(officer)
    with database.reading(Scope.park()) as connection:
        after = find_staff(connection, token=token, now=utc_now())
        (gu, he) = list_park_staff(connection)
    assert after is not None
    assert after.park_roles == {Role.SUPERVISION_OFFICER}
    assert (gu.waits, he.waits) == (False, False)
    with pytest.raises(RoleHeldError):
        invited("he@park.example", Role.SUPERVISION_OFFICER)


def test_a_merchant_sees_its_own_colleagues_and_nobody_else(database: Database) -> None:
    tea, silk = create_merchant(database, slug="tea"), create_merchant(database, slug="silk")
    create_staff(database, email="lin@tea.example", role=Role.OWNER, merchant_id=tea)
    create_staff(database, email="wei@silk.example", role=Role.OWNER, merchant_id=silk)
    create_staff(database, email="park@park.example", role=Role.PARK_OPERATOR)
    with database.reading(Scope.merchant(tea)) as connection:
        seen = connection.execute(text("SELECT email FROM staff_account")).scalars().all()
        assert seen == ["lin@tea.example"]
        assert list_colleagues(connection, merchant_id=silk) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password_hash FROM staff_account",
        "SELECT * FROM staff_account",
        "SELECT * FROM staff_session",
        "SELECT * FROM staff_totp",
        "SELECT * FROM recovery_code",
        "SELECT * FROM passkey",
        "SELECT * FROM passkey_ceremony",
        "SELECT * FROM mailed_token",
        "SELECT * FROM park_membership",
        "SELECT * FROM throttle",
        "UPDATE staff_account SET name = 'x'",
        "DELETE FROM membership",
        "UPDATE membership SET role = 'owner'",
    ],
)
def test_a_merchants_transaction_cannot_touch_how_people_sign_in(
    database: Database, statement: str
) -> None:
    merchant_id = create_merchant(database)
    create_staff(database, role=Role.OWNER, merchant_id=merchant_id)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.transaction(Scope.merchant(merchant_id)) as session,
    ):
        session.execute(text(statement))


def test_a_merchant_cannot_make_a_stranger_a_colleague_to_read_the_name(
    database: Database,
) -> None:
    merchant_id, stranger = create_merchant(database), create_staff(database)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.transaction(Scope.merchant(merchant_id)) as session,
    ):
        session.execute(
            text(
                "INSERT INTO membership (merchant_id, id, staff_id, role, invited_email,"
                " invited_name, invited_at, accepted_at)"
                " VALUES (:merchant, :id, :staff, 'clerk', 'x@y', 'x', now(), now())"
            ),
            {"merchant": merchant_id, "id": new_id(), "staff": stranger},
        )


def disable(database: Database, merchant_id: UUID, staff_id: UUID, *, actor_id: UUID) -> None:
    with database.transaction(Scope.park()) as session:
        disable_member(
            session,
            merchant_id=merchant_id,
            staff_id=staff_id,
            actor_id=actor_id,
            origin=HERE,
            now=utc_now(),
        )


def enable(database: Database, merchant_id: UUID, staff_id: UUID, *, actor_id: UUID) -> None:
    with database.transaction(Scope.park()) as session:
        enable_member(
            session, merchant_id=merchant_id, staff_id=staff_id, actor_id=actor_id, origin=HERE
        )


def test_who_is_disabled_is_out_at_once_keeps_the_name_and_comes_back_with_every_role(
    database: Database,
) -> None:
    merchant_id = create_merchant(database)
    owner = create_staff(database, role=Role.OWNER, merchant_id=merchant_id)
    wei = create_staff(
        database, email="wei@silk.example", name="Wei", role=Role.CLERK, merchant_id=merchant_id
    )
    token = signed_in(database, wei).token
    disable(database, merchant_id, wei, actor_id=owner)
    assert roles(database, merchant_id, wei) == frozenset()
    with database.reading(Scope.park()) as connection:
        assert find_staff(connection, token=token, now=utc_now()) is None
        assert list_workplaces(connection, staff_id=wei) == ()
        (event,) = [
            each
            for each in list_security_events(connection, merchant_id=merchant_id)
            if each.action == "account-disabled"
        ]
    assert (event.actor_id, event.subject, event.address) == (owner, str(wei), HERE.address)
    (kept,) = [each for each in colleagues(database, merchant_id) if each.staff_id == wei]
    assert (kept.name, kept.disabled, kept.suspended) == ("Wei", True, True)
    enable(database, merchant_id, wei, actor_id=owner)
    assert roles(database, merchant_id, wei) == {Role.CLERK}


def test_who_is_disabled_here_goes_on_working_elsewhere(database: Database) -> None:
    tea, silk = create_merchant(database, slug="tea"), create_merchant(database, slug="silk")
    owner = create_staff(database, role=Role.OWNER, merchant_id=tea)
    wei = create_staff(database, email="wei@silk.example", role=Role.CLERK, merchant_id=tea)
    with database.transaction(Scope.park()) as session:
        enrol_member(
            session,
            merchant_id=silk,
            staff_id=wei,
            role=Role.MANAGER,
            actor_id=None,
            now=utc_now(),
        )
    disable(database, tea, wei, actor_id=owner)
    assert roles(database, silk, wei) == {Role.MANAGER}


def test_a_further_role_or_an_open_invitation_is_no_way_back_in(database: Database) -> None:
    merchant_id = create_merchant(database)
    owner = create_staff(database, role=Role.OWNER, merchant_id=merchant_id)
    wei = create_staff(
        database, email="wei@silk.example", role=Role.MANAGER, merchant_id=merchant_id
    )
    waiting = invite(database, merchant_id)
    disable(database, merchant_id, wei, actor_id=owner)
    accept(database, waiting, as_=wei)
    with database.transaction(Scope.park()) as session:
        enrol_member(
            session,
            merchant_id=merchant_id,
            staff_id=wei,
            role=Role.FULFILMENT,
            actor_id=owner,
            now=utc_now(),
        )
    assert roles(database, merchant_id, wei) == frozenset()
    enable(database, merchant_id, wei, actor_id=owner)
    assert roles(database, merchant_id, wei) == {Role.MANAGER, Role.CLERK, Role.FULFILMENT}


def test_two_owners_who_disable_each_other_at_once_leave_one(database: Database) -> None:
    merchant_id = create_merchant(database)
    lin = create_staff(database, role=Role.OWNER, merchant_id=merchant_id)
    wei = create_staff(database, email="wei@silk.example", role=Role.OWNER, merchant_id=merchant_id)

    def shut_out(pair: tuple[UUID, UUID]) -> bool:
        try:
            disable(database, merchant_id, pair[0], actor_id=pair[1])
        except LastOwnerError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(shut_out, [(lin, wei), (wei, lin)])) == [False, True]
    (left,) = [each for each in colleagues(database, merchant_id) if not each.disabled]
    with pytest.raises(LastOwnerError):
        withdraw(database, merchant_id, left.membership_id)
    with pytest.raises(OwnAccountError):
        disable(database, merchant_id, lin, actor_id=lin)
