"""Take goods back: returns with their lines, the units that they claim, terms, and returns at tills."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_CHANGING = ("order_return", "order_return_line", "returned_units")
_KEPT = ("return_terms", "till_return")


def _admit(table: str, rights: str) -> None:
    """Let merchants see their own rows, and the park all."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
    )
    op.execute(f"CREATE POLICY park ON {table} TO quayside_park USING (true)")
    op.execute(f"GRANT {rights} ON {table} TO quayside_app, quayside_park")


def upgrade() -> None:
    op.create_table(
        "return_terms",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("by_post", sa.Boolean(), nullable=False),
        sa.Column("to_store", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_zh", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("by_post OR to_store", name=op.f("ck_return_terms_ways")),
        sa.CheckConstraint("days BETWEEN 0 AND 365", name=op.f("ck_return_terms_days")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_return_terms_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_return_terms")),
    )
    op.create_table(
        "order_return",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("goods_minor", sa.BigInteger(), nullable=False),
        sa.Column("delivery_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "asked_by IN ('shopper', 'staff')", name=op.f("ck_order_return_asked_by")
        ),
        sa.CheckConstraint(
            "refunded_minor = 0 OR state = 'refunded'", name=op.f("ck_order_return_refunded_state")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'received', 'inspected', 'refunded', 'closed', 'refused', 'cancelled')",
            name=op.f("ck_order_return_state"),
        ),
        sa.CheckConstraint("way IN ('post', 'store', 'counter')", name=op.f("ck_order_return_way")),
        sa.CheckConstraint(
            "goods_minor >= 0 AND delivery_minor >= 0", name=op.f("ck_order_return_amounts")
        ),
        sa.CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= goods_minor + delivery_minor",
            name=op.f("ck_order_return_refunded"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_order_return_merchant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "order_id"],
            ["sales_order.merchant_id", "sales_order.id"],
            name=op.f("fk_order_return_merchant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_order_return_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_order_return")),
        sa.UniqueConstraint(
            "merchant_id",
            "order_id",
            "position",
            name=op.f("uq_order_return_merchant_id_order_id_position"),
        ),
    )
    op.create_index(
        "ix_order_return_open",
        "order_return",
        ["merchant_id", "id"],
        unique=False,
        postgresql_where="state IN ('requested', 'approved', 'received', 'inspected')",
    )
    op.create_table(
        "order_return_line",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("restocked", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("written_off", sa.BigInteger(), nullable=False),
        sa.Column("declined", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "net_minor >= 0 AND tax_minor >= 0", name=op.f("ck_order_return_line_amounts")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_return_line_quantity")),
        sa.CheckConstraint(
            "received BETWEEN 0 AND quantity", name=op.f("ck_order_return_line_received")
        ),
        sa.CheckConstraint(
            "restocked >= 0 AND quarantined >= 0 AND written_off >= 0 AND declined >= 0 AND restocked + quarantined + written_off + declined <= received",
            name=op.f("ck_order_return_line_inspected"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "order_line_id"],
            ["order_line.merchant_id", "order_line.id"],
            name=op.f("fk_order_return_line_merchant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "return_id"],
            ["order_return.merchant_id", "order_return.id"],
            name=op.f("fk_order_return_line_merchant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_order_return_line_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_order_return_line")),
        sa.UniqueConstraint(
            "merchant_id",
            "return_id",
            "order_line_id",
            name=op.f("uq_order_return_line_merchant_id_return_id_order_line_id"),
        ),
    )
    op.create_index(
        "ix_order_return_line_order_line",
        "order_return_line",
        ["merchant_id", "order_line_id"],
        unique=False,
    )
    op.create_table(
        "returned_units",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("settled BETWEEN 0 AND units", name=op.f("ck_returned_units_settled")),
        sa.CheckConstraint("units BETWEEN 0 AND sold", name=op.f("ck_returned_units_units")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "id"],
            ["order_line.merchant_id", "order_line.id"],
            name=op.f("fk_returned_units_merchant_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "order_id"],
            ["sales_order.merchant_id", "sales_order.id"],
            name=op.f("fk_returned_units_merchant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_returned_units_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_returned_units")),
    )
    op.create_index(
        "ix_returned_units_order", "returned_units", ["merchant_id", "order_id"], unique=False
    )
    op.create_table(
        "till_return",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("clerk_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "id"],
            ["order_return.merchant_id", "order_return.id"],
            name=op.f("fk_till_return_merchant_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "register_id"],
            ["register.merchant_id", "register.id"],
            name=op.f("fk_till_return_merchant_id_register_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "shift_id"],
            ["shift.merchant_id", "shift.id"],
            name=op.f("fk_till_return_merchant_id_shift_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_till_return_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_till_return")),
        sa.UniqueConstraint(
            "merchant_id",
            "register_id",
            "number",
            name=op.f("uq_till_return_merchant_id_register_id_number"),
        ),
    )
    op.create_index(
        "ix_till_return_shift", "till_return", ["merchant_id", "shift_id"], unique=False
    )
    op.add_column(
        "register", sa.Column("next_return", sa.BigInteger(), nullable=False, server_default="1")
    )
    op.alter_column("register", "next_return", server_default=None)
    op.create_check_constraint(op.f("ck_register_next_return"), "register", "next_return >= 1")
    for table in _CHANGING:
        _admit(table, "SELECT, INSERT, UPDATE, DELETE")
    for table in _KEPT:
        _admit(table, "SELECT, INSERT")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_register_next_return"), "register")
    op.drop_column("register", "next_return")
    for table in (*reversed(_KEPT), *reversed(_CHANGING)):
        op.drop_table(table)
