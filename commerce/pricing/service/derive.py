"""Convert the prices of one list into another's currency, at the newest rate."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.pricing.queries.exchange import exchange_rate
from commerce.pricing.queries.lists import price_list, price_lists
from commerce.pricing.rounding import convert
from commerce.pricing.rows import ExchangeQuote, PriceChange, PriceListRow
from commerce.pricing.service.upsert import upsert_prices

_SOURCE = text("""
SELECT variant_id, amount_minor, compare_at_minor FROM price
WHERE merchant_id = :merchant AND price_list_id = :list
  AND (CAST(:variants AS uuid[]) IS NULL OR variant_id = ANY(:variants))
""")
_CONVERTED = text("""
UPDATE price_list SET converted_at = :now WHERE merchant_id = :merchant AND id = :list
""")


def derive_for(
    session: Session, *, merchant_id: UUID, source: UUID, variant_ids: Sequence[UUID]
) -> None:
    """Convert the prices of some variants into every list that is derived from `source`.

    Prices that somebody set by hand in a derived list stay.

    Raises:
        NoExchangeRateError: a list is in a currency without a rate.
    """
    for target in price_lists(session):
        if target.derived_from == source:
            _derive(session, merchant_id=merchant_id, target=target, variant_ids=variant_ids)


def derive_all(session: Session, *, merchant_id: UUID, target: PriceListRow) -> tuple[UUID, ...]:
    """Convert every price of the source into `target`; return the variants that changed.

    Raises:
        NoExchangeRateError: there is no rate yet, and there is something to convert.
    """
    session.execute(_CONVERTED, {"merchant": merchant_id, "list": target.id, "now": utc_now()})
    return _derive(session, merchant_id=merchant_id, target=target, variant_ids=None)


def _derive(
    session: Session,
    *,
    merchant_id: UUID,
    target: PriceListRow,
    variant_ids: Sequence[UUID] | None,
) -> tuple[UUID, ...]:
    assert target.derived_from is not None  # noqa: S101 - narrows the type for mypy
    source = price_list(session, price_list_id=target.derived_from)
    rows = session.execute(
        _SOURCE,
        {
            "merchant": merchant_id,
            "list": source.id,
            "variants": None if variant_ids is None else list(variant_ids),
        },
    ).all()
    if not rows:
        return ()
    quote = exchange_rate(session, source=source.currency, target=target.currency, at=utc_now())
    return upsert_prices(
        session,
        merchant_id=merchant_id,
        price_list=target.id,
        prices=[_converted(row, quote, target) for row in rows],
        derived=True,
    )


def _converted(row: Any, quote: ExchangeQuote, target: PriceListRow) -> PriceChange:
    amount = convert(Money(row.amount_minor, quote.source), quote, ending=target.ending)
    compare_at = None
    if row.compare_at_minor is not None:
        former = convert(Money(row.compare_at_minor, quote.source), quote, ending=target.ending)
        # Two near prices may fall on one ending; then there is no saving left to show.
        compare_at = former if former > amount else None
    return PriceChange(row.variant_id, amount, compare_at)
