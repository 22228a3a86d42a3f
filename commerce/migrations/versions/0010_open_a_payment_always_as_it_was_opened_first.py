"""Open a payment always as it was opened first, whatever language a shopper comes back in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("journey", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("payment", "journey")
