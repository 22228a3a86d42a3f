"""Make use of promotions for an order, and give the uses back."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement
from commerce.pricing.promotions.codes import buyer_digest
from commerce.pricing.promotions.errors import PromotionUsedUpError
from commerce.pricing.promotions.results import Use

# One statement for all promotions of an order. What is limited is counted up where the newest version
# of its row still allows it, so of fifty orders that want the last use one gets it; rows are locked in
# the order of their ids, so that two orders never wait in a circle. What has no limit is not
# counted, so that nobody waits for it.
_USE = Statement("""
WITH want AS (
  SELECT w.id, w.promotion_id, w.code_id, w.amount_minor,
    p.limit_total AS promotion_total, p.limit_per_customer AS promotion_each,
    c.limit_total AS code_total, c.limit_per_customer AS code_each
  FROM unnest(
    CAST(:ids AS uuid[]), CAST(:promotions AS uuid[]), CAST(:codes AS uuid[]),
    CAST(:amounts AS bigint[])
  ) AS w(id, promotion_id, code_id, amount_minor)
  JOIN promotion p ON p.merchant_id = :merchant AND p.id = w.promotion_id
  LEFT JOIN promotion_code c ON c.merchant_id = :merchant AND c.id = w.code_id
), promotion_row AS (
  SELECT p.id FROM promotion p JOIN want w ON w.promotion_id = p.id
  WHERE p.merchant_id = :merchant AND p.limit_total IS NOT NULL
  ORDER BY p.id FOR NO KEY UPDATE OF p
), promotion_taken AS (
  UPDATE promotion p SET used = p.used + 1 FROM promotion_row r
  WHERE p.merchant_id = :merchant AND p.id = r.id AND p.used < p.limit_total
  RETURNING p.id
), code_row AS (
  SELECT c.id FROM promotion_code c JOIN want w ON w.code_id = c.id
  WHERE c.merchant_id = :merchant AND c.limit_total IS NOT NULL
  ORDER BY c.id FOR NO KEY UPDATE OF c
), code_taken AS (
  UPDATE promotion_code c SET used = c.used + 1 FROM code_row r
  WHERE c.merchant_id = :merchant AND c.id = r.id AND c.used < c.limit_total
  RETURNING c.id
), limited AS (
  SELECT promotion_id, CAST(NULL AS uuid) AS code_id, promotion_each AS at_most
  FROM want WHERE promotion_each IS NOT NULL
  UNION ALL
  SELECT promotion_id, code_id, code_each FROM want WHERE code_each IS NOT NULL
), tallied AS (
  INSERT INTO promotion_tally AS t
    (merchant_id, id, promotion_id, code_id, buyer, used, at_most)
  SELECT :merchant, gen_random_uuid(), promotion_id, code_id, :buyer, 1, at_most
  FROM limited WHERE CAST(:buyer AS bytea) IS NOT NULL
  ORDER BY promotion_id, code_id
  ON CONFLICT (merchant_id, promotion_id, code_id, buyer) DO UPDATE
    SET used = t.used + 1, at_most = EXCLUDED.at_most
    WHERE t.used < EXCLUDED.at_most
  RETURNING t.promotion_id, t.code_id
), kept AS (
  INSERT INTO promotion_use
    (merchant_id, id, promotion_id, code_id, order_id, kind, amount_minor, at)
  SELECT :merchant, id, promotion_id, code_id, :order, 'used', amount_minor, :at FROM want
)
SELECT w.promotion_id FROM want w
WHERE (w.promotion_total IS NOT NULL AND w.promotion_id NOT IN (SELECT id FROM promotion_taken))
   OR (w.code_total IS NOT NULL AND w.code_id NOT IN (SELECT id FROM code_taken))
   OR (w.promotion_each IS NOT NULL AND NOT EXISTS (
         SELECT FROM tallied t WHERE t.promotion_id = w.promotion_id AND t.code_id IS NULL))
   OR (w.code_each IS NOT NULL AND NOT EXISTS (
         SELECT FROM tallied t WHERE t.promotion_id = w.promotion_id AND t.code_id = w.code_id))
ORDER BY w.promotion_id
""")

# The row that tells of giving back comes first: whoever asks a second time finds it and counts nothing.
_GIVE_BACK = Statement("""
WITH back AS (
  INSERT INTO promotion_use
    (merchant_id, id, promotion_id, code_id, order_id, kind, amount_minor, at)
  SELECT u.merchant_id, gen_random_uuid(), u.promotion_id, u.code_id, u.order_id, 'given_back',
         u.amount_minor, :at
  FROM promotion_use u
  WHERE u.merchant_id = :merchant AND u.order_id = :order AND u.kind = 'used'
  ORDER BY u.promotion_id
  ON CONFLICT (merchant_id, order_id, promotion_id, kind) DO NOTHING
  RETURNING promotion_id, code_id
), promotion_row AS (
  SELECT p.id FROM promotion p JOIN back b ON b.promotion_id = p.id
  WHERE p.merchant_id = :merchant AND p.limit_total IS NOT NULL
  ORDER BY p.id FOR NO KEY UPDATE OF p
), promotion_freed AS (
  UPDATE promotion p SET used = p.used - 1 FROM promotion_row r
  WHERE p.merchant_id = :merchant AND p.id = r.id AND p.used > 0
), code_row AS (
  SELECT c.id FROM promotion_code c JOIN back b ON b.code_id = c.id
  WHERE c.merchant_id = :merchant AND c.limit_total IS NOT NULL
  ORDER BY c.id FOR NO KEY UPDATE OF c
), code_freed AS (
  UPDATE promotion_code c SET used = c.used - 1 FROM code_row r
  WHERE c.merchant_id = :merchant AND c.id = r.id AND c.used > 0
), buyer_freed AS (
  UPDATE promotion_tally t SET used = t.used - 1 FROM back b
  WHERE t.merchant_id = :merchant AND t.buyer = :buyer AND t.promotion_id = b.promotion_id
    AND (t.code_id IS NULL OR t.code_id = b.code_id) AND t.used > 0
)
SELECT count(*) FROM back
""")

_FORGET = Statement("DELETE FROM promotion_tally WHERE merchant_id = :merchant AND buyer = :buyer")


def use_promotions(
    session: Session,
    *,
    merchant_id: UUID,
    order_id: UUID,
    uses: Sequence[Use],
    code_ids: Mapping[str, UUID],
    email: str,
) -> None:
    """Count what an order makes use of, within the limits of promotions and codes.

    The order is written by then. Limited promotions stay locked until the transaction ends, so call
    it late. One statement, none without uses.

    Raises:
        PromotionUsedUpError: somebody was quicker, or this customer had it before. The caller gives
            its transaction up.
    """
    if not uses:
        return
    refused = _USE.all(
        session,
        {
            "merchant": merchant_id,
            "order": order_id,
            "ids": [new_id() for _ in uses],
            "promotions": [use.promotion_id for use in uses],
            "codes": [code_ids[use.code] if use.code else None for use in uses],
            "amounts": [use.amount_minor for use in uses],
            "buyer": buyer_digest(merchant_id, email),
            "at": utc_now(),
        },
    )
    if refused:
        raise PromotionUsedUpError


def give_back_uses(session: Session, *, merchant_id: UUID, order_id: UUID, email: str) -> int:
    """Give back what a cancelled order made use of; return how many uses, 0 when asked again.

    `email` is the order's: whose counters go back.
    """
    given = _GIVE_BACK.value(
        session,
        {
            "merchant": merchant_id,
            "order": order_id,
            "buyer": buyer_digest(merchant_id, email),
            "at": utc_now(),
        },
    )
    return int(given)


def forget_uses_by(session: Session, *, merchant_id: UUID, email: str) -> None:
    """Forget how often somebody made use of what (GDPR 17, PIPL 47); sums stay, without a person."""
    buyer = buyer_digest(merchant_id, email)
    if buyer is not None:
        _FORGET.run(session, {"merchant": merchant_id, "buyer": buyer})
