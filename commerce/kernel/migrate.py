"""Bring a database to the schema of this release, or back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from commerce.kernel import durable

_FOLDER = Path(__file__).parents[1] / "migrations"
# Two installations that start at once on one database migrate one after the other.
_LOCK = text("SELECT pg_advisory_lock(hashtextextended('quayside migrations', 0))")


def upgrade(url: str, *, to: str = "head") -> None:
    """Migrate the database at `url` forwards, and the tables of durable processes with it."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)
    try:
        with engine.connect() as connection:
            connection.execute(_LOCK)
            command.upgrade(configuration(url), to)
            durable.migrate(url)
    finally:
        engine.dispose()


def downgrade(url: str, *, to: str) -> None:
    """Migrate the database at `url` backwards to revision `to`; what is newer is lost."""
    command.downgrade(configuration(url), to)


def configuration(url: str) -> Config:
    """Return Alembic's configuration; there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
