"""State tax classes and rates (the park's), and where a merchant is registered."""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version
from commerce.park.errors import UnknownCountryError
from commerce.park.service.merchants import country_codes
from commerce.pricing.errors import (
    RateValueError,
    RegionCodeError,
    TaxRateEndError,
    TaxRateExistsError,
    TaxRateOverlapError,
    TaxRateWithoutEndError,
    TaxSourceError,
    UnknownTaxClassError,
)
from commerce.pricing.rows import TaxSource

_FINEST = Decimal("0.000001")
_MOST = 10
_REGION = re.compile(r"[A-Z0-9]{1,3}")
_ADDRESS = re.compile(r"https?://[^\s]+")

_DEFINE = text("""
INSERT INTO tax_class (code, name, name_zh, over_counter)
VALUES (:code, :name, :name_zh, :over_counter)
ON CONFLICT (code) DO UPDATE SET
  name = EXCLUDED.name, name_zh = EXCLUDED.name_zh, over_counter = EXCLUDED.over_counter
""")

_KNOWN = text("SELECT EXISTS (SELECT FROM tax_class WHERE code = :code)")

_ADD = text("""
INSERT INTO tax_rate (id, country, region, component, tax_class, rate, valid_from, valid_to,
                      source, source_zh, source_url, source_read, note, note_zh, enabled)
VALUES (:id, :country, :region, :component, :tax_class, :rate, :valid_from, :valid_to,
        :source, :source_zh, :source_url, :source_read, :note, :note_zh, :enabled)
ON CONFLICT DO NOTHING
RETURNING id
""")

# Held until the commit: of two operators who state rates at the same time the second sees the first's.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('tax_rate'))")

# A rate without an end gives way to every one that begins later, from that one's first day on, and
# counts again where that one has an end: so a cut for half a year is one row. Everything else that
# shares a day with another rate of the same place and class is a mistake of somebody's.
_IN_THE_WAY = text("""
SELECT valid_from, valid_to FROM tax_rate
WHERE enabled AND id <> :id
  AND (country, component, tax_class) = (:country, :component, :tax_class)
  AND region IS NOT DISTINCT FROM CAST(:region AS text)
  AND (valid_from = :valid_from
    OR valid_to > :valid_from AND (
      valid_from < :valid_to OR CAST(:valid_to AS date) IS NULL AND valid_from < :valid_from)
    OR valid_to IS NULL AND valid_from > :valid_from AND valid_from < :valid_to)
ORDER BY (valid_from = :valid_from) DESC, valid_from LIMIT 1
""")

_ONE = text("""
SELECT id, country, region, component, tax_class, valid_from, valid_to FROM tax_rate
WHERE id = :id FOR UPDATE
""")

_CONFIRM = text("""
UPDATE tax_rate SET enabled = true, source = :source, source_zh = :source_zh,
  source_url = :source_url, source_read = :source_read, note = '', note_zh = '',
  switched_off_at = NULL, switched_off_by = NULL, switched_off_why = ''
WHERE id = :id
""")

_SWITCH_OFF = text("""
UPDATE tax_rate SET enabled = false, switched_off_at = :now, switched_off_by = :actor,
  switched_off_why = :reason
WHERE id = :id AND enabled RETURNING id
""")

_END = text("""
UPDATE tax_rate SET valid_to = :day
WHERE id = :id AND enabled AND valid_from < :day AND (valid_to IS NULL OR valid_to >= :day)
RETURNING id
""")

# What a rate without an end has replaced is over for good; it must not come back when that one ends.
_END_THE_REPLACED = text("""
UPDATE tax_rate o SET valid_to = r.valid_from FROM tax_rate r
WHERE r.id = :id AND r.enabled AND r.valid_to IS NULL
  AND o.enabled AND o.valid_to IS NULL AND o.valid_from < r.valid_from
  AND (o.country, o.component, o.tax_class) = (r.country, r.component, r.tax_class)
  AND o.region IS NOT DISTINCT FROM r.region
""")

_TRANSLATE = text("""
UPDATE tax_rate SET source_zh = :source_zh WHERE source = :source AND source_zh = ''
""")

_REGISTER = text("""
INSERT INTO tax_registration (merchant_id, id, country, region, number, valid_from, valid_to)
VALUES (:merchant, :id, :country, :region, :number, :valid_from, :valid_to)
ON CONFLICT (merchant_id, country, region) DO UPDATE
  SET number = EXCLUDED.number, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to
""")


def define_tax_class(
    session: Session, *, code: str, name: str, name_zh: str, over_counter: str | None = None
) -> None:
    """Define a kind of goods or service, or name it anew. For the park's scope.

    `over_counter` is the class, defined before, that counts when a store hands the goods over.
    """
    session.execute(
        _DEFINE, {"code": code, "name": name, "name_zh": name_zh, "over_counter": over_counter}
    )


def add_tax_rate(
    session: Session,
    *,
    country: str,
    tax_class: str,
    rate: Decimal,
    valid_from: date,
    source: str | TaxSource,
    region: str | None = None,
    component: str = "vat",
    valid_to: date | None = None,
    sure: bool = True,
    note: str = "",
    note_zh: str = "",
) -> UUID:
    """State a rate (0.13 is 13 percent) from a day on, with the law that says so; return its id.

    For the park's scope. One that is not `sure` is kept but never charged until it is confirmed;
    `note` says what is not sure about it. `valid_to` is the first day on which it no longer counts;
    a newer rate also ends one that has no end of its own.

    Raises:
        RateValueError: not between 0 and 10, or finer than a millionth.
        UnknownCountryError, RegionCodeError: the place is no code of ISO 3166.
        UnknownTaxClassError: the class is not defined.
        TaxSourceError: there is no source, or its address is none.
        TaxRateEndError: it would end before it begins.
        TaxRateExistsError: there is one for the same place, class, component and day.
        TaxRateOverlapError, TaxRateWithoutEndError: another counts on some of its days.
    """
    written = _written(source)
    _check(country, region, rate)
    if valid_to is not None and valid_to <= valid_from:
        raise TaxRateEndError(valid_from=valid_from.isoformat())
    if not session.execute(_KNOWN, {"code": tax_class}).scalar_one():
        raise UnknownTaxClassError(tax_class=tax_class)
    row = {
        "id": new_id(),
        "country": country,
        "region": region,
        "component": component,
        "tax_class": tax_class,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    if sure:
        _demand_room(session, row)
    added = session.execute(
        _ADD, row | written | {"rate": rate, "note": note, "note_zh": note_zh, "enabled": sure}
    ).one_or_none()
    if added is None:
        raise _there_is_one(row)
    rate_id: UUID = added.id
    return rate_id


def confirm_tax_rate(session: Session, *, rate_id: UUID, source: str | TaxSource) -> None:
    """Let a rate count that was unsure or switched off, now that somebody has read its `source`.

    Raises:
        NotFoundError: there is no such rate.
        TaxSourceError: the source has no title, or its address is none.
        TaxRateExistsError, TaxRateOverlapError, TaxRateWithoutEndError: another counts in its place.
    """
    written = _written(source)
    row = session.execute(_ONE, {"id": rate_id}).mappings().one_or_none()
    if row is None:
        raise NotFoundError
    _demand_room(session, dict(row))
    session.execute(_CONFIRM, {"id": rate_id} | written)


def switch_off_tax_rate(
    session: Session, *, rate_id: UUID, reason: str = "", actor_id: UUID | None = None
) -> None:
    """Stop charging a rate that proved wrong, until somebody confirms it anew; sales stay as sold.

    Raises:
        NotFoundError: there is no such rate, or it is off already.
    """
    off = {"id": rate_id, "now": utc_now(), "actor": actor_id, "reason": reason}
    if session.execute(_SWITCH_OFF, off).one_or_none() is None:
        raise NotFoundError


def end_tax_rate(session: Session, *, rate_id: UUID, on: date) -> None:
    """Let a rate no longer count from the day `on`, nor any that it replaced; sales stay as sold.

    Raises:
        NotFoundError: there is no such rate, or it is not charged.
        TaxRateEndError: the day is not after its first, or after the end that it has.
    """
    session.execute(_END_THE_REPLACED, {"id": rate_id})
    if session.execute(_END, {"id": rate_id, "day": on}).one_or_none() is None:
        row = session.execute(_ONE, {"id": rate_id}).one_or_none()
        if row is None:
            raise NotFoundError
        raise TaxRateEndError(valid_from=row.valid_from.isoformat())


def name_source_in_chinese(session: Session, *, source: str, source_zh: str) -> None:
    """Give rates that name this source its Chinese title, where they have none yet."""
    session.execute(_TRANSLATE, {"source": source, "source_zh": source_zh})


def _check(country: str, region: str | None, rate: Decimal) -> None:
    if not rate.is_finite() or not 0 <= rate < _MOST or rate != rate.quantize(_FINEST):
        raise RateValueError(rate=rate)
    if country not in country_codes():
        raise UnknownCountryError(country=country)
    if region is not None and not _REGION.fullmatch(region):
        raise RegionCodeError(region=region)


def _written(source: str | TaxSource) -> dict[str, Any]:
    told = TaxSource(title=source) if isinstance(source, str) else source
    if not told.title.strip() or (told.url and not _ADDRESS.fullmatch(told.url)):
        raise TaxSourceError
    return {
        "source": told.title,
        "source_zh": told.title_zh,
        "source_url": told.url,
        "source_read": told.read_on,
    }


def _demand_room(session: Session, row: dict[str, Any]) -> None:
    session.execute(_ONE_AT_A_TIME)
    other = session.execute(_IN_THE_WAY, row).one_or_none()
    if other is None:
        return
    if other.valid_from == row["valid_from"]:
        raise _there_is_one(row)
    place = {"country": row["country"], "tax_class": row["tax_class"]}
    begins = other.valid_from.isoformat()
    if other.valid_to is None:
        raise TaxRateWithoutEndError(valid_from=begins, **place)
    raise TaxRateOverlapError(valid_from=begins, valid_to=other.valid_to.isoformat(), **place)


def _there_is_one(row: dict[str, Any]) -> TaxRateExistsError:
    return TaxRateExistsError(
        country=row["country"],
        tax_class=row["tax_class"],
        valid_from=row["valid_from"].isoformat(),
    )


def register_for_tax(
    session: Session,
    *,
    merchant_id: UUID,
    country: str,
    number: str,
    valid_from: date,
    region: str | None = None,
    valid_to: date | None = None,
) -> None:
    """Record that the merchant charges the tax of another country (or one region of it)."""
    session.execute(
        _REGISTER,
        {
            "merchant": merchant_id,
            "id": new_id(),
            "country": country,
            "region": region,
            "number": number,
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
    )
    bump_content_version(session, merchant_id=merchant_id)
