"""Pay each merchant directly: keep its account at a provider where the park has one of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment_method", sa.Column("account", sa.Text(), nullable=True))
    op.add_column(
        "payment_method",
        sa.Column("standing", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.create_unique_constraint(
        op.f("uq_payment_method_plugin_account"), "payment_method", ["plugin", "account"]
    )
    op.create_check_constraint(
        op.f("ck_payment_method_standing"),
        "payment_method",
        "standing IS NULL OR account IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_payment_method_standing"), "payment_method")
    op.drop_constraint(op.f("uq_payment_method_plugin_account"), "payment_method")
    op.drop_column("payment_method", "standing")
    op.drop_column("payment_method", "account")
