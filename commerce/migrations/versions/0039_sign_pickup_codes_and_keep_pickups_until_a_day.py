"""Sign pickup codes, and keep what lies ready until a day."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pickup_key",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_pickup_key_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", name=op.f("pk_pickup_key")),
    )
    op.execute("ALTER TABLE pickup_key ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON pickup_key TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON pickup_key TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON pickup_key TO quayside_app, quayside_park")
    op.add_column("fulfilment", sa.Column("collect_by", sa.DateTime(timezone=True)))
    op.add_column("fulfilment", sa.Column("reminded_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(
        op.f("ck_fulfilment_collect_by"), "fulfilment", "state <> 'ready' OR collect_by IS NOT NULL"
    )
    op.create_index(
        "ix_fulfilment_ready",
        "fulfilment",
        ["collect_by"],
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.add_column(
        "delivery_option",
        sa.Column("keep_days", sa.BigInteger(), nullable=False, server_default="7"),
    )
    op.alter_column("delivery_option", "keep_days", server_default=None)
    op.create_check_constraint(
        op.f("ck_delivery_option_keep_days"), "delivery_option", "keep_days BETWEEN 1 AND 90"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_delivery_option_keep_days"), "delivery_option")
    op.drop_column("delivery_option", "keep_days")
    op.drop_index("ix_fulfilment_ready", "fulfilment")
    op.drop_constraint(op.f("ck_fulfilment_collect_by"), "fulfilment")
    op.drop_column("fulfilment", "reminded_at")
    op.drop_column("fulfilment", "collect_by")
    op.drop_table("pickup_key")
