"""Find the orders that still have something to be done, and what was given back on a day."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_sales_order_open",
        "sales_order",
        ["merchant_id", "id"],
        postgresql_where=sa.text("state = 'placed'"),
    )
    op.create_index("ix_refund_settled", "refund", ["merchant_id", "settled_at"])


def downgrade() -> None:
    op.drop_index("ix_refund_settled", table_name="refund")
    op.drop_index("ix_sales_order_open", table_name="sales_order")
