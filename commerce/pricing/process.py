"""What the clock asks of prices: follow an exchange rate on the day from which it counts."""

from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.kernel.statements import Statement
from commerce.pricing.errors import NoExchangeRateError, UnknownPriceListError
from commerce.pricing.service import reprice

_log = structlog.get_logger("quayside.prices")

# A list that was converted since the rate began to count needs nothing more, whoever converted it:
# so the work is done once, and what a stopped worker missed is found by the next.
_DUE = Statement("""
SELECT DISTINCT l.merchant_id, l.id
FROM merchant_rate r
JOIN price_list l ON l.merchant_id = r.merchant_id
JOIN price_list s ON s.merchant_id = l.merchant_id AND s.id = l.derived_from
WHERE r.converts AND r.valid_from <= :now AND r.valid_from > l.converted_at
  AND (l.valid_to IS NULL OR l.valid_to > :now)
  AND (s.currency, l.currency) IN (
    (r.base_currency, r.quote_currency), (r.quote_currency, r.base_currency))
ORDER BY l.merchant_id, l.id LIMIT :most
""")
_MOST = 200


@scheduled("pricing.convert-lists", cron="5 * * * * *")
def convert_due_lists(work: Work) -> None:
    """Convert the price lists for which a merchant's stated rate has begun to count.

    Within a minute of that moment. Prices that somebody set by hand stay. The rate that counts now
    is the one that is used, should a later word have replaced the one that came due.
    """
    with work.database.reading(Scope.park()) as connection:
        due = _DUE.all(connection, {"now": utc_now(), "most": _MOST})
    for merchant_id, list_id in due:
        _convert(work, merchant_id, list_id)


def _convert(work: Work, merchant_id: UUID, list_id: UUID) -> None:
    def reprice_it(session: Session) -> int:
        return reprice(session, merchant_id=merchant_id, price_list=list_id)

    try:
        changed = work.database.run(Scope.merchant(merchant_id), reprice_it)
    except (NoExchangeRateError, UnknownPriceListError):
        return
    _log.info("list_converted", list_id=str(list_id), prices=changed)
