"""Lock PIN pads by misses in a window, round what is paid in cash, know which drawer paid a refund."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ("pin_guard", sa.Column("approval_misses", sa.BigInteger(), server_default="0")),
        (
            "pin_guard",
            sa.Column("ends_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
        ),
        ("payment", sa.Column("rounding_minor", sa.BigInteger(), server_default="0")),
        ("refund", sa.Column("rounding_minor", sa.BigInteger(), server_default="0")),
    ):
        op.add_column(table, column)
        op.alter_column(table, column.name, nullable=False, server_default=None)
    op.drop_constraint(op.f("ck_pin_guard_misses"), "pin_guard")
    op.create_check_constraint(
        op.f("ck_pin_guard_misses"), "pin_guard", "misses >= 0 AND approval_misses >= 0"
    )
    op.create_check_constraint(
        op.f("ck_payment_rounding"), "payment", "rounding_minor = 0 OR tender = 'cash'"
    )
    op.add_column("cash_movement", sa.Column("refund_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_cash_movement_merchant_id_refund_id"),
        "cash_movement",
        "refund",
        ["merchant_id", "refund_id"],
        ["merchant_id", "id"],
    )
    op.create_unique_constraint(
        op.f("uq_cash_movement_merchant_id_refund_id"),
        "cash_movement",
        ["merchant_id", "refund_id"],
    )


def downgrade() -> None:
    op.drop_constraint(op.f("uq_cash_movement_merchant_id_refund_id"), "cash_movement")
    op.drop_constraint(op.f("fk_cash_movement_merchant_id_refund_id"), "cash_movement")
    op.drop_column("cash_movement", "refund_id")
    op.drop_constraint(op.f("ck_payment_rounding"), "payment")
    op.drop_column("refund", "rounding_minor")
    op.drop_column("payment", "rounding_minor")
    op.drop_constraint(op.f("ck_pin_guard_misses"), "pin_guard")
    op.create_check_constraint(op.f("ck_pin_guard_misses"), "pin_guard", "misses >= 0")
    op.drop_column("pin_guard", "ends_at")
    op.drop_column("pin_guard", "approval_misses")
