"""Which tax counts where and when."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from commerce.pricing.rows import TaxClassRow, TaxRateRow, TaxRegistrationRow, TaxRounding
from commerce.pricing.taxation import (
    STANDARD,
    AppliedRate,
    TaxableLine,
    TaxedSale,
    TaxTable,
    tax_lines,
)

# Always one row at least, so that "no duty to charge" and "no rate known" can be told apart.
# A region's rate comes after its country's, a newer one after an older: the last one counts.
_TABLE = text("""
SELECT r.tax_class, r.region, r.component, r.rate, r.source,
       (:country = :origin OR EXISTS (
         SELECT FROM tax_registration g
         WHERE g.country = :country AND (g.region IS NULL OR g.region = :region)
           AND g.valid_from <= :day AND (g.valid_to IS NULL OR g.valid_to > :day)
       )) AS liable,
       (SELECT tax_rounding FROM rounding_rule WHERE currency = :currency) AS rounding
FROM (VALUES (1)) AS always (one)
LEFT JOIN tax_rate r
  ON r.enabled AND r.country = :country AND (r.region IS NULL OR r.region = :region)
 AND r.tax_class = ANY(:classes)
 AND r.valid_from <= :day AND (r.valid_to IS NULL OR r.valid_to > :day)
ORDER BY r.tax_class, r.component, r.region NULLS FIRST, r.valid_from
""")

_CLASSES = text("SELECT code, name, name_zh FROM tax_class ORDER BY code")

_RATES = text("""
SELECT id, country, region, component, tax_class, rate, valid_from, valid_to, source, enabled
FROM tax_rate
WHERE CAST(:country AS text) IS NULL OR country = :country
ORDER BY country, region NULLS FIRST, tax_class, component, valid_from
""")

_REGISTRATIONS = text("""
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
) -> tuple[TaxTable, TaxRounding]:
    """Return the rates for goods that go to `country` on the day `on`, and how tax is rounded.

    A merchant charges the tax of its own country (`origin`) and of those it is registered in;
    everything else is an export. The transaction's scope says which merchant.
    """
    rows = connection.execute(
        _TABLE,
        {
            "classes": sorted({*tax_classes, STANDARD}),
            "country": country,
            "region": region,
            "origin": origin,
            "currency": currency,
            "day": on,
        },
    ).all()
    found: dict[str, dict[str, AppliedRate]] = {}
    for row in rows:
        if row.tax_class is not None:
            found.setdefault(row.tax_class, {})[row.component] = AppliedRate(
                row.component, row.rate.normalize(), row.source, country, row.region
            )
    rates = {tax_class: tuple(of.values()) for tax_class, of in found.items()}
    table = TaxTable(country=country, region=region, liable=rows[0].liable, rates=rates)
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
    )
    return tax_lines(lines, table=table, currency=currency, rounding=rounding)


def tax_classes(connection: Connection | Session) -> tuple[TaxClassRow, ...]:
    """Return every tax class of the park."""
    return tuple(TaxClassRow(*row) for row in connection.execute(_CLASSES))


def tax_rates(
    connection: Connection | Session, *, country: str | None = None
) -> tuple[TaxRateRow, ...]:
    """Return the rates of one country, or of all, with those that are off or past."""
    return tuple(TaxRateRow(*row) for row in connection.execute(_RATES, {"country": country}))


def tax_registrations(connection: Connection | Session) -> tuple[TaxRegistrationRow, ...]:
    """Return where the merchant charges tax besides its own country."""
    return tuple(TaxRegistrationRow(*row) for row in connection.execute(_REGISTRATIONS))
