"""What can keep the embedded PostgreSQL from serving, each told with the way out."""

from pathlib import Path


class PostgresUnavailableError(RuntimeError):
    """The embedded PostgreSQL does not serve; the message says why and what to do."""


class PostgresInUseError(PostgresUnavailableError):
    """Another Quayside process holds the database of this folder."""

    def __init__(self, *, folder: Path, holder: str) -> None:
        super().__init__(
            f"Quayside already works on {folder} ({holder or 'in another process'}). Stop that one first, "
            "or give this one a folder of its own: QUAYSIDE_VAR=/another/folder."
        )
