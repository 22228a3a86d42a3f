"""Delivery as the merchant has set it, for the desk."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.fulfilment.rows import (
    CountryGroupRow,
    DeliveryKind,
    DeliveryPrice,
    DeliverySetting,
)
from commerce.kernel.money import Money
from commerce.kernel.statements import Statement

_GROUPS = Statement("""
SELECT g.id, g.code, g.name, g.name_zh,
       ARRAY(SELECT c.country FROM country_group_country c
             WHERE c.merchant_id = g.merchant_id AND c.group_id = g.id
             ORDER BY c.country) AS countries
FROM country_group g
ORDER BY g.code
""")

_OPTIONS = Statement("""
SELECT o.id, o.code, o.kind, o.name, o.name_zh, g.code AS group_code, o.regions,
       o.location_id, o.min_days,
       o.max_days, o.cut_off, o.prepare_minutes, o.keep_days, o.working_days, o.position, o.active
FROM delivery_option o
LEFT JOIN country_group g ON g.merchant_id = o.merchant_id AND g.id = o.group_id
ORDER BY o.position, o.code
""")

_PRICES = Statement("""
SELECT option_id, currency, up_to_grams, amount_minor, free_from_minor
FROM delivery_price
ORDER BY option_id, currency, up_to_grams NULLS LAST
""")


def country_groups(connection: Connection | Session) -> tuple[CountryGroupRow, ...]:
    """Return the merchant's groups of countries by code."""
    return tuple(
        CountryGroupRow(row.id, row.code, row.name, row.name_zh, tuple(row.countries))
        for row in _GROUPS.all(connection)
    )


def delivery_settings(connection: Connection | Session) -> tuple[DeliverySetting, ...]:
    """Return every delivery option with its prices, also those that are switched off."""
    prices: dict[UUID, list[DeliveryPrice]] = defaultdict(list)
    for row in _PRICES.all(connection):
        prices[row.option_id].append(
            DeliveryPrice(
                amount=Money(row.amount_minor, row.currency),
                free_from=None
                if row.free_from_minor is None
                else Money(row.free_from_minor, row.currency),
                up_to_grams=row.up_to_grams,
            )
        )
    return tuple(
        DeliverySetting(
            code=row.code,
            kind=DeliveryKind(row.kind),
            name=row.name,
            name_zh=row.name_zh,
            group=row.group_code,
            regions=tuple(row.regions),
            location_id=row.location_id,
            min_days=row.min_days,
            max_days=row.max_days,
            cut_off=row.cut_off,
            prepare_minutes=row.prepare_minutes,
            keep_days=row.keep_days,
            working_days=tuple(row.working_days),
            position=row.position,
            active=row.active,
            prices=tuple(prices[row.id]),
        )
        for row in _OPTIONS.all(connection)
    )
