"""Ways of delivery without a price in a currency in which somebody whom they serve pays."""

from dataclasses import dataclass
from typing import Any

from babel.numbers import get_territory_currencies
from sqlalchemy import Connection, text

# A currency counts in which the web shop has prices, now or soon. Only parcels need a price: of the
# other kinds, what has none anywhere is free.
_LACKING = text("""
SELECT o.code, o.name, o.name_zh, l.currency,
  ARRAY(SELECT c.country FROM country_group_country c
        WHERE c.merchant_id = o.merchant_id AND c.group_id = o.group_id) AS countries,
  EXISTS (SELECT FROM delivery_price p
          JOIN delivery_option w ON w.merchant_id = p.merchant_id AND w.id = p.option_id
          WHERE w.active AND w.kind = 'parcel' AND p.merchant_id = o.merchant_id
            AND p.currency = l.currency) AS elsewhere
FROM delivery_option o
JOIN (
  SELECT DISTINCT merchant_id, currency FROM price_list
  WHERE (channel IS NULL OR channel = 'web') AND (valid_to IS NULL OR valid_to > now())
) l ON l.merchant_id = o.merchant_id
WHERE o.active AND NOT EXISTS (
  SELECT FROM delivery_price p
  WHERE p.merchant_id = o.merchant_id AND p.option_id = o.id AND p.currency = l.currency
) AND (o.kind = 'parcel' OR EXISTS (
  SELECT FROM delivery_price p WHERE p.merchant_id = o.merchant_id AND p.option_id = o.id
))
ORDER BY o.position, o.code, l.currency
""")


@dataclass(frozen=True, slots=True)
class UnpricedWay:
    """A way of delivery that is offered, and the shop's currencies in which it lacks a price."""

    code: str
    name: str
    name_zh: str
    currencies: tuple[str, ...]


def unpriced_ways(connection: Connection) -> tuple[UnpricedWay, ...]:
    """Return the ways of delivery that lack a price in a currency that is paid where they lead.

    What leads only where others pay in their own money is not asked for it, as long as some parcel
    has a price in it. In a currency in which none has one, nobody is sent anything: every way lacks it.
    """
    lacking: dict[tuple[str, str, str], list[str]] = {}
    for row in connection.execute(_LACKING):
        if _is_asked(row):
            lacking.setdefault((row.code, row.name, row.name_zh), []).append(row.currency)
    return tuple(UnpricedWay(*way, tuple(codes)) for way, codes in lacking.items())


def _is_asked(row: Any) -> bool:
    if "*" in row.countries or not row.elsewhere:
        return True
    return any(
        row.currency in get_territory_currencies(each, tender=True) for each in row.countries
    )
