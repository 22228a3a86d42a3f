"""Seal links that let their holder in until their letter leaves, and know which order a letter tells of."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outgoing_mail", sa.Column("sealed_link", sa.LargeBinary()))
    op.add_column("outgoing_mail", sa.Column("order_id", sa.Uuid()))
    op.create_check_constraint(
        op.f("ck_outgoing_mail_sealed_link"),
        "outgoing_mail",
        "sealed_link IS NULL OR state IN ('queued', 'sending')",
    )
    op.create_index(
        "ix_outgoing_mail_order_id",
        "outgoing_mail",
        ["merchant_id", "order_id"],
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    # Links that were kept readable: those that left are forgotten, those that wait are asked for anew.
    op.execute("""
        UPDATE outgoing_mail
        SET text = '', html = NULL,
            state = CASE WHEN state IN ('queued', 'sending') THEN 'given_up' ELSE state END
        WHERE template IN ('staff-reset', 'staff-invitation', 'account-open', 'account-reset')
    """)
    op.execute("""
        UPDATE outgoing_mail SET order_id = about WHERE template = 'order-confirmation'
    """)
    op.execute("""
        UPDATE outgoing_mail m SET order_id = p.order_id FROM refund r
        JOIN payment p ON p.merchant_id = r.merchant_id AND p.id = r.payment_id
        WHERE m.template = 'refund' AND r.merchant_id = m.merchant_id AND r.id = m.about
    """)


def downgrade() -> None:
    op.drop_index(
        "ix_outgoing_mail_order_id",
        table_name="outgoing_mail",
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.drop_constraint(op.f("ck_outgoing_mail_sealed_link"), "outgoing_mail")
    op.drop_column("outgoing_mail", "order_id")
    op.drop_column("outgoing_mail", "sealed_link")
