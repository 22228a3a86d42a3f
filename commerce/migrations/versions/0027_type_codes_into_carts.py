"""Type codes of promotions into carts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cart", sa.Column("codes", postgresql.ARRAY(sa.Text()), server_default="{}"))
    op.alter_column("cart", "codes", nullable=False, server_default=None)


def downgrade() -> None:
    op.drop_column("cart", "codes")
