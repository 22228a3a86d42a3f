"""Say at which places somebody works with stock."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stock_keeper",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_stock_keeper_merchant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_stock_keeper_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_account.id"], name=op.f("fk_stock_keeper_staff_id")
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "staff_id", "location_id", name=op.f("pk_stock_keeper")
        ),
    )
    op.execute("ALTER TABLE stock_keeper ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON stock_keeper TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON stock_keeper TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON stock_keeper TO quayside_app, quayside_park"
    )


def downgrade() -> None:
    op.drop_table("stock_keeper")
