"""Describe promotions, change them, switch them off and on."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.text import storable
from commerce.park.content import bump_content_version
from commerce.pricing.promotions.check import check_promotion
from commerce.pricing.promotions.errors import (
    LimitBelowUsesError,
    UnknownPromotionError,
)
from commerce.pricing.promotions.rows import PromotionDraft
from commerce.pricing.promotions.terms import Terms, terms_as_json

_LONGEST_NAME = 200

_CREATE = text("""
INSERT INTO promotion (merchant_id, id, name, name_zh, kind, terms, stacking, position, needs_code,
  valid_from, valid_to, limit_total, limit_per_customer, used, created_at, changed_at)
VALUES (:merchant, :promotion, :name, :name_zh, :kind, CAST(:terms AS jsonb), :stacking, :position,
  :needs_code, coalesce(:valid_from, :at), :valid_to, :limit_total, :limit_per_customer, 0, :at, :at)
""")

_LOCK = text("""
SELECT 1 FROM promotion
WHERE merchant_id = :merchant AND id = :promotion FOR NO KEY UPDATE
""")

# What has no limit is not counted in its row; when it gets one, the uses that stand are.
_STANDING = text("""
SELECT count(*) FROM promotion_use u
WHERE u.merchant_id = :merchant AND u.promotion_id = :promotion AND u.kind = 'used'
  AND NOT EXISTS (SELECT FROM promotion_use b
                  WHERE b.merchant_id = u.merchant_id AND b.order_id = u.order_id
                    AND b.promotion_id = u.promotion_id AND b.kind = 'given_back')
""")

_CHANGE = text("""
UPDATE promotion SET name = :name, name_zh = :name_zh, kind = :kind, terms = CAST(:terms AS jsonb),
  stacking = :stacking, position = :position, needs_code = :needs_code,
  valid_from = coalesce(:valid_from, valid_from), valid_to = :valid_to, limit_total = :limit_total,
  limit_per_customer = :limit_per_customer, used = :used, changed_at = :at
WHERE merchant_id = :merchant AND id = :promotion
""")

_SWITCH = text("""
UPDATE promotion SET changed_at = :at, switched_off_at =
  CASE WHEN :on THEN NULL ELSE coalesce(switched_off_at, :at) END
WHERE merchant_id = :merchant AND id = :promotion RETURNING id
""")


def create_promotion(session: Session, *, merchant_id: UUID, draft: PromotionDraft) -> UUID:
    """Describe a new promotion, which counts from its first moment on; return its id.

    Raises:
        PromotionTermsError: its terms cannot be kept; the problem says which.
    """
    check_promotion(draft)
    promotion_id = new_id()
    session.execute(_CREATE, _facts(merchant_id, promotion_id, draft))
    bump_content_version(session, merchant_id=merchant_id)
    return promotion_id


def change_promotion(
    session: Session,
    *,
    merchant_id: UUID,
    promotion_id: UUID,
    draft: PromotionDraft,
) -> None:
    """Change a promotion for every basket that is reckoned from now on; orders keep what they have.

    A limit per customer counts what is used from the day on which it was first set.

    Raises:
        UnknownPromotionError: there is no such promotion.
        PromotionTermsError: its terms cannot be kept; the problem says which.
        LimitBelowUsesError: it has been used more often than the new limit allows.
    """
    check_promotion(draft)
    facts = _facts(merchant_id, promotion_id, draft)
    if session.execute(_LOCK, facts).one_or_none() is None:
        raise UnknownPromotionError
    used = 0
    if draft.limit_total is not None:
        used = session.execute(_STANDING, facts).scalar_one()
        if used > draft.limit_total:
            raise LimitBelowUsesError(used=used)
    session.execute(_CHANGE, {**facts, "used": used})
    bump_content_version(session, merchant_id=merchant_id)


def switch_promotion(session: Session, *, merchant_id: UUID, promotion_id: UUID, on: bool) -> None:
    """Switch a promotion off, so that it counts no more, or on again.

    Raises:
        UnknownPromotionError: there is no such promotion.
    """
    which = {"merchant": merchant_id, "promotion": promotion_id, "on": on, "at": utc_now()}
    if session.execute(_SWITCH, which).scalar_one_or_none() is None:
        raise UnknownPromotionError
    bump_content_version(session, merchant_id=merchant_id)


def _facts(merchant_id: UUID, promotion_id: UUID, draft: PromotionDraft) -> dict[str, Any]:
    terms = Terms(draft.effect, draft.goods, draft.but_not, draft.conditions)
    return {
        "merchant": merchant_id,
        "promotion": promotion_id,
        "name": " ".join(storable(draft.name).split())[:_LONGEST_NAME],
        "name_zh": " ".join(storable(draft.name_zh).split())[:_LONGEST_NAME],
        "kind": draft.effect.kind.value,
        "terms": json.dumps(terms_as_json(terms), ensure_ascii=False, sort_keys=True),
        "stacking": draft.stacking.value,
        "position": draft.position,
        "needs_code": draft.needs_code,
        "valid_from": draft.conditions.valid_from,
        "valid_to": draft.conditions.valid_to,
        "limit_total": draft.limit_total,
        "limit_per_customer": draft.limit_per_customer,
        "at": utc_now(),
    }
