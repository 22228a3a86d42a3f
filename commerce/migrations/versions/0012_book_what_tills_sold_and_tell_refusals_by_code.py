"""Book what tills sold whatever the rules say meanwhile, and keep why a provider refused as a code."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_PAYING = ("payment", "refund")


def upgrade() -> None:
    op.create_table(
        "sale_variance",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sale_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "facts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("sold_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('cash-off', 'discount', 'price', 'withdrawn', 'clerk')",
            name=op.f("ck_sale_variance_kind"),
        ),
        sa.CheckConstraint(
            "(seen_at IS NULL) = (seen_by IS NULL)", name=op.f("ck_sale_variance_seen")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_sale_variance_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "sale_id"],
            ["sales_order.merchant_id", "sales_order.id"],
            name=op.f("fk_sale_variance_merchant_id_sale_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_sale_variance")),
        sa.UniqueConstraint(
            "merchant_id", "sale_id", "kind", name=op.f("uq_sale_variance_merchant_id_sale_id_kind")
        ),
    )
    op.create_index(
        "ix_sale_variance_open",
        "sale_variance",
        ["merchant_id", "id"],
        unique=False,
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.execute("ALTER TABLE sale_variance ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON sale_variance TO quayside_app USING "
        "(merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON sale_variance TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON sale_variance TO quayside_app, quayside_park"
    )
    for table in _PAYING:
        op.add_column(table, sa.Column("refusal", sa.Text(), nullable=False, server_default=""))
        op.alter_column(table, "refusal", server_default=None)


def downgrade() -> None:
    for table in reversed(_PAYING):
        op.drop_column(table, "refusal")
    op.drop_index("ix_sale_variance_open", table_name="sale_variance")
    op.drop_table("sale_variance")
