"""Groups of customers, and who belongs to them."""

from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.customers.rows import CustomerRow, GroupRow
from commerce.kernel.statements import Statement

_GROUPS = Statement(
    """
SELECT g.id, g.code, g.name, g.name_zh, (
  SELECT count(*) FROM customer_group_member m
  WHERE m.merchant_id = g.merchant_id AND m.group_id = g.id)
FROM customer_group g
WHERE CAST(:customer AS uuid) IS NULL OR EXISTS (
  SELECT FROM customer_group_member m
  WHERE m.merchant_id = g.merchant_id AND m.group_id = g.id AND m.customer_id = :customer)
ORDER BY g.code
""",
    GroupRow,
)

_MEMBERS = Statement(
    """
SELECT c.id, c.email, c.phone, c.name, c.locale, c.wants_marketing, c.account_since, c.created_at,
  c.erased_at
FROM customer_group_member m
JOIN customer c ON c.merchant_id = m.merchant_id AND c.id = m.customer_id
WHERE m.group_id = :group AND (CAST(:before AS uuid) IS NULL OR c.id < :before)
ORDER BY c.id DESC LIMIT :most
""",
    CustomerRow,
)


def customer_groups(connection: Connection | Session) -> tuple[GroupRow, ...]:
    """Return every group of the merchant, by code."""
    return tuple(_GROUPS.all(connection, {"customer": None}))


def groups_of(connection: Connection | Session, *, customer_id: UUID) -> tuple[GroupRow, ...]:
    """Return the groups that one person belongs to, by code."""
    return tuple(_GROUPS.all(connection, {"customer": customer_id}))


def members_of(
    connection: Connection | Session, *, group_id: UUID, before: UUID | None = None, most: int = 50
) -> tuple[CustomerRow, ...]:
    """Return people of a group, those who came to the shop last first; `before` pages on."""
    return tuple(_MEMBERS.all(connection, {"group": group_id, "before": before, "most": most}))
