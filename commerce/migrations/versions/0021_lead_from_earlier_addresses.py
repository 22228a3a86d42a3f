"""Lead from the addresses that products and categories have left to where they stand now."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "earlier_address",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('product', 'category')", name=op.f("ck_earlier_address_kind")),
        sa.CheckConstraint(
            "(kind = 'product') = (product_id IS NOT NULL) "
            "AND (kind = 'category') = (category_id IS NOT NULL)",
            name=op.f("ck_earlier_address_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_earlier_address_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "product_id"],
            ["product.merchant_id", "product.id"],
            name=op.f("fk_earlier_address_merchant_id_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "category_id"],
            ["category.merchant_id", "category.id"],
            name=op.f("fk_earlier_address_merchant_id_category_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("merchant_id", "kind", "address", name=op.f("pk_earlier_address")),
    )
    op.execute("ALTER TABLE earlier_address ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON earlier_address TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON earlier_address TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON earlier_address TO quayside_app, quayside_park"
    )


def downgrade() -> None:
    op.drop_table("earlier_address")
