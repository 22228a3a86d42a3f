"""The price lists of a merchant, and what stands in them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.channel import Channel
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.pricing.errors import UnknownPriceListError
from commerce.pricing.rows import ListedPrice, PriceEnding, PriceListRow

_COLUMNS = """
SELECT id, code, name, name_zh, currency, channel, is_base, includes_tax, valid_from, valid_to,
       derived_from, ending_step_minor, ending_minor
FROM price_list
"""
_ALL = Statement(_COLUMNS + "ORDER BY is_base DESC, currency, code")
_ONE = Statement(_COLUMNS + "WHERE id = :id")
_BASE = Statement(_COLUMNS + "WHERE is_base AND merchant_id = :merchant")

_PRICES = Statement("""
SELECT p.price_list_id, p.variant_id, p.amount_minor, p.compare_at_minor, p.derived, l.currency
FROM price p JOIN price_list l ON l.merchant_id = p.merchant_id AND l.id = p.price_list_id
WHERE p.variant_id = ANY(:variants)
ORDER BY p.variant_id, l.is_base DESC, l.currency, l.code
""")


def price_lists(connection: Connection | Session) -> tuple[PriceListRow, ...]:
    """Return the merchant's price lists, the base list first."""
    return tuple(_list(row) for row in _ALL.all(connection))


def price_list(connection: Connection | Session, *, price_list_id: UUID) -> PriceListRow:
    """Return one price list.

    Raises:
        UnknownPriceListError: the merchant has none with this id.
    """
    row = _ONE.one_or_none(connection, {"id": price_list_id})
    if row is None:
        raise UnknownPriceListError
    return _list(row)


def base_list(connection: Connection | Session, *, merchant_id: UUID) -> PriceListRow | None:
    """Return the base list, or None before the first price was set."""
    row = _BASE.one_or_none(connection, {"merchant": merchant_id})
    return None if row is None else _list(row)


def listed_prices(
    connection: Connection | Session, *, variant_ids: Iterable[UUID]
) -> tuple[ListedPrice, ...]:
    """Return every price of the given variants in every list, whenever it counts."""
    rows = _PRICES.all(connection, {"variants": list(variant_ids)})
    return tuple(
        ListedPrice(
            price_list_id=row.price_list_id,
            variant_id=row.variant_id,
            amount=Money(row.amount_minor, row.currency),
            compare_at=None
            if row.compare_at_minor is None
            else Money(row.compare_at_minor, row.currency),
            derived=row.derived,
        )
        for row in rows
    )


def _list(row: Any) -> PriceListRow:
    return PriceListRow(
        id=row.id,
        code=row.code,
        name=row.name,
        name_zh=row.name_zh,
        currency=row.currency,
        channel=None if row.channel is None else Channel(row.channel),
        is_base=row.is_base,
        includes_tax=row.includes_tax,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        derived_from=row.derived_from,
        ending=None
        if row.ending_step_minor is None
        else PriceEnding(step=row.ending_step_minor, minor=row.ending_minor),
    )
