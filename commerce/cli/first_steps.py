"""What an installation without a merchant tells whoever started it."""

from contextlib import closing

from sqlalchemy import Connection

from commerce.kernel.database import Database, Scope
from commerce.park.permissions import Role
from commerce.park.queries.merchants import list_merchants
from commerce.park.queries.park_staff import ParkColleague, list_park_staff


def first_steps(database_url: str) -> list[str]:
    """Return how to make the first operator and the first merchant; nothing once there are both."""
    with (
        closing(Database(database_url, connections=1, name="quayside first steps")) as database,
        database.reading(Scope.park()) as connection,
    ):
        lines = []
        if not operators(connection):
            lines.append("Nobody runs this park yet. Make its first operator:")
            lines.append("  quayside new-operator YOU@EXAMPLE.COM")
        if not list_merchants(connection):
            lines.append("There is no shop yet. Admit a merchant at /park/merchants/new, or:")
            lines.append(
                "  quayside new-merchant SLUG --name NAME --name-zh 名称 --owner OWNER@EXAMPLE.COM"
            )
        return lines


def operators(connection: Connection) -> list[ParkColleague]:
    """Return who runs the park and can sign in."""
    return [
        each
        for each in list_park_staff(connection)
        if not each.disabled
        and any(held.role is Role.PARK_OPERATOR and held.accepted_at for held in each.roles)
    ]
