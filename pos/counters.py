"""The registers that somebody who signed in may decide about: which one a device becomes, or unlocks."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.database import Scope
from commerce.kernel.errors import NotFoundError, PermissionDeniedError
from commerce.park.permissions import Permission, permissions_of
from commerce.park.queries.clerks import locked_pads
from commerce.park.queries.sessions import roles_at
from commerce.park.queries.staff import Workplace, list_colleagues, list_workplaces
from commerce.registers.queries import registers
from commerce.registers.rows import RegisterRow
from commerce.web.identity.current import staff_here
from commerce.web.languages import language
from commerce.web.services import services


@dataclass(frozen=True, slots=True)
class Counter:
    """A register that a device could become."""

    merchant_id: UUID
    merchant: str
    store: str
    register: RegisterRow
    locked: bool
    """Whether its PIN pad waits for somebody who may unlock it."""
    pin_url: str
    """Where the desk gives PINs, as long as nobody of the merchant has one; else nothing."""

    @property
    def name(self) -> str:
        """What the register is called in the page's language."""
        return self.register.name_in(language())

    @property
    def value(self) -> str:
        """What its button sends."""
        return f"{self.merchant_id.hex}.{self.register.id.hex}"


def counters() -> tuple[Counter, ...]:
    """Return the registers of every merchant at which the person may decide this."""
    found: list[Counter] = []
    for place in _workplaces():
        if Permission.APPROVE_AT_TILL not in permissions_of(place.roles):
            continue
        with services().database.reading(Scope.merchant(place.merchant_id)) as connection:
            found += _counters_at(connection, place)
    return tuple(found)


def chosen(value: str) -> Counter:
    """Return the register that was chosen, if the person may decide about it.

    Raises:
        NotFoundError: it is none of theirs.
        PermissionDeniedError: their role was taken since the page was shown.
    """
    counter = next((each for each in counters() if each.value == value), None)
    if counter is None:
        raise NotFoundError
    with services().database.reading(Scope.merchant(counter.merchant_id)) as connection:
        roles = roles_at(connection, merchant_id=counter.merchant_id, staff_id=staff_here().id)
    if Permission.APPROVE_AT_TILL not in permissions_of(roles):
        raise PermissionDeniedError
    return counter


def own_name() -> str:
    """Return what the person who signed in is called where they work, as the till calls them."""
    staff = staff_here()
    for place in _workplaces():
        with services().database.reading(Scope.merchant(place.merchant_id)) as connection:
            people = list_colleagues(connection, merchant_id=place.merchant_id)
        for each in people:
            if each.staff_id == staff.id:
                return each.name_in(language())
    return staff.name


def _workplaces() -> tuple[Workplace, ...]:
    with services().database.reading(Scope.park()) as connection:
        return list_workplaces(connection, staff_id=staff_here().id)


def _counters_at(connection: Connection, place: Workplace) -> list[Counter]:
    stores = {each.id: each for each in locations(connection)}
    people = list_colleagues(connection, merchant_id=place.merchant_id)
    some_pin = any(each.has_pin for each in people)
    pin_url = "" if some_pin else f"/desk/{place.slug}/staff/{staff_here().id}"
    locked = locked_pads(connection)
    return [
        Counter(
            merchant_id=place.merchant_id,
            merchant=place.name_zh if language() == "zh" else place.name,
            store=_name_in(stores[each.location_id]),
            register=each,
            locked=each.id in locked,
            pin_url=pin_url,
        )
        for each in registers(connection)
        if each.active
    ]


def _name_in(place: LocationRow) -> str:
    return place.name_zh if language() == "zh" else place.name
