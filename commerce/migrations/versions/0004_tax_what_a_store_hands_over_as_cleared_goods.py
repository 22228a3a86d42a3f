"""Tax what a store hands over as cleared goods, and know the classes that bear no tax."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tax_class", sa.Column("over_counter", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_tax_class_over_counter"), "tax_class", "tax_class", ["over_counter"], ["code"]
    )
    op.execute("""
        INSERT INTO tax_class (code, name, name_zh) VALUES
          ('standard', 'Standard', '标准税率'),
          ('exempt', 'Exempt', '免税'),
          ('none', 'Never taxed', '不征税')
        ON CONFLICT (code) DO NOTHING
    """)
    # The classes that the demo park of the first release has.
    op.execute("""
        UPDATE tax_class c SET over_counter = d.code FROM tax_class d
        WHERE (c.code, d.code) IN (
          ('retail-import', 'standard'), ('retail-import-cosmetics', 'high-end-cosmetics')
        )
    """)


def downgrade() -> None:
    op.execute("""
        DELETE FROM tax_class c WHERE c.code IN ('exempt', 'none')
          AND NOT EXISTS (SELECT FROM tax_rate r WHERE r.tax_class = c.code)
    """)
    op.drop_constraint(op.f("fk_tax_class_over_counter"), "tax_class", type_="foreignkey")
    op.drop_column("tax_class", "over_counter")
