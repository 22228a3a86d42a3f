"""Whether the demo park is there, and what is said about it: seen without loading what fills it."""

from contextlib import closing
from enum import Enum, auto

from sqlalchemy import Connection

from commerce.demo.content import load_park
from commerce.demo.seeding import steps
from commerce.demo.seeding.logins import demo_password, is_private, welcome_lines
from commerce.kernel.database import Database, Scope
from commerce.kernel.settings import Settings

DOCUMENTED = "documented"
"""How a fill notes that its accounts have the password that is printed everywhere."""


class Fill(Enum):
    """How far an installation is filled with the demo park."""

    STANDS_OPEN = auto()
    """It is empty, or a fill was interrupted."""
    DONE = auto()
    OTHERS_LIVE_HERE = auto()
    """It has people of its own, and no demo park comes to them."""


def fill_of(connection: Connection) -> Fill:
    """Return how far the installation is filled; needs the park's scope."""
    if steps.noted(connection, steps.COMPLETED) is not None:
        return Fill.DONE
    begun = steps.noted(connection, steps.FOUNDED) is not None
    return Fill.STANDS_OPEN if begun or steps.is_empty(connection) else Fill.OTHERS_LIVE_HERE


def stands_open(settings: Settings) -> bool:
    """Return whether there is anything to fill."""
    with (
        closing(Database(address_of(settings), connections=1, name="quayside demo")) as database,
        database.reading(Scope.park()) as connection,
    ):
        return fill_of(connection) is Fill.STANDS_OPEN


def welcome(settings: Settings) -> list[str]:
    """Return where to look and how to sign in; nothing for an installation without a demo park."""
    with closing(Database(address_of(settings), connections=1, name="quayside demo")) as database:
        with database.reading(Scope.park()) as connection:
            founded = steps.noted(connection, steps.FOUNDED)
            if steps.noted(connection, steps.COMPLETED) is None or founded is None:
                return []
        is_documented = founded["password"] == DOCUMENTED
        lines = welcome_lines(
            settings,
            load_park(),
            demo_password(settings, is_documented=is_documented),
        )
        if is_documented and not is_private(settings):
            lines.append(
                "CAUTION: the demo accounts have a published password and this server listens on "
                f"{settings.host}. Change their passwords or close the port."
            )
        return lines


def address_of(settings: Settings) -> str:
    """Return the address of the database.

    Raises:
        ValueError: the settings name none.
    """
    if settings.database_url is None:
        raise ValueError("the demo needs settings with a database address")
    return settings.database_url
