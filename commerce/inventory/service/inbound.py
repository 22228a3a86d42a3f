"""Announce units on their way to a location, and take the announcement back.

Transfers and purchases call this in the transaction that sends, orders, receives or cancels; what
availability promises for a later day is only what stands here.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.inventory.errors import InboundUnitsError
from commerce.inventory.rows import Expected
from commerce.kernel.statements import Statement

_FORGET = Statement("""
DELETE FROM inbound WHERE merchant_id = :merchant AND subject_id = :subject
""")

_ANNOUNCE = Statement("""
INSERT INTO inbound (merchant_id, subject_id, variant_id, location_id, expected_on, quantity)
SELECT :merchant, :subject, variant_id, location_id, expected_on, sum(quantity)
FROM unnest(
  CAST(:variants AS uuid[]), CAST(:locations AS uuid[]), CAST(:days AS date[]),
  CAST(:quantities AS bigint[])
) AS w(variant_id, location_id, expected_on, quantity)
GROUP BY variant_id, location_id, expected_on
""")


def expect(
    session: Session, *, merchant_id: UUID, subject_id: UUID, units: Iterable[Expected]
) -> None:
    """Let `units` be all that a transfer or purchase still brings; what it said before is replaced.

    Call it again with what is left after a partial receipt, or with another day.

    Raises:
        InboundUnitsError: a line has less than one unit.
    """
    lines = list(units)
    if any(line.quantity < 1 for line in lines):
        raise InboundUnitsError
    expected_no_more(session, merchant_id=merchant_id, subject_id=subject_id)
    if lines:
        _ANNOUNCE.run(
            session,
            {
                "merchant": merchant_id,
                "subject": subject_id,
                "variants": [line.variant_id for line in lines],
                "locations": [line.location_id for line in lines],
                "days": [line.expected_on for line in lines],
                "quantities": [line.quantity for line in lines],
            },
        )


def expected_no_more(session: Session, *, merchant_id: UUID, subject_id: UUID) -> None:
    """Take back all that a transfer or purchase has announced: it came, or it never will."""
    _FORGET.run(session, {"merchant": merchant_id, "subject": subject_id})
