"""Send goods that nobody counts: a source says whether holds cover it, and else how far it has come."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("counted", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("sent", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("returned", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("order_source", column)
        op.alter_column("order_source", column.name, server_default=None)
    op.drop_constraint(op.f("ck_order_source_quantity"), "order_source")
    for name, rule in (
        ("quantity", "quantity >= 0"),
        ("sent", "returned >= 0 AND returned <= sent AND sent <= quantity"),
        ("counted", "NOT counted OR sent = 0"),
    ):
        op.create_check_constraint(op.f(f"ck_order_source_{name}"), "order_source", rule)
    op.create_index(
        "ix_order_source_waiting",
        "order_source",
        ["merchant_id", "order_id"],
        postgresql_where=sa.text("NOT counted AND sent < quantity"),
    )
    # Orders that are open already: their goods leave from where such goods lie, else from where the
    # rest of the order does, else from the merchant's first place.
    op.execute("""
        INSERT INTO order_source (merchant_id, id, order_id, variant_id, location_id, quantity,
                                  counted, sent, returned)
        SELECT w.merchant_id, gen_random_uuid(), w.order_id, w.variant_id, p.id, w.units,
               false, 0, 0
        FROM (
          SELECT l.merchant_id, l.order_id, l.variant_id, sum(l.quantity) AS units,
                 max(CASE WHEN o.delivery ->> 'kind' = 'pickup'
                          THEN o.delivery ->> 'location_id' END) AS pickup
          FROM order_line l
          JOIN sales_order o ON o.merchant_id = l.merchant_id AND o.id = l.order_id
          JOIN variant v ON v.merchant_id = l.merchant_id AND v.id = l.variant_id
          WHERE o.channel <> 'till' AND o.state IN ('awaiting_payment', 'placed')
            AND o.delivery ->> 'kind' IS DISTINCT FROM 'service' AND v.requires_shipping
            AND NOT EXISTS (
              SELECT FROM order_source s WHERE s.merchant_id = l.merchant_id
                AND s.order_id = l.order_id AND s.variant_id = l.variant_id
            )
          GROUP BY l.merchant_id, l.order_id, l.variant_id
        ) AS w
        CROSS JOIN LATERAL (
          SELECT p.id FROM location p
          LEFT JOIN level l ON l.merchant_id = p.merchant_id AND l.location_id = p.id
            AND l.variant_id = w.variant_id AND l.on_hand > 0
          WHERE p.merchant_id = w.merchant_id
            AND (w.pickup IS NULL OR p.id = CAST(w.pickup AS uuid))
          ORDER BY p.active DESC, p.kind <> 'transit' DESC, p.sells_online DESC,
            l.variant_id IS NOT NULL DESC, EXISTS (
              SELECT FROM order_source s WHERE s.merchant_id = w.merchant_id
                AND s.order_id = w.order_id AND s.location_id = p.id
            ) DESC, p.priority, p.code
          LIMIT 1
        ) AS p
    """)


def downgrade() -> None:
    op.execute("DELETE FROM order_source WHERE NOT counted OR quantity = 0")
    op.drop_index(
        "ix_order_source_waiting",
        table_name="order_source",
        postgresql_where=sa.text("NOT counted AND sent < quantity"),
    )
    for name in ("counted", "sent", "quantity"):
        op.drop_constraint(op.f(f"ck_order_source_{name}"), "order_source")
    op.create_check_constraint(op.f("ck_order_source_quantity"), "order_source", "quantity > 0")
    for column in ("returned", "sent", "counted"):
        op.drop_column("order_source", column)
