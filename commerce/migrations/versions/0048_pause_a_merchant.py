"""Let the park pause a merchant, with the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("merchant", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "merchant", sa.Column("pause_reason", sa.Text(), server_default="", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_merchant_paused_for_a_reason"),
        "merchant",
        "(paused_at IS NULL) = (pause_reason = '') AND length(pause_reason) <= 300",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_merchant_paused_for_a_reason"), "merchant")
    op.drop_column("merchant", "pause_reason")
    op.drop_column("merchant", "paused_at")
