"""Open stores at other hours on single days; keep merchants' own exchange rates and room for pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("closed_day", sa.Column("opens", sa.Time(), nullable=True))
    op.add_column("closed_day", sa.Column("closes", sa.Time(), nullable=True))
    for name, rule in (
        ("hours", "(opens IS NULL) = (closes IS NULL)"),
        ("span", "closes > opens"),
        ("of_a_store", "opens IS NULL OR location_id IS NOT NULL"),
    ):
        op.create_check_constraint(op.f(f"ck_closed_day_{name}"), "closed_day", rule)
    op.create_table(
        "merchant_rate",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("base_currency", sa.Text(), nullable=False),
        sa.Column("quote_currency", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(20, 10), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "base_currency ~ '^[A-Z]{3}$'", name=op.f("ck_merchant_rate_base_currency")
        ),
        sa.CheckConstraint(
            "quote_currency ~ '^[A-Z]{3}$'", name=op.f("ck_merchant_rate_quote_currency")
        ),
        sa.CheckConstraint("base_currency <> quote_currency", name=op.f("ck_merchant_rate_pair")),
        sa.CheckConstraint("rate > 0", name=op.f("ck_merchant_rate_rate")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_merchant_rate_source")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_merchant_rate_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_merchant_rate")),
    )
    op.create_index(
        op.f("ix_merchant_rate_merchant_id_base_currency_quote_currency_valid_from"),
        "merchant_rate",
        ["merchant_id", "base_currency", "quote_currency", "valid_from"],
    )
    op.create_table(
        "media_allowance",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("most_files", sa.BigInteger(), nullable=False),
        sa.Column("most_bytes", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "most_files >= 0 AND most_bytes >= 0", name=op.f("ck_media_allowance_limits")
        ),
        sa.CheckConstraint("source <> ''", name=op.f("ck_media_allowance_source")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_media_allowance_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_media_allowance")),
    )
    for table in ("merchant_rate", "media_allowance"):
        _keep_apart(table)
    op.execute("REVOKE INSERT ON media_allowance FROM quayside_app")


def downgrade() -> None:
    op.drop_table("media_allowance")
    op.drop_table("merchant_rate")
    for name in ("of_a_store", "span", "hours"):
        op.drop_constraint(op.f(f"ck_closed_day_{name}"), "closed_day")
    op.drop_column("closed_day", "closes")
    op.drop_column("closed_day", "opens")


def _keep_apart(table: str) -> None:
    """Let every merchant read and add its own rows, and nobody change one."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} TO quayside_app USING "
        "(merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute(f"CREATE POLICY park ON {table} TO quayside_park USING (true)")
    op.execute(f"GRANT SELECT, INSERT ON {table} TO quayside_app, quayside_park")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
