"""Keep what shops state in their policies, every version of it."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shop_policy",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('terms', 'privacy', 'returns', 'delivery', 'imprint', 'contact')",
            name=op.f("ck_shop_policy_kind"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_shop_policy_number")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_shop_policy_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_shop_policy")),
        sa.UniqueConstraint(
            "merchant_id", "kind", "number", name=op.f("uq_shop_policy_merchant_id_kind_number")
        ),
    )
    op.execute("ALTER TABLE shop_policy ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON shop_policy TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON shop_policy TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON shop_policy TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER shop_policy_append_only BEFORE UPDATE OR DELETE ON shop_policy "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("shop_policy")
