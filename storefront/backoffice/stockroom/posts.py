"""Whose work it is: managers work with every place's stock, others with that of their own places."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.inventory.errors import NotPostedHereError
from commerce.inventory.queries import locations, posts_of
from commerce.inventory.rows import LocationRow
from commerce.park.permissions import Permission
from commerce.web.identity.current import may
from storefront.backoffice.desk import actor
from storefront.backoffice.words import in_language

PASSED_THROUGH = frozenset({"transit", "quarantine"})
"""Kinds of places that nobody chooses to send to, buy for or count for themselves."""


def own_places(connection: Connection) -> frozenset[UUID] | None:
    """Return the places whose stock the reader works with; None for every place's."""
    if may(Permission.ORDER_STOCK):
        return None
    return posts_of(connection, staff_id=actor()) or None


def hold_to_posts(connection: Connection, *places: UUID) -> None:
    """Let nobody work with the stock of other places than their own; one of `places` is enough.

    Raises:
        NotPostedHereError: none of them is the reader's.
    """
    own = own_places(connection)
    if own is not None and own.isdisjoint(places):
        raise NotPostedHereError


def hold_session_to_posts(session: Session, *places: UUID) -> None:
    """The same, in the transaction that writes."""
    hold_to_posts(session.connection(), *places)


def hold_to_place(session: Session, place: UUID | None) -> None:
    """Let nobody get ready what leaves another place than their own; a service leaves none.

    Raises:
        NotPostedHereError: the place is not the reader's.
    """
    if place is not None:
        hold_session_to_posts(session, place)


def places_in_use(connection: Connection) -> tuple[LocationRow, ...]:
    """Return the places that goods are sent to, bought for and counted at."""
    return tuple(
        each for each in locations(connection) if each.active and each.kind not in PASSED_THROUGH
    )


def place_choices(places: Sequence[LocationRow]) -> list[tuple[str, str]]:
    """Return places for a list to choose from."""
    return [(str(each.id), in_language(each.name, each.name_zh)) for each in places]


def of_own(places: Sequence[LocationRow], own: frozenset[UUID] | None) -> tuple[LocationRow, ...]:
    """Return those of `places` that the reader works at."""
    return tuple(each for each in places if own is None or each.id in own)
