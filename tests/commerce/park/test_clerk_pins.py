from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.kernel.vault import Vault
from commerce.park.errors import PinTakenError, UnknownStaffError, WeakPinError
from commerce.park.models import SecurityEvent
from commerce.park.permissions import Permission, Role
from commerce.park.queries.staff import list_colleagues
from commerce.park.service.clerk_pins import (
    WINDOW,
    PinDoor,
    PinOutcome,
    check_pin,
    identify_clerk,
    pin_fingerprint,
    remove_clerk_pin,
    set_clerk_pin,
    unlock_pin_pad,
)
from commerce.park.service.members import withdraw_role
from tests.support.park import create_merchant, create_staff

VAULT = Vault(b"k" * 32)
REGISTER = new_id()


def set_pin(database: Database, merchant_id: UUID, staff_id: UUID, pin: str) -> None:
    fingerprint = pin_fingerprint(VAULT, merchant_id=merchant_id, pin=pin)
    with database.transaction(Scope.merchant(merchant_id)) as session:
        set_clerk_pin(
            session,
            merchant_id=merchant_id,
            staff_id=staff_id,
            fingerprint=fingerprint,
            actor_id=staff_id,
            now=utc_now(),
        )


def type_pin(
    database: Database,
    merchant_id: UUID,
    pin: str,
    register_id: UUID = REGISTER,
    *,
    now: datetime | None = None,
    door: PinDoor = PinDoor.UNLOCK,
) -> PinOutcome:
    fingerprint = pin_fingerprint(VAULT, merchant_id=merchant_id, pin=pin)
    with database.transaction(Scope.merchant(merchant_id)) as session:
        return identify_clerk(
            session,
            merchant_id=merchant_id,
            register_id=register_id,
            fingerprint=fingerprint,
            now=now or utc_now(),
            door=door,
        )


def clerk(database: Database, merchant_id: UUID, email: str = "lin@tea.example") -> UUID:
    return create_staff(database, email=email, role=Role.CLERK, merchant_id=merchant_id)


def test_a_pin_says_who_sells_and_what_they_may_do(database: Database) -> None:
    merchant_id = create_merchant(database)
    staff_id = clerk(database, merchant_id)
    set_pin(database, merchant_id, staff_id, "904715")
    outcome = type_pin(database, merchant_id, "904715")
    assert outcome.clerk is not None
    assert (outcome.clerk.staff_id, outcome.clerk.name) == (staff_id, "Lin Yue")
    assert Permission.SELL in outcome.clerk.permissions
    assert Permission.APPROVE_AT_TILL not in outcome.clerk.permissions


def test_two_colleagues_cannot_take_the_same_pin_even_at_once(database: Database) -> None:
    merchant_id = create_merchant(database)
    pair = [clerk(database, merchant_id, f"clerk{n}@tea.example") for n in range(2)]

    def choose(staff_id: UUID) -> bool:
        try:
            set_pin(database, merchant_id, staff_id, "904715")
        except PinTakenError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(choose, pair)) == [False, True]


def test_clerks_of_two_merchants_may_have_the_same_pin(database: Database) -> None:
    tea, silk = create_merchant(database, slug="tea"), create_merchant(database, slug="silk")
    lin, wei = clerk(database, tea), clerk(database, silk, "wei@silk.example")
    set_pin(database, tea, lin, "904715")
    set_pin(database, silk, wei, "904715")
    found = type_pin(database, silk, "904715").clerk
    assert found is not None
    assert found.staff_id == wei
    assert pin_fingerprint(VAULT, merchant_id=tea, pin="904715") != pin_fingerprint(
        VAULT, merchant_id=silk, pin="904715"
    )
    assert pin_fingerprint(VAULT, merchant_id=tea, pin="904715") != pin_fingerprint(
        Vault(b"other" * 8), merchant_id=tea, pin="904715"
    )


def test_five_misses_lock_this_register_until_it_is_unlocked(database: Database) -> None:
    merchant_id = create_merchant(database)
    staff_id = clerk(database, merchant_id)
    set_pin(database, merchant_id, staff_id, "904715")
    left = [type_pin(database, merchant_id, "118822").tries_left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert type_pin(database, merchant_id, "904715").locked
    assert type_pin(database, merchant_id, "904715", register_id=new_id()).clerk is not None
    with database.transaction(Scope.merchant(merchant_id)) as session:
        unlock_pin_pad(session, merchant_id=merchant_id, register_id=REGISTER, actor_id=staff_id)
    assert type_pin(database, merchant_id, "904715").clerk is not None


def test_a_hit_takes_back_its_own_try_and_no_miss_before_it(database: Database) -> None:
    merchant_id = create_merchant(database)
    set_pin(database, merchant_id, clerk(database, merchant_id), "904715")
    left = []
    for _ in range(4):
        left.append(type_pin(database, merchant_id, "118822").tries_left)
        assert type_pin(database, merchant_id, "904715").clerk is not None
    assert left == [4, 3, 2, 1]
    assert type_pin(database, merchant_id, "118822").locked
    with database.reading(Scope.merchant(merchant_id)) as connection:
        noted = Counter(connection.scalars(select(SecurityEvent.action)))
    assert (noted["pin-missed"], noted["pin-pad-locked"]) == (5, 1)


def test_misses_count_for_half_an_hour_and_a_lock_until_it_is_undone(database: Database) -> None:
    merchant_id, start = create_merchant(database), utc_now()
    set_pin(database, merchant_id, clerk(database, merchant_id), "904715")
    for _ in range(4):
        type_pin(database, merchant_id, "118822", now=start)
    late = start + WINDOW
    left = [type_pin(database, merchant_id, "118822", now=late).tries_left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert type_pin(database, merchant_id, "904715", now=late + 2 * WINDOW).locked


def test_only_who_may_approve_settles_misses_and_only_where_approval_is_asked(
    database: Database,
) -> None:
    merchant_id = create_merchant(database)
    set_pin(database, merchant_id, clerk(database, merchant_id), "904715")
    boss = create_staff(
        database, email="boss@tea.example", role=Role.MANAGER, merchant_id=merchant_id
    )
    set_pin(database, merchant_id, boss, "815093")

    def left(pin: str, door: PinDoor) -> int:
        return type_pin(database, merchant_id, pin, door=door).tries_left

    assert [left("118822", PinDoor.APPROVE) for _ in range(2)] == [4, 3]
    assert left("118822", PinDoor.UNLOCK) == 2
    type_pin(database, merchant_id, "904715", door=PinDoor.APPROVE)
    type_pin(database, merchant_id, "815093", door=PinDoor.UNLOCK)
    assert left("118822", PinDoor.APPROVE) == 1
    type_pin(database, merchant_id, "815093", door=PinDoor.APPROVE)
    assert left("118822", PinDoor.APPROVE) == 3


def test_of_many_guesses_at_once_five_are_looked_at(database: Database) -> None:
    merchant_id = create_merchant(database)
    set_pin(database, merchant_id, clerk(database, merchant_id), "904715")
    guesses = [f"90473{n}" for n in range(9)]
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda pin: type_pin(database, merchant_id, pin), guesses))
    assert sorted(outcome.tries_left for outcome in outcomes) == [0] * 5 + [1, 2, 3, 4]
    assert type_pin(database, merchant_id, "904715").locked


def test_only_who_may_sell_gets_a_pin(database: Database) -> None:
    merchant_id = create_merchant(database)
    books = create_staff(database, role=Role.ACCOUNTANT, merchant_id=merchant_id)
    with pytest.raises(UnknownStaffError):
        set_pin(database, merchant_id, books, "904715")


def test_a_pin_goes_with_the_last_role_or_when_it_is_removed(database: Database) -> None:
    merchant_id = create_merchant(database)
    lin, wei = clerk(database, merchant_id), clerk(database, merchant_id, "wei@tea.example")
    set_pin(database, merchant_id, lin, "904715")
    set_pin(database, merchant_id, wei, "815093")
    with database.reading(Scope.merchant(merchant_id)) as connection:
        colleagues = list_colleagues(connection, merchant_id=merchant_id)
    assert all(colleague.has_pin for colleague in colleagues)
    with database.transaction(Scope.park()) as session:
        withdraw_role(
            session,
            merchant_id=merchant_id,
            membership_id=colleagues[0].membership_id,
            actor_id=None,
        )
    with database.transaction(Scope.merchant(merchant_id)) as session:
        remove_clerk_pin(session, merchant_id=merchant_id, staff_id=wei, actor_id=wei)
    assert type_pin(database, merchant_id, "904715").clerk is None
    assert type_pin(database, merchant_id, "815093").clerk is None


@pytest.mark.parametrize(
    "pin", ["123456", "987654", "000000", "121212", "112112", "240899", "991231", "889988"]
)
def test_pins_that_people_guess_first_are_refused(pin: str) -> None:
    with pytest.raises(WeakPinError):
        check_pin(pin)


@pytest.mark.parametrize("pin", ["904715", "815093", "630471"])
def test_other_pins_are_taken(pin: str) -> None:
    check_pin(pin)


@pytest.mark.parametrize("pin", ["90471", "9047155", "90471x", "九零四七一五", ""])
def test_a_pin_is_six_digits(pin: str) -> None:
    with pytest.raises(WeakPinError):
        pin_fingerprint(VAULT, merchant_id=new_id(), pin=pin)
