"""Give promotions the words that open them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import FieldProblem
from commerce.kernel.ids import new_id
from commerce.pricing.promotions.codes import code_key, drawn_code
from commerce.pricing.promotions.errors import (
    CodeSpellingError,
    CodeTakenError,
    PromotionTermsError,
    UnknownPromotionError,
)

MOST_AT_ONCE = 10_000

_ADD = text("""
INSERT INTO promotion_code (merchant_id, id, promotion_id, code, limit_total, limit_per_customer,
  used, valid_to, created_at)
SELECT :merchant, w.id, :promotion, w.code, :limit_total, :limit_per_customer, 0, :valid_to, :at
FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[])) AS w(id, code)
ON CONFLICT (merchant_id, code) DO NOTHING
RETURNING code
""")

_KNOWN = text("SELECT 1 FROM promotion WHERE merchant_id = :merchant AND id = :promotion")

_SWITCH = text("""
UPDATE promotion_code
SET switched_off_at = CASE WHEN :on THEN NULL ELSE coalesce(switched_off_at, :at) END
WHERE merchant_id = :merchant AND id = :code RETURNING id
""")


def add_codes(
    session: Session,
    *,
    merchant_id: UUID,
    promotion_id: UUID,
    codes: Sequence[str],
    limit_total: int | None = None,
    limit_per_customer: int | None = None,
    valid_to: datetime | None = None,
) -> tuple[str, ...]:
    """Give a promotion codes, each with these limits of its own; return them as they are spelled.

    Raises:
        UnknownPromotionError: there is no such promotion.
        CodeSpellingError: one of them cannot be a code.
        CodeTakenError: some are in use already. Nothing is written.
        PromotionTermsError: a limit is below one, or there are more than `MOST_AT_ONCE` codes.
    """
    wanted = {typed: code_key(typed) for typed in codes}
    for typed, spelled in wanted.items():
        if not spelled:
            raise CodeSpellingError(given=typed)
    _check(len(wanted), limit_total, limit_per_customer)
    spelled_codes = tuple(dict.fromkeys(wanted.values()))
    facts = {
        "merchant": merchant_id,
        "promotion": promotion_id,
        "ids": [new_id() for _ in spelled_codes],
        "codes": list(spelled_codes),
        "limit_total": limit_total,
        "limit_per_customer": limit_per_customer,
        "valid_to": valid_to,
        "at": utc_now(),
    }
    if session.execute(_KNOWN, facts).one_or_none() is None:
        raise UnknownPromotionError
    added = set(session.execute(_ADD, facts).scalars())
    taken = [code for code in spelled_codes if code not in added]
    if taken:
        raise CodeTakenError(codes=", ".join(taken[:10]))
    return spelled_codes


def draw_codes(
    session: Session,
    *,
    merchant_id: UUID,
    promotion_id: UUID,
    count: int,
    prefix: str = "",
    limit_total: int | None = 1,
    limit_per_customer: int | None = None,
    valid_to: datetime | None = None,
) -> tuple[str, ...]:
    """Draw so many codes that nobody guesses, each good for one use unless told otherwise.

    Raises:
        See `add_codes`.
    """
    _check(count, limit_total, limit_per_customer)
    return add_codes(
        session,
        merchant_id=merchant_id,
        promotion_id=promotion_id,
        codes=[drawn_code(prefix) for _ in range(count)],
        limit_total=limit_total,
        limit_per_customer=limit_per_customer,
        valid_to=valid_to,
    )


def switch_code(session: Session, *, merchant_id: UUID, code_id: UUID, on: bool) -> None:
    """Switch one code off, or on again.

    Raises:
        UnknownPromotionError: there is no such code.
    """
    which = {"merchant": merchant_id, "code": code_id, "on": on, "at": utc_now()}
    if session.execute(_SWITCH, which).scalar_one_or_none() is None:
        raise UnknownPromotionError


def _check(count: int, *limits: int | None) -> None:
    if any(limit is not None and limit < 1 for limit in limits):
        raise PromotionTermsError(
            FieldProblem(
                pointer="/limit_total", code="no-limit", template="A limit is one use at least."
            )
        )
    if not 1 <= count <= MOST_AT_ONCE:
        raise PromotionTermsError(
            FieldProblem(
                pointer="/count",
                code="too-many",
                template="Add 1 to %(most)s codes at once.",
                most=MOST_AT_ONCE,
            )
        )
