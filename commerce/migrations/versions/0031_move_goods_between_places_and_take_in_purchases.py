"""Move goods between places, and take in what was bought from suppliers."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplier",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("lead_days", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 730", name=op.f("ck_supplier_lead_days")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_supplier_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("merchant_id", "code", name=op.f("uq_supplier_merchant_id_code")),
    )
    op.execute("ALTER TABLE supplier ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON supplier TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON supplier TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON supplier TO quayside_app, quayside_park")
    op.create_table(
        "transfer",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("transit_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('received', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_transfer_end"),
        ),
        sa.CheckConstraint(
            "state = 'cancelled' OR (state = 'draft') = (sent_at IS NULL)",
            name=op.f("ck_transfer_moments"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'received', 'cancelled')", name=op.f("ck_transfer_state")
        ),
        sa.CheckConstraint(
            "(sent_at IS NULL) = (transit_id IS NULL)", name=op.f("ck_transfer_sent")
        ),
        sa.CheckConstraint("origin_id <> destination_id", name=op.f("ck_transfer_places")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "destination_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_transfer_merchant_id_destination_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "origin_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_transfer_merchant_id_origin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "transit_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_transfer_merchant_id_transit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_transfer_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("merchant_id", "number", name=op.f("uq_transfer_merchant_id_number")),
    )
    op.create_index(
        "ix_transfer_open",
        "transfer",
        ["merchant_id", "destination_id"],
        postgresql_where=sa.text("state IN ('draft', 'sent')"),
    )
    op.execute("ALTER TABLE transfer ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON transfer TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON transfer TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON transfer TO quayside_app, quayside_park")
    op.create_table(
        "transfer_line",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("surplus", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "asked >= 0 AND asked + surplus > 0", name=op.f("ck_transfer_line_asked")
        ),
        sa.CheckConstraint(
            "sent <= asked AND received + lost + returned <= sent",
            name=op.f("ck_transfer_line_sums"),
        ),
        sa.CheckConstraint(
            "sent >= 0 AND received >= 0 AND lost >= 0 AND returned >= 0 AND surplus >= 0",
            name=op.f("ck_transfer_line_units"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "transfer_id"],
            ["transfer.merchant_id", "transfer.id"],
            name=op.f("fk_transfer_line_merchant_id_transfer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["variant.merchant_id", "variant.id"],
            name=op.f("fk_transfer_line_merchant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_transfer_line_merchant_id")
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "transfer_id", "variant_id", name=op.f("pk_transfer_line")
        ),
    )
    op.execute("ALTER TABLE transfer_line ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON transfer_line TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON transfer_line TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON transfer_line TO quayside_app, quayside_park"
    )
    op.create_table(
        "purchase",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('received', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_purchase_end"),
        ),
        sa.CheckConstraint(
            "state = 'cancelled' OR (state = 'draft') = (ordered_at IS NULL)",
            name=op.f("ck_purchase_moments"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'ordered', 'received', 'cancelled')", name=op.f("ck_purchase_state")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_purchase_merchant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "supplier_id"],
            ["supplier.merchant_id", "supplier.id"],
            name=op.f("fk_purchase_merchant_id_supplier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_purchase_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_purchase")),
        sa.UniqueConstraint("merchant_id", "number", name=op.f("uq_purchase_merchant_id_number")),
    )
    op.create_index(
        "ix_purchase_open",
        "purchase",
        ["merchant_id", "location_id"],
        postgresql_where=sa.text("state IN ('draft', 'ordered')"),
    )
    op.execute("ALTER TABLE purchase ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON purchase TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON purchase TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON purchase TO quayside_app, quayside_park")
    op.create_table(
        "purchase_line",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("purchase_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("surplus", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_purchase_line_currency")),
        sa.CheckConstraint("ordered > 0", name=op.f("ck_purchase_line_ordered")),
        sa.CheckConstraint(
            "received >= 0 AND surplus >= 0 AND received <= ordered",
            name=op.f("ck_purchase_line_received"),
        ),
        sa.CheckConstraint("unit_cost_minor >= 0", name=op.f("ck_purchase_line_cost")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "purchase_id"],
            ["purchase.merchant_id", "purchase.id"],
            name=op.f("fk_purchase_line_merchant_id_purchase_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["variant.merchant_id", "variant.id"],
            name=op.f("fk_purchase_line_merchant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_purchase_line_merchant_id")
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "purchase_id", "variant_id", name=op.f("pk_purchase_line")
        ),
    )
    op.execute("ALTER TABLE purchase_line ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON purchase_line TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON purchase_line TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON purchase_line TO quayside_app, quayside_park"
    )
    op.create_table(
        "goods_receipt",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=True),
        sa.Column("purchase_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(transfer_id, purchase_id) = 1", name=op.f("ck_goods_receipt_subject")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "purchase_id"],
            ["purchase.merchant_id", "purchase.id"],
            name=op.f("fk_goods_receipt_merchant_id_purchase_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "transfer_id"],
            ["transfer.merchant_id", "transfer.id"],
            name=op.f("fk_goods_receipt_merchant_id_transfer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_goods_receipt_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_goods_receipt")),
    )
    op.create_index("ix_goods_receipt_purchase", "goods_receipt", ["merchant_id", "purchase_id"])
    op.create_index("ix_goods_receipt_transfer", "goods_receipt", ["merchant_id", "transfer_id"])
    op.execute("ALTER TABLE goods_receipt ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON goods_receipt TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON goods_receipt TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON goods_receipt TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER goods_receipt_append_only BEFORE UPDATE OR DELETE ON goods_receipt FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "goods_receipt_line",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("surplus", sa.BigInteger(), nullable=False),
        sa.Column("damaged", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity + surplus > 0 AND damaged <= quantity + surplus",
            name=op.f("ck_goods_receipt_line_some"),
        ),
        sa.CheckConstraint(
            "quantity >= 0 AND surplus >= 0 AND damaged >= 0",
            name=op.f("ck_goods_receipt_line_units"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "lot_id"],
            ["lot.merchant_id", "lot.id"],
            name=op.f("fk_goods_receipt_line_merchant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "receipt_id"],
            ["goods_receipt.merchant_id", "goods_receipt.id"],
            name=op.f("fk_goods_receipt_line_merchant_id_receipt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["variant.merchant_id", "variant.id"],
            name=op.f("fk_goods_receipt_line_merchant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_goods_receipt_line_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_goods_receipt_line")),
    )
    op.create_index(
        "ix_goods_receipt_line_receipt", "goods_receipt_line", ["merchant_id", "receipt_id"]
    )
    op.execute("ALTER TABLE goods_receipt_line ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON goods_receipt_line TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON goods_receipt_line TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON goods_receipt_line TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER goods_receipt_line_append_only BEFORE UPDATE OR DELETE ON goods_receipt_line FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.add_column("discrepancy", sa.Column("transfer_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_discrepancy_merchant_id_transfer_id"),
        "discrepancy",
        "transfer",
        ["merchant_id", "transfer_id"],
        ["merchant_id", "id"],
    )
    op.add_column(
        "discrepancy", sa.Column("surplus", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.alter_column("discrepancy", "surplus", server_default=None)
    op.add_column("discrepancy", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.alter_column("discrepancy", "reason", server_default=None)
    op.alter_column("discrepancy", "sale_id", nullable=True)
    op.drop_constraint(op.f("ck_discrepancy_units"), "discrepancy")
    op.drop_constraint(op.f("ck_discrepancy_some"), "discrepancy")
    op.create_check_constraint(
        op.f("ck_discrepancy_units"),
        "discrepancy",
        "missing >= 0 AND displaced >= 0 AND surplus >= 0",
    )
    op.create_check_constraint(
        op.f("ck_discrepancy_some"), "discrepancy", "missing + displaced + surplus > 0"
    )
    op.create_check_constraint(
        op.f("ck_discrepancy_subject"), "discrepancy", "num_nonnulls(sale_id, transfer_id) = 1"
    )


def downgrade() -> None:
    op.execute("DELETE FROM discrepancy WHERE sale_id IS NULL")
    op.drop_constraint(op.f("ck_discrepancy_subject"), "discrepancy")
    op.drop_constraint(op.f("ck_discrepancy_some"), "discrepancy")
    op.drop_constraint(op.f("ck_discrepancy_units"), "discrepancy")
    op.create_check_constraint(
        op.f("ck_discrepancy_units"), "discrepancy", "missing >= 0 AND displaced >= 0"
    )
    op.create_check_constraint(
        op.f("ck_discrepancy_some"), "discrepancy", "missing + displaced > 0"
    )
    op.alter_column("discrepancy", "sale_id", nullable=False)
    op.drop_column("discrepancy", "reason")
    op.drop_column("discrepancy", "surplus")
    op.drop_constraint(op.f("fk_discrepancy_merchant_id_transfer_id"), "discrepancy")
    op.drop_column("discrepancy", "transfer_id")
    op.drop_table("goods_receipt_line")
    op.drop_table("goods_receipt")
    op.drop_table("purchase_line")
    op.drop_table("purchase")
    op.drop_table("transfer_line")
    op.drop_table("transfer")
    op.drop_table("supplier")
