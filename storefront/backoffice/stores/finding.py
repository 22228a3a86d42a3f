"""What pages of stores look up: one place, one till, and what people and places are called."""

from uuid import UUID

from sqlalchemy import Connection

from commerce.inventory.queries import locations
from commerce.inventory.rows import LocationRow
from commerce.kernel.errors import NotFoundError
from commerce.park.queries.staff import list_colleagues
from commerce.registers.queries import register_by_id
from commerce.registers.rows import RegisterRow
from commerce.web.identity import current_merchant, current_scope
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.words import in_language


def find_place(location_id: UUID) -> LocationRow:
    """Return one place.

    Raises:
        NotFoundError: the merchant has no such place.
    """
    with services().database.reading(current_scope()) as connection:
        return place_by_id(connection, location_id)


def place_by_id(connection: Connection, location_id: UUID) -> LocationRow:
    """Return one place, read on this connection.

    Raises:
        NotFoundError: the merchant has no such place.
    """
    found = next((each for each in locations(connection) if each.id == location_id), None)
    if found is None:
        raise NotFoundError
    return found


def find_register(register_id: UUID) -> RegisterRow:
    """Return one till.

    Raises:
        NotFoundError: the merchant has no such till.
    """
    with services().database.reading(current_scope()) as connection:
        return till_by_id(connection, register_id)


def till_by_id(connection: Connection, register_id: UUID) -> RegisterRow:
    """Return one till, read on this connection.

    Raises:
        NotFoundError: the merchant has no such till.
    """
    found = register_by_id(connection, register_id=register_id)
    if found is None:
        raise NotFoundError
    return found


def named(places: tuple[LocationRow, ...]) -> dict[UUID, str]:
    """Return what each place is called in the page's language."""
    return {each.id: in_language(each.name, each.name_zh) for each in places}


def people_here(connection: Connection) -> dict[UUID, str]:
    """Return the names of everybody who works or worked here."""
    colleagues = list_colleagues(connection, merchant_id=current_merchant().id)
    return {each.staff_id: each.name_in(language()) for each in colleagues}
