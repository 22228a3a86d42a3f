"""Builds the schema of a test database."""

from sqlalchemy import create_engine, text

from commerce.kernel import durable
from commerce.kernel.tenancy import REFUSE_CHANGE, ROLES, access_rules
from commerce.migrations.tables import metadata


def build(url: str) -> None:
    """Create every table with its access rules in the empty database at `url`."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(ROLES))
        connection.execute(text(REFUSE_CHANGE))
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
        metadata.create_all(connection)
        for table in metadata.sorted_tables:
            for rule in access_rules(table):
                connection.execute(text(rule))
    engine.dispose()
    durable.migrate(url)
