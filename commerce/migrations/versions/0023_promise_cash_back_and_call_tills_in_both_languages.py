"""Let tills pay back cash that the desk promised, and call registers and people in both languages."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "till_refund",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_till_refund_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "id"],
            ["refund.merchant_id", "refund.id"],
            name=op.f("fk_till_refund_merchant_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_till_refund_merchant_id_location_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_till_refund")),
    )
    op.create_index("ix_till_refund_location", "till_refund", ["merchant_id", "location_id"])
    op.execute("ALTER TABLE till_refund ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON till_refund TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON till_refund TO quayside_park USING (true)")
    op.execute("GRANT SELECT, INSERT ON till_refund TO quayside_app, quayside_park")
    op.execute(
        "CREATE TRIGGER till_refund_append_only BEFORE UPDATE OR DELETE ON till_refund "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.create_index(
        "ix_journal_entry_provisional",
        "journal_entry",
        ["merchant_id", "register_id"],
        postgresql_where=sa.text("kind = 'provisional'"),
    )
    op.add_column("register", sa.Column("name_zh", sa.Text(), server_default=""))
    op.alter_column("register", "name_zh", nullable=False, server_default=None)
    op.create_table(
        "colleague_name",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_colleague_name_merchant_id")
        ),
        sa.ForeignKeyConstraint(["id"], ["staff_account.id"], name=op.f("fk_colleague_name_id")),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_colleague_name")),
    )
    op.execute("ALTER TABLE colleague_name ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY tenant ON colleague_name TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute("CREATE POLICY park ON colleague_name TO quayside_park USING (true)")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON colleague_name TO quayside_app, quayside_park"
    )


def downgrade() -> None:
    op.drop_table("colleague_name")
    op.drop_column("register", "name_zh")
    op.drop_index("ix_journal_entry_provisional", table_name="journal_entry")
    op.drop_table("till_refund")
