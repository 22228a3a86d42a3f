"""Tell in which parts orders leave: one from each location, with how far it has come."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_ACTIVE = "state IN ('open', 'picking', 'packed', 'ready')"

# An id of version 7 (RFC 9562, section 5.7) of the moment from which the part is told.
_NEW_ID = """
CAST(lpad(to_hex(CAST(extract(epoch FROM o.placed_at) * 1000 AS bigint)), 12, '0') || '7'
  || substr(md5(random()::text || o.id), 1, 3) || substr('89ab', 1 + floor(random() * 4)::int, 1)
  || substr(md5(random()::text || w.location_id), 1, 15) AS uuid)
"""
_KIND = "COALESCE(o.delivery ->> 'kind', 'parcel')"

# What has left each place for an order: by the ledger, and where none is kept, by its sources.
_GONE = """
SELECT merchant_id, order_id, location_id, variant_id, sum(units) AS units, max(at) AS at FROM (
  SELECT s.merchant_id, s.order_id, s.location_id, s.variant_id, -m.quantity AS units, m.at
  FROM order_source s JOIN movement m ON m.merchant_id = s.merchant_id
    AND m.variant_id = s.variant_id AND m.location_id = s.location_id
    AND m.subject_id = s.order_id AND m.kind = 'sold'
  WHERE s.counted
  UNION ALL
  SELECT s.merchant_id, s.order_id, s.location_id, s.variant_id, s.sent, o.placed_at
  FROM order_source s
  JOIN sales_order o ON o.merchant_id = s.merchant_id AND o.id = s.order_id
  WHERE NOT s.counted AND s.sent > 0
) AS every
GROUP BY merchant_id, order_id, location_id, variant_id
"""

_WAITING = """
SELECT merchant_id, order_id, location_id, variant_id, sum(units) AS units FROM (
  SELECT merchant_id, owner_id AS order_id, location_id, variant_id, quantity AS units FROM hold
  UNION ALL
  SELECT merchant_id, order_id, location_id, variant_id, quantity - sent FROM order_source
  WHERE NOT counted AND sent < quantity
) AS every
GROUP BY merchant_id, order_id, location_id, variant_id
"""


def upgrade() -> None:
    op.create_table(
        "fulfilment",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clerk_id", sa.Uuid(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('parcel', 'pickup', 'hand_over', 'service')", name=op.f("ck_fulfilment_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'service') = (location_id IS NULL)", name=op.f("ck_fulfilment_location")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'picking', 'packed', 'ready', 'sent', 'collected', 'delivered', "
            "'declined', 'cancelled', 'returned')",
            name=op.f("ck_fulfilment_state"),
        ),
        sa.CheckConstraint(
            "state <> 'ready' OR kind IN ('pickup', 'hand_over')", name=op.f("ck_fulfilment_ready")
        ),
        sa.CheckConstraint("state <> 'sent' OR kind = 'parcel'", name=op.f("ck_fulfilment_sent")),
        sa.CheckConstraint(
            "state <> 'picking' OR clerk_id IS NOT NULL", name=op.f("ck_fulfilment_clerk")
        ),
        sa.CheckConstraint(
            "(state IN ('sent', 'collected', 'delivered', 'returned')) = (left_at IS NOT NULL)",
            name=op.f("ck_fulfilment_left"),
        ),
        sa.CheckConstraint(
            "(state IN ('declined', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_fulfilment_ended"),
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR reason <> ''", name=op.f("ck_fulfilment_reason")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "location_id"],
            ["location.merchant_id", "location.id"],
            name=op.f("fk_fulfilment_merchant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "order_id"],
            ["sales_order.merchant_id", "sales_order.id"],
            name=op.f("fk_fulfilment_merchant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_fulfilment_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_fulfilment")),
    )
    op.create_table(
        "fulfilment_line",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("fulfilment_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("picked", sa.BigInteger(), nullable=False),
        sa.Column("short", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0 AND short >= 0", name=op.f("ck_fulfilment_line_units")),
        sa.CheckConstraint("picked BETWEEN 0 AND quantity", name=op.f("ck_fulfilment_line_picked")),
        sa.ForeignKeyConstraint(
            ["merchant_id", "fulfilment_id"],
            ["fulfilment.merchant_id", "fulfilment.id"],
            name=op.f("fk_fulfilment_line_merchant_id_fulfilment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "variant_id"],
            ["variant.merchant_id", "variant.id"],
            name=op.f("fk_fulfilment_line_merchant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_fulfilment_line_merchant_id")
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "fulfilment_id", "variant_id", name=op.f("pk_fulfilment_line")
        ),
    )
    _fill()
    op.create_index(
        "uq_fulfilment_active",
        "fulfilment",
        ["merchant_id", "order_id", "location_id"],
        unique=True,
        postgresql_where=sa.text(_ACTIVE),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_fulfilment_order", "fulfilment", ["merchant_id", "order_id"])
    op.create_index(
        "ix_fulfilment_work",
        "fulfilment",
        ["merchant_id", "location_id", "due_at"],
        postgresql_where=sa.text(_ACTIVE),
    )
    op.create_index(
        "ix_fulfilment_undated",
        "fulfilment",
        ["merchant_id", "id"],
        postgresql_where=sa.text(f"{_ACTIVE} AND due_at IS NULL"),
    )
    op.create_index("ix_fulfilment_line_variant", "fulfilment_line", ["merchant_id", "variant_id"])
    for table in ("fulfilment", "fulfilment_line"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant ON {table} TO quayside_app USING (merchant_id = NULLIF(current_setting('quayside.merchant', true), '')::uuid)"
        )
        op.execute(f"CREATE POLICY park ON {table} TO quayside_park USING (true)")
        op.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO quayside_app, quayside_park"
        )
    _allow_occasions("'placed', 'held_again', 'found_again', 'rerouted'")


def _allow_occasions(names: str) -> None:
    op.drop_constraint(op.f("ck_sourcing_decision_occasion"), "sourcing_decision")
    op.create_check_constraint(
        op.f("ck_sourcing_decision_occasion"), "sourcing_decision", f"occasion IN ({names})"
    )


def _fill() -> None:
    """Tell of the orders there are: what has left each place, and what waits at it."""
    for units, state, left_at, orders in (
        (
            _GONE,
            f"CASE WHEN {_KIND} IN ('pickup', 'hand_over') THEN 'collected' ELSE 'sent' END",
            "max(w.at)",
            "o.channel <> 'till'",
        ),
        (_WAITING, "'open'", "NULL", "o.state = 'placed'"),
    ):
        # Every part draws one id, however many lines it has: a random word is drawn at every look.
        op.execute(f"""
        CREATE TEMPORARY TABLE told ON COMMIT DROP AS
        WITH units AS MATERIALIZED ({units}), parts AS MATERIALIZED (
          SELECT w.merchant_id, w.order_id, w.location_id, {_NEW_ID} AS part
          FROM (SELECT DISTINCT merchant_id, order_id, location_id FROM units) AS w
          JOIN sales_order o ON o.merchant_id = w.merchant_id AND o.id = w.order_id
          WHERE {orders} AND o.placed_at IS NOT NULL
        )
        SELECT u.*, p.part FROM units u JOIN parts p USING (merchant_id, order_id, location_id)
        """)  # noqa: S608 - no word of it comes from outside
        op.execute(f"""
        INSERT INTO fulfilment (merchant_id, id, order_id, location_id, kind, state, created_at,
                                due_at, left_at, reason, note)
        SELECT w.merchant_id, w.part, w.order_id, w.location_id, {_KIND}, {state}, o.placed_at,
               CAST(o.delivery ->> 'ready_at' AS timestamptz), {left_at}, '', ''
        FROM told w JOIN sales_order o ON o.merchant_id = w.merchant_id AND o.id = w.order_id
        GROUP BY w.merchant_id, w.part, w.order_id, w.location_id, o.delivery, o.placed_at
        """)  # noqa: S608 - no word of it comes from outside
        op.execute(f"""
        INSERT INTO fulfilment_line (merchant_id, fulfilment_id, variant_id, quantity, picked, short)
        SELECT merchant_id, part, variant_id, units, CASE {state} WHEN 'open' THEN 0 ELSE units END, 0
        FROM told w JOIN (SELECT id, delivery FROM sales_order) AS o ON o.id = w.order_id
        """)  # noqa: S608 - no word of it comes from outside
        op.execute("DROP TABLE told")
    op.execute(f"""
    INSERT INTO fulfilment (merchant_id, id, order_id, location_id, kind, state, created_at,
                            left_at, reason, note)
    SELECT o.merchant_id, {_NEW_ID}, o.id, NULL, 'service',
           CASE o.state WHEN 'placed' THEN 'open' ELSE 'delivered' END, o.placed_at,
           CASE o.state WHEN 'completed' THEN o.placed_at END, '', ''
    FROM sales_order o CROSS JOIN (SELECT '' AS location_id) AS w
    WHERE o.state IN ('placed', 'completed') AND o.delivery ->> 'kind' = 'service'
      AND o.channel <> 'till'
    """)  # noqa: S608 - no word of it comes from outside
    op.execute("""
    INSERT INTO fulfilment_line (merchant_id, fulfilment_id, variant_id, quantity, picked, short)
    SELECT f.merchant_id, f.id, l.variant_id, sum(l.quantity), 0, 0
    FROM fulfilment f
    JOIN order_line l ON l.merchant_id = f.merchant_id AND l.order_id = f.order_id
    WHERE f.kind = 'service' AND l.variant_id IS NOT NULL
    GROUP BY f.merchant_id, f.id, l.variant_id
    """)


def downgrade() -> None:
    # A decision is never changed: those that are not known any more go with what they were about.
    op.execute("ALTER TABLE sourcing_decision DISABLE TRIGGER sourcing_decision_append_only")
    op.execute("DELETE FROM sourcing_decision WHERE occasion = 'rerouted'")
    op.execute("ALTER TABLE sourcing_decision ENABLE TRIGGER sourcing_decision_append_only")
    _allow_occasions("'placed', 'held_again', 'found_again'")
    op.drop_table("fulfilment_line")
    op.drop_table("fulfilment")
