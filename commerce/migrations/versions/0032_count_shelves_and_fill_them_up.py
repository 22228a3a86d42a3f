"""Count shelves by sheet, and propose to fill them up."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "count_sheet",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("tolerance", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)", name=op.f("ck_count_sheet_end")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'cancelled')", name=op.f("ck_count_sheet_state")
        ),
        sa.CheckConstraint("tolerance >= 0", name=op.f("ck_count_sheet_tolerance")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_count_sheet_merchant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_count_sheet_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_count_sheet")),
        sa.UniqueConstraint(
            "merchant_id", "number", name=op.f("uq_count_sheet_merchant_id_number")
        ),
    )
    op.create_index(
        "ix_count_sheet_open",
        "count_sheet",
        ["merchant_id", "location_id"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.execute("ALTER TABLE count_sheet ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON count_sheet TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON count_sheet TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON count_sheet TO quayside_app, quayside_park")
    op.create_table(
        "count_line",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("counted_by", sa.Uuid(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("recounted", sa.BigInteger(), nullable=True),
        sa.Column("recounted_by", sa.Uuid(), nullable=True),
        sa.Column("recounted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_again", sa.BigInteger(), nullable=True),
        sa.Column("movement_again_id", sa.Uuid(), nullable=True),
        sa.Column("booked", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("counted >= 0 AND recounted >= 0", name=op.f("ck_count_line_units")),
        sa.CheckConstraint(
            "num_nonnulls(counted, expected, counted_at) IN (0, 3)",
            name=op.f("ck_count_line_count"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(recounted, expected_again, recounted_at) IN (0, 3)",
            name=op.f("ck_count_line_recount"),
        ),
        sa.CheckConstraint(
            "recounted IS NULL OR counted IS NOT NULL", name=op.f("ck_count_line_order")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_count_line_merchant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "sheet_id"],
            ["count_sheet.merchant_id", "count_sheet.id"],
            name=op.f("fk_count_line_merchant_id_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["variant.merchant_id", "variant.id"],
            name=op.f("fk_count_line_merchant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_count_line_merchant_id")
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "sheet_id", "variant_id", name=op.f("pk_count_line")
        ),
    )
    op.create_index(
        "uq_count_line_open",
        "count_line",
        ["merchant_id", "location_id", "variant_id"],
        unique=True,
        postgresql_where=sa.text("is_open"),
    )
    op.execute("ALTER TABLE count_line ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON count_line TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON count_line TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON count_line TO quayside_app, quayside_park")
    op.create_table(
        "reorder_rule",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("point", sa.BigInteger(), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=False),
        sa.Column("pack", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("unit_cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(supplier_id, source_id) = 1", name=op.f("ck_reorder_rule_source")
        ),
        sa.CheckConstraint("pack > 0", name=op.f("ck_reorder_rule_pack")),
        sa.CheckConstraint("point >= 0 AND up_to > point", name=op.f("ck_reorder_rule_units")),
        sa.CheckConstraint("source_id <> location_id", name=op.f("ck_reorder_rule_elsewhere")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_reorder_rule_merchant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "source_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_reorder_rule_merchant_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "supplier_id"],
            ["supplier.merchant_id", "supplier.id"],
            name=op.f("fk_reorder_rule_merchant_id_supplier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["variant.merchant_id", "variant.id"],
            name=op.f("fk_reorder_rule_merchant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_reorder_rule_merchant_id")
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "variant_id", "location_id", name=op.f("pk_reorder_rule")
        ),
    )
    op.create_index("ix_reorder_rule_location", "reorder_rule", ["merchant_id", "location_id"])
    op.execute("ALTER TABLE reorder_rule ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON reorder_rule TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON reorder_rule TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON reorder_rule TO quayside_app, quayside_park"
    )


def downgrade() -> None:
    op.drop_table("reorder_rule")
    op.drop_table("count_line")
    op.drop_table("count_sheet")
