"""Keep stock by lot and zone, and set goods aside in quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_location_kind"), "location")
    op.create_check_constraint(
        op.f("ck_location_kind"),
        "location",
        "kind IN ('warehouse', 'bonded', 'store', 'overseas', 'transit', 'quarantine')",
    )
    op.add_column("location", sa.Column("belongs_to", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_location_merchant_id_belongs_to"),
        "location",
        "location",
        ["merchant_id", "belongs_to"],
        ["merchant_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_location_belongs_to"),
        "location",
        "(kind = 'quarantine') = (belongs_to IS NOT NULL)",
    )
    op.execute("UPDATE location SET sells_online = false WHERE kind = 'transit'")
    op.create_check_constraint(
        op.f("ck_location_sells_online"),
        "location",
        "kind NOT IN ('transit', 'quarantine') OR NOT sells_online",
    )
    op.create_index(
        "uq_location_transit",
        "location",
        ["merchant_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'transit'"),
    )
    op.create_index(
        "uq_location_quarantine",
        "location",
        ["merchant_id", "belongs_to"],
        unique=True,
        postgresql_where=sa.text("kind = 'quarantine'"),
    )
    op.add_column(
        "level", sa.Column("expired", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.alter_column("level", "expired", server_default=None)
    op.create_check_constraint(op.f("ck_level_expired"), "level", "expired >= 0")
    op.add_column("level", sa.Column("zone", sa.Text(), server_default="", nullable=False))
    op.alter_column("level", "zone", server_default=None)
    op.add_column(
        "variant", sa.Column("lots", sa.Boolean(), server_default="false", nullable=False)
    )
    op.alter_column("variant", "lots", server_default=None)
    op.create_table(
        "lot",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("code <> '' OR expires_on IS NULL", name=op.f("ck_lot_untold")),
        sa.CheckConstraint(
            "expired_at IS NULL OR expires_on IS NOT NULL", name=op.f("ck_lot_expiry")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["variant.merchant_id", "variant.id"],
            name=op.f("fk_lot_merchant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_lot_merchant_id")),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_lot")),
        sa.UniqueConstraint(
            "merchant_id", "variant_id", "code", name=op.f("uq_lot_merchant_id_variant_id_code")
        ),
    )
    op.create_index(
        "ix_lot_expiry",
        "lot",
        ["expires_on"],
        postgresql_where=sa.text("expires_on IS NOT NULL AND expired_at IS NULL"),
    )
    op.execute("ALTER TABLE lot ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON lot TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON lot TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON lot TO quayside_app, quayside_park")
    op.create_table(
        "lot_level",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_lot_level_on_hand")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_lot_level_merchant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "lot_id"],
            ["lot.merchant_id", "lot.id"],
            name=op.f("fk_lot_level_merchant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_lot_level_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "lot_id", "location_id", name=op.f("pk_lot_level")),
    )
    op.execute("ALTER TABLE lot_level ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON lot_level TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON lot_level TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON lot_level TO quayside_app, quayside_park")
    op.create_table(
        "movement_lot",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_movement_lot_quantity")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "lot_id"],
            ["lot.merchant_id", "lot.id"],
            name=op.f("fk_movement_lot_merchant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "movement_id"],
            ["movement.merchant_id", "movement.id"],
            name=op.f("fk_movement_lot_merchant_id_movement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_movement_lot_merchant_id")
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "movement_id", "lot_id", name=op.f("pk_movement_lot")
        ),
    )
    op.create_index("ix_movement_lot_lot", "movement_lot", ["merchant_id", "lot_id"])
    op.execute("ALTER TABLE movement_lot ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON movement_lot TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON movement_lot TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON movement_lot TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER movement_lot_append_only BEFORE UPDATE OR DELETE ON movement_lot FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("movement_lot")
    op.drop_table("lot_level")
    op.drop_table("lot")
    op.drop_column("variant", "lots")
    op.drop_column("level", "zone")
    op.drop_constraint(op.f("ck_level_expired"), "level")
    op.drop_column("level", "expired")
    op.drop_index("uq_location_quarantine", table_name="location")
    op.drop_index("uq_location_transit", table_name="location")
    op.drop_constraint(op.f("ck_location_sells_online"), "location")
    op.drop_constraint(op.f("ck_location_belongs_to"), "location")
    op.drop_constraint(op.f("fk_location_merchant_id_belongs_to"), "location")
    op.drop_column("location", "belongs_to")
    # What was set aside stays on the books, at a place that sells nothing online.
    op.execute("UPDATE location SET kind = 'warehouse', active = false WHERE kind = 'quarantine'")
    op.drop_constraint(op.f("ck_location_kind"), "location")
    op.create_check_constraint(
        op.f("ck_location_kind"),
        "location",
        "kind IN ('warehouse', 'bonded', 'store', 'overseas', 'transit')",
    )
