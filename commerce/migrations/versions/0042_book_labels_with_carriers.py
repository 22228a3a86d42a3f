"""Book labels with carriers, and follow their parcels."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carrier_account",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_carrier_account_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_carrier_account")),
        sa.UniqueConstraint(
            "merchant_id", "plugin", name=op.f("uq_carrier_account_merchant_id_plugin")
        ),
    )
    op.create_table(
        "parcel_label",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("fulfilment_id", sa.Uuid(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("service_name_zh", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("weight_grams", sa.BigInteger(), nullable=False),
        sa.Column("wish", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handle", sa.Text(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("carrier_zh", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.Text(), nullable=False),
        sa.Column("tracking_page", sa.Text(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("stage_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('refused', 'cancelled', 'kept')) = (ended_at IS NOT NULL)",
            name=op.f("ck_parcel_label_ended"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'booked', 'refused', 'cancelling', 'cancelled', 'kept')",
            name=op.f("ck_parcel_label_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('booked', 'kept') OR handle IS NOT NULL",
            name=op.f("ck_parcel_label_handle"),
        ),
        sa.CheckConstraint(
            "(handle IS NULL) = (booked_at IS NULL) AND (handle IS NULL) = (cost_minor IS NULL)",
            name=op.f("ck_parcel_label_booked"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_parcel_label_attempts")),
        sa.CheckConstraint("cost_minor >= 0", name=op.f("ck_parcel_label_cost")),
        sa.CheckConstraint("weight_grams > 0", name=op.f("ck_parcel_label_weight")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "fulfilment_id"],
            ["fulfilment.merchant_id", "fulfilment.id"],
            name=op.f("fk_parcel_label_merchant_id_fulfilment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "order_id"],
            ["sales_order.merchant_id", "sales_order.id"],
            name=op.f("fk_parcel_label_merchant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_parcel_label_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_parcel_label")),
        sa.UniqueConstraint(
            "merchant_id",
            "plugin",
            "handle",
            name=op.f("uq_parcel_label_merchant_id_plugin_handle"),
        ),
    )
    op.create_index(
        "ix_parcel_label_followed",
        "parcel_label",
        ["heard_at"],
        unique=False,
        postgresql_where=sa.text(
            "state = 'booked' AND stage NOT IN ('delivered', 'returned', 'lost')"
        ),
    )
    op.create_index(
        "ix_parcel_label_order", "parcel_label", ["merchant_id", "order_id"], unique=False
    )
    op.create_index(
        "ix_parcel_label_part", "parcel_label", ["merchant_id", "fulfilment_id"], unique=False
    )
    op.create_index(
        "ix_parcel_label_unsettled",
        "parcel_label",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('asked', 'cancelling')"),
    )
    op.create_index(
        "uq_parcel_label_live",
        "parcel_label",
        ["merchant_id", "fulfilment_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'booked')"),
    )
    op.create_table(
        "label_paper",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("label_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("form IN ('pdf', 'zpl')", name=op.f("ck_label_paper_form")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "label_id"],
            ["parcel_label.merchant_id", "parcel_label.id"],
            name=op.f("fk_label_paper_merchant_id_label_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_label_paper_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "label_id", "form", name=op.f("pk_label_paper")),
    )
    op.create_table(
        "parcel_scan",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "label_id"],
            ["parcel_label.merchant_id", "parcel_label.id"],
            name=op.f("fk_parcel_scan_merchant_id_label_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_parcel_scan_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_parcel_scan")),
        sa.UniqueConstraint(
            "merchant_id",
            "label_id",
            "scan_id",
            name=op.f("uq_parcel_scan_merchant_id_label_id_scan_id"),
        ),
    )
    for table in ("carrier_account", "parcel_label", "label_paper", "parcel_scan"):
        _wall_in(table)
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON carrier_account, parcel_label, label_paper TO quayside_app, quayside_park"
    )
    op.execute("GRANT SELECT, INSERT ON parcel_scan TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER parcel_scan_append_only BEFORE UPDATE OR DELETE ON parcel_scan FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _wall_in(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute(f"CREATE POLICY park ON {table} TO quayside_park USING (true)")


def downgrade() -> None:
    for table in ("parcel_scan", "label_paper", "parcel_label", "carrier_account"):
        op.drop_table(table)
