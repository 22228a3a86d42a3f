"""Tell refunds of ours from those a provider made by itself, and count each of them once."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BEFORE = (
    "refunded_minor >= 0 AND refunding_minor >= 0 "
    "AND refunded_minor + refunding_minor <= captured_minor"
)
_NOW = (
    "refunded_minor >= elsewhere_refunded_minor AND elsewhere_refunded_minor >= 0 "
    "AND refunding_minor >= 0 AND refunded_minor + refunding_minor <= captured_minor"
)


def upgrade() -> None:
    op.add_column(
        "payment",
        sa.Column("elsewhere_refunded_minor", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.alter_column("payment", "elsewhere_refunded_minor", server_default=None)
    # A refund whose message overtook its answer was counted twice. What stands at just twice the sum
    # of our refunds is such a double; anything else beyond them was given back elsewhere.
    op.execute("""
        UPDATE payment p SET
          refunded_minor = CASE WHEN p.refunded_minor = 2 * r.done THEN r.done
                                ELSE p.refunded_minor END,
          elsewhere_refunded_minor = CASE WHEN p.refunded_minor = 2 * r.done THEN 0
                                          ELSE greatest(p.refunded_minor - r.done, 0) END
        FROM (
          SELECT q.merchant_id, q.id, coalesce(sum(f.amount_minor), 0) AS done
          FROM payment q LEFT JOIN refund f
            ON f.merchant_id = q.merchant_id AND f.payment_id = q.id AND f.state = 'done'
          WHERE q.refunded_minor > 0
          GROUP BY q.merchant_id, q.id
        ) AS r
        WHERE r.merchant_id = p.merchant_id AND r.id = p.id
    """)
    # Naming convention: the constraint of a model is ck_<table>_<name>.
    op.drop_constraint(op.f("ck_payment_refunded"), "payment")
    op.create_check_constraint(op.f("ck_payment_refunded"), "payment", _NOW)
    # A message is kept in the transaction that takes it in, so every kept one is applied.
    op.execute("UPDATE webhook_event SET applied_at = received_at WHERE applied_at IS NULL")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_payment_refunded"), "payment")
    op.create_check_constraint(op.f("ck_payment_refunded"), "payment", _BEFORE)
    op.drop_column("payment", "elsewhere_refunded_minor")
