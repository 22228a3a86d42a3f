"""Source orders by cost and by the merchant's rules, keep each decision, know what is on its way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TABLES = (
    "sourcing_policy",
    "dispatch_terms",
    "dispatch_rate",
    "sourcing_rule",
    "sourcing_decision",
    "inbound",
)
_APPEND_ONLY = {"sourcing_decision"}


def upgrade() -> None:
    op.add_column(
        "merchant",
        sa.Column("network_version", sa.BigInteger(), nullable=False, server_default="1"),
    )
    op.alter_column("merchant", "network_version", server_default=None)
    op.execute("GRANT UPDATE (network_version) ON merchant TO quayside_app")
    for column in ("latitude", "longitude"):
        op.add_column("location", sa.Column(column, sa.Double(), nullable=True))
    for name, rule in (
        ("coordinates", "(latitude IS NULL) = (longitude IS NULL)"),
        ("latitude", "latitude BETWEEN -90 AND 90"),
        ("longitude", "longitude BETWEEN -180 AND 180"),
    ):
        op.create_check_constraint(op.f(f"ck_location_{name}"), "location", rule)
    op.create_index(
        "ix_order_source_location", "order_source", ["merchant_id", "location_id", "id"]
    )
    _policy()
    _dispatch()
    _rules()
    _decisions()
    _inbound()
    for table in _TABLES:
        _protect(table)


def _policy() -> None:
    op.create_table(
        "sourcing_policy",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("split_minor", sa.BigInteger(), nullable=False),
        sa.Column("late_day_minor", sa.BigInteger(), nullable=False),
        sa.Column("per_100_km_minor", sa.BigInteger(), nullable=False),
        sa.Column("priority_minor", sa.BigInteger(), nullable=False),
        sa.Column("serve_anyway", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "split_minor >= 0 AND late_day_minor >= 0 AND per_100_km_minor >= 0"
            " AND priority_minor >= 0",
            name=op.f("ck_sourcing_policy_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_sourcing_policy_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", name=op.f("pk_sourcing_policy")),
    )


def _dispatch() -> None:
    op.create_table(
        "dispatch_terms",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("handling_minor", sa.BigInteger(), nullable=False),
        sa.Column("handling_unit_minor", sa.BigInteger(), nullable=False),
        sa.Column("capacity_per_day", sa.BigInteger(), nullable=True),
        sa.Column("cut_off", sa.Time(), nullable=True),
        sa.CheckConstraint(
            "handling_minor >= 0 AND handling_unit_minor >= 0",
            name=op.f("ck_dispatch_terms_handling"),
        ),
        sa.CheckConstraint("capacity_per_day > 0", name=op.f("ck_dispatch_terms_capacity")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_dispatch_terms_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_dispatch_terms_merchant_id_location_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("merchant_id", "location_id", name=op.f("pk_dispatch_terms")),
    )
    op.create_table(
        "dispatch_rate",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("option_code", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("base_minor", sa.BigInteger(), nullable=False),
        sa.Column("per_kg_minor", sa.BigInteger(), nullable=False),
        sa.Column("duty_ppm", sa.BigInteger(), nullable=False),
        sa.Column("min_days", sa.BigInteger(), nullable=True),
        sa.Column("max_days", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(r"country ~ '^([A-Z]{2}|\*)$'", name=op.f("ck_dispatch_rate_country")),
        sa.CheckConstraint(
            "base_minor >= 0 AND per_kg_minor >= 0", name=op.f("ck_dispatch_rate_amounts")
        ),
        sa.CheckConstraint("duty_ppm BETWEEN 0 AND 10000000", name=op.f("ck_dispatch_rate_duty")),
        sa.CheckConstraint(
            "(min_days IS NULL) = (max_days IS NULL)", name=op.f("ck_dispatch_rate_days_given")
        ),
        sa.CheckConstraint(
            "min_days >= 0 AND max_days >= min_days AND max_days <= 365",
            name=op.f("ck_dispatch_rate_days"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_dispatch_rate_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_dispatch_rate_merchant_id_location_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "option_code"],
            ["delivery_option.merchant_id", "delivery_option.code"],
            name=op.f("fk_dispatch_rate_merchant_id_option_code"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_dispatch_rate")),
        sa.UniqueConstraint(
            "merchant_id",
            "location_id",
            "option_code",
            "country",
            name=op.f("uq_dispatch_rate_merchant_id_location_id_option_code_country"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def _rules() -> None:
    op.create_table(
        "sourcing_rule",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "effect IN ('exclude', 'only', 'prefer', 'penalty', 'keep_back')",
            name=op.f("ck_sourcing_rule_effect"),
        ),
        sa.CheckConstraint("name <> '' AND name_zh <> ''", name=op.f("ck_sourcing_rule_names")),
        sa.CheckConstraint("position > 0", name=op.f("ck_sourcing_rule_position")),
        sa.CheckConstraint(
            "(effect IN ('exclude', 'only')) = (amount = 0)", name=op.f("ck_sourcing_rule_amount")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_sourcing_rule_amount_sign")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_sourcing_rule_dates")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_sourcing_rule_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_sourcing_rule")),
        sa.UniqueConstraint(
            "merchant_id",
            "draft",
            "position",
            name=op.f("uq_sourcing_rule_merchant_id_draft_position"),
        ),
    )


def _decisions() -> None:
    op.create_table(
        "sourcing_decision",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("explanation", postgresql.JSONB(), nullable=False),
        sa.Column("situation", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "occasion IN ('placed', 'held_again', 'found_again')",
            name=op.f("ck_sourcing_decision_occasion"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_sourcing_decision_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "order_id"],
            ["sales_order.merchant_id", "sales_order.id"],
            name=op.f("fk_sourcing_decision_merchant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_sourcing_decision")),
    )
    op.create_index("ix_sourcing_decision_order", "sourcing_decision", ["merchant_id", "order_id"])


def _inbound() -> None:
    op.create_table(
        "inbound",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_inbound_quantity")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_inbound_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["variant.merchant_id", "variant.id"],
            name=op.f("fk_inbound_merchant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_inbound_merchant_id_location_id"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id",
            "subject_id",
            "variant_id",
            "location_id",
            "expected_on",
            name=op.f("pk_inbound"),
        ),
    )
    op.create_index("ix_inbound_level", "inbound", ["merchant_id", "variant_id", "location_id"])


def _protect(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute(f"CREATE POLICY park ON {table} TO quayside_park USING (true)")
    verbs = "SELECT, INSERT" if table in _APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
    op.execute(f"GRANT {verbs} ON {table} TO quayside_app, quayside_park")
    if table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_order_source_location", table_name="order_source")
    for name in ("longitude", "latitude", "coordinates"):
        op.drop_constraint(op.f(f"ck_location_{name}"), "location")
    for column in ("longitude", "latitude"):
        op.drop_column("location", column)
    op.drop_column("merchant", "network_version")
