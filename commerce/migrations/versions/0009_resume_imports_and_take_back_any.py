"""Let an import be resumed where it stood, and be taken back whatever became of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("done", "total"):
        op.add_column(
            "product_import",
            sa.Column(column, sa.BigInteger(), nullable=False, server_default="0"),
        )
        op.alter_column("product_import", column, server_default=None)
    op.add_column("product_import", sa.Column("problem", postgresql.JSONB(astext_type=sa.Text())))
    op.add_column("product_import", sa.Column("moved_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE product_import SET moved_at = coalesce(ended_at, started_at)")
    op.alter_column("product_import", "moved_at", nullable=False)
    op.drop_constraint(op.f("ck_product_import_state"), "product_import")
    op.create_check_constraint(
        op.f("ck_product_import_state"),
        "product_import",
        "state IN ('running', 'done', 'failed', 'undoing', 'undone')",
    )
    op.add_column("product_import_change", sa.Column("outcome", sa.Text()))
    op.create_check_constraint(
        op.f("ck_product_import_change_outcome"),
        "product_import_change",
        "outcome IN ('restored', 'kept')",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_product_import_change_outcome"), "product_import_change")
    op.drop_column("product_import_change", "outcome")
    op.drop_constraint(op.f("ck_product_import_state"), "product_import")
    # Half taken back is what the release before calls stopped halfway.
    op.execute("UPDATE product_import SET state = 'failed' WHERE state = 'undoing'")
    op.create_check_constraint(
        op.f("ck_product_import_state"),
        "product_import",
        "state IN ('running', 'done', 'failed', 'undone')",
    )
    for column in ("moved_at", "problem", "total", "done"):
        op.drop_column("product_import", column)
