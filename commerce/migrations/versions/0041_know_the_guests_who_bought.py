"""Know the guests who bought before orders made them customers of their merchants."""

from alembic import op

revision = "0041"
down_revision = "0039"
branch_labels = None
depends_on = None

# A person's id is that of their newest order: ids of both kinds grow with the time, and so the list
# of customers stands in the order in which they came.
_REMEMBER = """
INSERT INTO customer (merchant_id, id, email, phone, name, locale, wants_marketing, created_at)
SELECT DISTINCT ON (merchant_id, lower(email))
  merchant_id, id, lower(email),
  CASE WHEN ship_to ->> 'phone' ~ '^\\+[1-9][0-9]{4,14}$' THEN ship_to ->> 'phone' END,
  left(coalesce(ship_to ->> 'name', ''), 200),
  CASE WHEN locale LIKE 'zh%' THEN 'zh' ELSE 'en' END,
  false,
  min(placed_at) OVER (PARTITION BY merchant_id, lower(email))
FROM sales_order
WHERE customer_id IS NULL AND email <> '' AND placed_at IS NOT NULL
ORDER BY merchant_id, lower(email), id DESC
ON CONFLICT (merchant_id, email) DO NOTHING
"""

_OWN = """
UPDATE sales_order o SET customer_id = c.id
FROM customer c
WHERE c.merchant_id = o.merchant_id AND c.email = lower(o.email)
  AND o.customer_id IS NULL AND o.email <> '' AND o.placed_at IS NOT NULL
"""


def upgrade() -> None:
    op.execute(_REMEMBER)
    op.execute(_OWN)


def downgrade() -> None:
    """Leave people known: nothing tells who was a guest only."""
