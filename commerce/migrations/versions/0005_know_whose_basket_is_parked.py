"""Know whose basket is parked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("parked_basket", sa.Column("customer_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_parked_basket_merchant_id_customer_id"),
        "parked_basket",
        "customer",
        ["merchant_id", "customer_id"],
        ["merchant_id", "id"],
    )


def downgrade() -> None:
    op.drop_constraint(
        op.f("fk_parked_basket_merchant_id_customer_id"), "parked_basket", type_="foreignkey"
    )
    op.drop_column("parked_basket", "customer_id")
