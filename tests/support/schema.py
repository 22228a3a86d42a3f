"""Builds the schema of a test database, as an installation does."""

from commerce.kernel import migrate


def build(url: str) -> None:
    """Migrate the empty database at `url` to the newest revision."""
    migrate.upgrade(url)
