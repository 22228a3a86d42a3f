"""Sell variants before they are there, up to a cap and by a day."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLES = ("advance_sale", "advance_promise")


def upgrade() -> None:
    op.create_table(
        "advance_sale",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("promised", sa.BigInteger(), nullable=False),
        sa.Column("available_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('backorder', 'preorder')", name=op.f("ck_advance_sale_kind")),
        sa.CheckConstraint("cap > 0", name=op.f("ck_advance_sale_cap")),
        sa.CheckConstraint("promised BETWEEN 0 AND cap", name=op.f("ck_advance_sale_promised")),
        sa.CheckConstraint(
            "kind <> 'preorder' OR available_on IS NOT NULL", name=op.f("ck_advance_sale_preorder")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_advance_sale_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["variant.merchant_id", "variant.id"],
            name=op.f("fk_advance_sale_merchant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "variant_id", name=op.f("pk_advance_sale")),
    )
    op.create_table(
        "advance_promise",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_advance_promise_quantity")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_advance_promise_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["advance_sale.merchant_id", "advance_sale.variant_id"],
            name=op.f("fk_advance_promise_merchant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "owner_id", "variant_id", name=op.f("pk_advance_promise")
        ),
    )
    op.create_index(
        "ix_advance_promise_variant",
        "advance_promise",
        ["merchant_id", "variant_id", "created_at"],
    )
    op.create_index(
        "ix_advance_promise_expiry",
        "advance_promise",
        ["expires_at"],
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant ON {table} TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
        )
        op.execute(f"CREATE POLICY park ON {table} TO quayside_park USING (true)")
        op.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO quayside_app, quayside_park"
        )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
