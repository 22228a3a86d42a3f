"""Tell where replies to a shop's letters go: they leave from an address of the whole installation."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("merchant", sa.Column("reply_to", sa.Text(), nullable=False, server_default=""))
    op.alter_column("merchant", "reply_to", server_default=None)
    op.create_check_constraint(
        op.f("ck_merchant_reply_to"),
        "merchant",
        r"reply_to !~ '[\r\n]' AND length(reply_to) <= 254",
    )
    op.execute("GRANT UPDATE (reply_to) ON merchant TO quayside_app")


def downgrade() -> None:
    op.drop_column("merchant", "reply_to")
