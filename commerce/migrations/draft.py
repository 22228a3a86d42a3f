"""Draft the next migration from what the tables say: `python -m commerce.migrations.draft "Why"`.

The draft is a file in `versions/` to read and finish, not a finished migration.
"""

import sys

from alembic import command
from alembic.script import ScriptDirectory

from commerce.kernel.migrate import configuration


def draft(url: str, *, message: str) -> None:
    """Compare the database at `url`, which must be at the newest revision, with the tables."""
    config = configuration(url)
    script = ScriptDirectory.from_config(config)
    number = len(list(script.walk_revisions())) + 1
    command.revision(config, message=message, autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    draft(sys.argv[1], message=sys.argv[2])
