"""Keep colleagues out, invite park staff, page through the security log, list services due."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("suspended_at", sa.DateTime(timezone=True)))
    op.add_column("park_membership", sa.Column("accepted_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE park_membership SET accepted_at = granted_at")
    op.create_index(op.f("ix_security_event_chain_at"), "security_event", ["chain", "at"])
    op.create_index(op.f("ix_security_event_actor_id_at"), "security_event", ["actor_id", "at"])
    op.create_index(op.f("ix_security_event_subject"), "security_event", ["subject"])
    op.create_index(
        "ix_sales_order_services_due",
        "sales_order",
        ["merchant_id", "placed_at"],
        postgresql_where=sa.text("state = 'placed' AND delivery ->> 'kind' = 'service'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_sales_order_services_due",
        table_name="sales_order",
        postgresql_where=sa.text("state = 'placed' AND delivery ->> 'kind' = 'service'"),
    )
    op.drop_index(op.f("ix_security_event_subject"), table_name="security_event")
    op.drop_index(op.f("ix_security_event_actor_id_at"), table_name="security_event")
    op.drop_index(op.f("ix_security_event_chain_at"), table_name="security_event")
    op.drop_column("park_membership", "accepted_at")
    op.drop_column("membership", "suspended_at")
