"""Move accounts to another e-mail address by a link that is confirmed from its mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account_link", sa.Column("new_email", sa.Text()))
    op.add_column("account_link", sa.Column("former_email", sa.Text()))
    op.drop_constraint(op.f("ck_account_link_purpose"), "account_link")
    op.create_check_constraint(
        op.f("ck_account_link_purpose"), "account_link", "purpose IN ('open', 'reset', 'email')"
    )
    op.create_check_constraint(
        op.f("ck_account_link_new_email"),
        "account_link",
        "(purpose = 'email') = (new_email IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_account_link_new_email_key"), "account_link", "new_email = lower(new_email)"
    )
    op.create_check_constraint(
        op.f("ck_account_link_former_email"),
        "account_link",
        "(purpose = 'email' AND used_at IS NOT NULL) = (former_email IS NOT NULL)",
    )


def downgrade() -> None:
    op.execute("DELETE FROM account_link WHERE purpose = 'email'")
    for name in ("former_email", "new_email_key", "new_email", "purpose"):
        op.drop_constraint(op.f(f"ck_account_link_{name}"), "account_link")
    op.create_check_constraint(
        op.f("ck_account_link_purpose"), "account_link", "purpose IN ('open', 'reset')"
    )
    op.drop_column("account_link", "former_email")
    op.drop_column("account_link", "new_email")
