"""Let a way of delivery serve some regions of a country only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "delivery_option",
        sa.Column("regions", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"),
    )
    op.alter_column("delivery_option", "regions", server_default=None)


def downgrade() -> None:
    op.drop_column("delivery_option", "regions")
