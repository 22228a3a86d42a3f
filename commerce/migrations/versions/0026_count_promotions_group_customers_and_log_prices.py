"""Count the uses of promotions, group customers, and keep what prices were."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_group",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_customer_group_code")
        ),
        sa.CheckConstraint("name <> '' AND name_zh <> ''", name=op.f("ck_customer_group_names")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_customer_group_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_customer_group")),
        sa.UniqueConstraint("merchant_id", "code", name=op.f("uq_customer_group_merchant_id_code")),
    )
    op.create_table(
        "price_change",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("price_list_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("compare_at_minor", sa.BigInteger(), nullable=True),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_price_change_currency")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_price_change_amount")),
        sa.CheckConstraint(
            "compare_at_minor > amount_minor", name=op.f("ck_price_change_compare_at")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_price_change_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_price_change")),
    )
    op.create_index(
        op.f("ix_price_change_merchant_id_variant_id_at"),
        "price_change",
        ["merchant_id", "variant_id", "at"],
        unique=False,
    )
    op.create_table(
        "promotion",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stacking", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("needs_code", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("switched_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limit_total", sa.BigInteger(), nullable=True),
        sa.Column("limit_per_customer", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('percentage', 'amount', 'bundle', 'buy_get', 'shipping')",
            name=op.f("ck_promotion_kind"),
        ),
        sa.CheckConstraint("name <> '' AND name_zh <> ''", name=op.f("ck_promotion_names")),
        sa.CheckConstraint(
            "stacking IN ('combine', 'exclusive')", name=op.f("ck_promotion_stacking")
        ),
        sa.CheckConstraint(
            "limit_total > 0 AND limit_per_customer > 0", name=op.f("ck_promotion_limits")
        ),
        sa.CheckConstraint(
            "used >= 0 AND (limit_total IS NULL OR used <= limit_total)",
            name=op.f("ck_promotion_used"),
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_promotion_validity")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_promotion_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_promotion")),
    )
    op.create_index(
        "ix_promotion_live",
        "promotion",
        ["merchant_id", "valid_from"],
        unique=False,
        postgresql_where="switched_off_at IS NULL",
    )
    op.create_table(
        "customer_group_member",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant_id", "customer_id"],
            ["customer.merchant_id", "customer.id"],
            name=op.f("fk_customer_group_member_merchant_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "group_id"],
            ["customer_group.merchant_id", "customer_group.id"],
            name=op.f("fk_customer_group_member_merchant_id_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_customer_group_member_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_customer_group_member")),
        sa.UniqueConstraint(
            "merchant_id",
            "customer_id",
            "group_id",
            name=op.f("uq_customer_group_member_merchant_id_customer_id_group_id"),
        ),
    )
    op.create_index(
        "ix_customer_group_member_group",
        "customer_group_member",
        ["merchant_id", "group_id", "customer_id"],
        unique=False,
    )
    op.create_table(
        "promotion_code",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("limit_total", sa.BigInteger(), nullable=True),
        sa.Column("limit_per_customer", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("switched_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("code ~ '^\\S{2,40}$'", name=op.f("ck_promotion_code_code")),
        sa.CheckConstraint(
            "limit_total > 0 AND limit_per_customer > 0", name=op.f("ck_promotion_code_limits")
        ),
        sa.CheckConstraint(
            "used >= 0 AND (limit_total IS NULL OR used <= limit_total)",
            name=op.f("ck_promotion_code_used"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "promotion_id"],
            ["promotion.merchant_id", "promotion.id"],
            name=op.f("fk_promotion_code_merchant_id_promotion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_promotion_code_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_promotion_code")),
        sa.UniqueConstraint("merchant_id", "code", name=op.f("uq_promotion_code_merchant_id_code")),
    )
    op.create_index(
        "ix_promotion_code_promotion",
        "promotion_code",
        ["merchant_id", "promotion_id"],
        unique=False,
    )
    op.create_table(
        "promotion_tally",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=True),
        sa.Column("buyer", sa.LargeBinary(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("at_most", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used >= 0 AND used <= at_most", name=op.f("ck_promotion_tally_used")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "code_id"],
            ["promotion_code.merchant_id", "promotion_code.id"],
            name=op.f("fk_promotion_tally_merchant_id_code_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "promotion_id"],
            ["promotion.merchant_id", "promotion.id"],
            name=op.f("fk_promotion_tally_merchant_id_promotion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_promotion_tally_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_promotion_tally")),
        sa.UniqueConstraint(
            "merchant_id",
            "promotion_id",
            "code_id",
            "buyer",
            name="uq_promotion_tally_buyer",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_promotion_tally_buyer", "promotion_tally", ["merchant_id", "buyer"], unique=False
    )
    op.create_table(
        "promotion_use",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('used', 'given_back')", name=op.f("ck_promotion_use_kind")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_promotion_use_amount")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "code_id"],
            ["promotion_code.merchant_id", "promotion_code.id"],
            name=op.f("fk_promotion_use_merchant_id_code_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "order_id"],
            ["sales_order.merchant_id", "sales_order.id"],
            name=op.f("fk_promotion_use_merchant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "promotion_id"],
            ["promotion.merchant_id", "promotion.id"],
            name=op.f("fk_promotion_use_merchant_id_promotion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_promotion_use_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_promotion_use")),
        sa.UniqueConstraint(
            "merchant_id",
            "order_id",
            "promotion_id",
            "kind",
            name=op.f("uq_promotion_use_merchant_id_order_id_promotion_id_kind"),
        ),
    )
    op.create_index(
        "ix_promotion_use_promotion",
        "promotion_use",
        ["merchant_id", "promotion_id", "at"],
        unique=False,
    )
    op.execute("ALTER TABLE customer_group ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON customer_group TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON customer_group TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON customer_group TO quayside_app, quayside_park"
    )
    op.execute("ALTER TABLE price_change ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON price_change TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON price_change TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON price_change TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER price_change_append_only BEFORE UPDATE OR DELETE ON price_change FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE promotion ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON promotion TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON promotion TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON promotion TO quayside_app, quayside_park")
    op.execute("ALTER TABLE customer_group_member ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON customer_group_member TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON customer_group_member TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON customer_group_member TO quayside_app, quayside_park"
    )
    op.execute("ALTER TABLE promotion_code ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON promotion_code TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON promotion_code TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON promotion_code TO quayside_app, quayside_park"
    )
    op.execute("ALTER TABLE promotion_tally ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON promotion_tally TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON promotion_tally TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON promotion_tally TO quayside_app, quayside_park"
    )
    op.execute("ALTER TABLE promotion_use ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON promotion_use TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON promotion_use TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON promotion_use TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER promotion_use_append_only BEFORE UPDATE OR DELETE ON promotion_use FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    # What a price was before today nobody has kept: it is known from now on.
    op.execute("""
INSERT INTO price_change
  (merchant_id, id, price_list_id, variant_id, currency, amount_minor, compare_at_minor, derived, at)
SELECT p.merchant_id, gen_random_uuid(), p.price_list_id, p.variant_id, l.currency, p.amount_minor,
       p.compare_at_minor, p.derived, now()
FROM price p JOIN price_list l ON l.merchant_id = p.merchant_id AND l.id = p.price_list_id
""")


def downgrade() -> None:
    op.drop_table("promotion_use")
    op.drop_table("promotion_tally")
    op.drop_table("promotion_code")
    op.drop_table("customer_group_member")
    op.drop_table("promotion")
    op.drop_table("price_change")
    op.drop_table("customer_group")
