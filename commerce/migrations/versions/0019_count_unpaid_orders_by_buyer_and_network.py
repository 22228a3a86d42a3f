"""Count the unpaid orders of one e-mail address and of one network."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sales_order", sa.Column("placed_from", sa.Text(), server_default=""))
    op.alter_column("sales_order", "placed_from", nullable=False, server_default=None)
    op.create_index(
        "ix_sales_order_unpaid_email",
        "sales_order",
        ["merchant_id", sa.text("lower(email)"), "created_at"],
        postgresql_where=sa.text("state = 'awaiting_payment'"),
    )
    op.create_index(
        "ix_sales_order_unpaid_place",
        "sales_order",
        ["merchant_id", "placed_from", "created_at"],
        postgresql_where=sa.text("state = 'awaiting_payment' AND placed_from <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_sales_order_unpaid_place", table_name="sales_order")
    op.drop_index("ix_sales_order_unpaid_email", table_name="sales_order")
    op.drop_column("sales_order", "placed_from")
