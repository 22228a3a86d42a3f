"""Tell of lost pictures in the reader's language: a sentence becomes its template and parameters."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What the first release wrote as finished English sentences with figures in them.
_SENTENCES = (
    ("^The server answered ([0-9]+)\\.$", "status", "The server answered %(status)s."),
    ("^The file is larger than ([0-9]+) MB\\.$", "most", "The file is larger than %(most)s MB."),
    ("^There is no server called (.+)\\.$", "host", "There is no server called %(host)s."),
    (
        "^(.+) is not a server of the open internet\\.$",
        "host",
        "%(host)s is not a server of the open internet.",
    ),
)


def upgrade() -> None:
    branches = "\n".join(
        f"WHEN problem ~ '{pattern}' THEN jsonb_build_object('code', 'told', 'template', '{said}', "
        f"'params', jsonb_build_object('{name}', substring(problem FROM '{pattern}')))"
        for pattern, name, said in _SENTENCES
    )
    op.execute("ALTER TABLE picture_fetch ALTER COLUMN problem DROP NOT NULL")
    op.execute(f"""
        ALTER TABLE picture_fetch ALTER COLUMN problem TYPE jsonb USING CASE
          WHEN problem = '' THEN NULL
          {branches}
          ELSE jsonb_build_object('code', 'told', 'template', problem, 'params', jsonb_build_object())
        END
    """)


def downgrade() -> None:
    op.execute(
        "ALTER TABLE picture_fetch ALTER COLUMN problem TYPE text "
        "USING coalesce(problem ->> 'template', '')"
    )
    op.execute("ALTER TABLE picture_fetch ALTER COLUMN problem SET NOT NULL")
