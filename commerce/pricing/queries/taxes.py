"""Which tax counts where and when."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.statements import Statement
from commerce.pricing.rows import TaxClassRow, TaxRateRow, TaxRegistrationRow, TaxRounding
from commerce.pricing.tax_areas import taxed_at_home
from commerce.pricing.taxation import (
    STANDARD,
    AppliedRate,
    Supply,
    TaxableLine,
    TaxedSale,
    TaxTable,
    tax_lines,
)

# Always one row at least, so that "no duty to charge" and "no rate known" can be told apart.
# A region's rate comes after its country's, a newer one after an older: the last one counts.
_TABLE = Statement("""
WITH registered AS (
  SELECT :country = :origin OR EXISTS (
    SELECT FROM tax_registration g
    WHERE g.country = :country AND (g.region IS NULL OR g.region = :region)
      AND g.valid_from <= :day AND (g.valid_to IS NULL OR g.valid_to > :day)
  ) AS there
), place AS (
  SELECT there OR :taxed_at_home AS liable,
         CASE WHEN there OR NOT :taxed_at_home THEN :country ELSE :origin END AS country,
         CASE WHEN there OR NOT :taxed_at_home THEN CAST(:region AS text) END AS region
  FROM registered
)
SELECT c.code AS tax_class, r.region, r.component, r.rate, r.source,
       place.liable, place.country AS place, place.region AS part,
       (SELECT tax_rounding FROM rounding_rule WHERE currency = :currency) AS rounding
FROM place
LEFT JOIN (
  tax_class c JOIN tax_rate r ON r.tax_class =
    CASE WHEN :supply = 'over-counter' THEN coalesce(c.over_counter, c.code) ELSE c.code END
)
  ON r.enabled AND r.country = place.country AND (r.region IS NULL OR r.region = place.region)
 AND c.code = ANY(:classes)
 AND r.valid_from <= :day AND (r.valid_to IS NULL OR r.valid_to > :day)
ORDER BY c.code, r.component, r.region NULLS FIRST, r.valid_from
""")

_CLASSES = Statement("SELECT code, name, name_zh, over_counter FROM tax_class ORDER BY code")

_RATES = Statement("""
SELECT r.id, r.country, r.region, r.component, r.tax_class, r.rate, r.valid_from, r.valid_to,
       r.source, r.enabled, r.source_zh, r.source_url, r.source_read, r.note, r.note_zh,
       r.switched_off_at, r.switched_off_by, r.switched_off_why,
       (SELECT min(n.valid_from) FROM tax_rate n
        WHERE r.enabled AND n.enabled AND n.valid_to IS NULL AND n.valid_from > r.valid_from
          AND (n.country, n.component, n.tax_class) = (r.country, r.component, r.tax_class)
          AND n.region IS NOT DISTINCT FROM r.region)
FROM tax_rate r
WHERE CAST(:country AS text) IS NULL OR r.country = :country
ORDER BY r.country, r.region NULLS FIRST, r.tax_class, r.component, r.valid_from, r.id
""")

_REGISTRATIONS = Statement("""
SELECT id, country, region, number, valid_from, valid_to
FROM tax_registration
ORDER BY country, region NULLS FIRST
""")


def tax_table(
    connection: Connection | Session,
    *,
    tax_classes: Iterable[str],
    country: str,
    region: str | None,
    origin: str,
    currency: str,
    on: date,
    supply: Supply = Supply.DELIVERED,
) -> tuple[TaxTable, TaxRounding]:
    """Return the rates for goods that go to `country` on the day `on`, and how tax is rounded.

    What is handed over in a store counts under the class that its own names for that.

    A merchant charges the tax of its own country (`origin`) and of those it is registered in. What
    goes to another country of its tax area, such as the European Union, is taxed as at home until
    it is registered there; everything else is an export. The transaction's scope says which merchant.
    """
    rows = _TABLE.all(
        connection,
        {
            "classes": sorted({*tax_classes, STANDARD}),
            "country": country,
            "region": region,
            "origin": origin,
            "currency": currency,
            "day": on,
            "supply": supply.value,
            "taxed_at_home": taxed_at_home(origin, country, region, on=on),
        },
    )
    place, part = rows[0].place, rows[0].part
    found: dict[str, dict[str, AppliedRate]] = {}
    for row in rows:
        if row.tax_class is not None:
            found.setdefault(row.tax_class, {})[row.component] = AppliedRate(
                row.component, row.rate.normalize(), row.source, place, row.region
            )
    rates = {tax_class: tuple(of.values()) for tax_class, of in found.items()}
    table = TaxTable(country=place, region=part, liable=rows[0].liable, rates=rates)
    return table, TaxRounding(rows[0].rounding or TaxRounding.LINE)


def tax_for_lines(
    connection: Connection | Session,
    *,
    lines: Sequence[TaxableLine],
    country: str,
    region: str | None = None,
    origin: str,
    currency: str,
    on: date,
    supply: Supply = Supply.DELIVERED,
) -> TaxedSale:
    """Return `lines` with their tax for a delivery to `country` on the merchant's day `on`.

    Net + tax = gross in every line; the lines add up to the sums; every amount has its reason.
    `origin` is the merchant's own country. Prices that include tax stay what they are wherever
    the goods go: an export at such a price is the merchant's gain, not the shopper's.

    Raises:
        ValueError: an amount is below zero.
        CurrencyMismatchError: an amount is not in `currency`.
    """
    table, rounding = tax_table(
        connection,
        tax_classes=(line.tax_class for line in lines),
        country=country,
        region=region,
        origin=origin,
        currency=currency,
        on=on,
        supply=supply,
    )
    return tax_lines(lines, table=table, currency=currency, rounding=rounding)


def tax_classes(connection: Connection | Session) -> tuple[TaxClassRow, ...]:
    """Return every tax class of the park."""
    return tuple(TaxClassRow(*row) for row in _CLASSES.all(connection))


def tax_rates(
    connection: Connection | Session, *, country: str | None = None
) -> tuple[TaxRateRow, ...]:
    """Return the rates of one country, or of all, with those that are off or past."""
    return tuple(TaxRateRow(*row) for row in _RATES.all(connection, {"country": country}))


def tax_registrations(connection: Connection | Session) -> tuple[TaxRegistrationRow, ...]:
    """Return where the merchant charges tax besides its own country."""
    return tuple(TaxRegistrationRow(*row) for row in _REGISTRATIONS.all(connection))
