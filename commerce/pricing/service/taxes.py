"""State tax classes and rates (the park's), and where a merchant is registered."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.kernel.errors import NotFoundError
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version
from commerce.pricing.errors import RateValueError, TaxRateExistsError, UnknownTaxClassError

_FINEST = Decimal("0.000001")
_MOST = 10

_DEFINE = text("""
INSERT INTO tax_class (code, name, name_zh, over_counter)
VALUES (:code, :name, :name_zh, :over_counter)
ON CONFLICT (code) DO UPDATE SET
  name = EXCLUDED.name, name_zh = EXCLUDED.name_zh, over_counter = EXCLUDED.over_counter
""")

_KNOWN = text("SELECT EXISTS (SELECT FROM tax_class WHERE code = :code)")

_ADD = text("""
INSERT INTO tax_rate (id, country, region, component, tax_class, rate, valid_from, valid_to,
                      source, enabled)
VALUES (:id, :country, :region, :component, :tax_class, :rate, :valid_from, :valid_to,
        :source, :enabled)
ON CONFLICT DO NOTHING
RETURNING id
""")

_CONFIRM = text("""
UPDATE tax_rate SET enabled = true, source = :source WHERE id = :id RETURNING id
""")

_SWITCH_OFF = text("""
UPDATE tax_rate SET enabled = false WHERE id = :id AND enabled RETURNING id
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
    source: str,
    region: str | None = None,
    component: str = "vat",
    valid_to: date | None = None,
    sure: bool = True,
) -> UUID:
    """State a rate (0.13 is 13 percent) from a day on, with the law that says so; return its id.

    For the park's scope. One that is not `sure` is kept but never charged until it is confirmed.
    `valid_to` is the first day on which it no longer counts; a newer rate also ends an older one.

    Raises:
        RateValueError: not between 0 and 10, or finer than a millionth.
        UnknownTaxClassError: the class is not defined.
        TaxRateExistsError: there is one for the same place, class, component and day.
    """
    if not rate.is_finite() or not 0 <= rate < _MOST or rate != rate.quantize(_FINEST):
        raise RateValueError(rate=rate)
    if not session.execute(_KNOWN, {"code": tax_class}).scalar_one():
        raise UnknownTaxClassError(tax_class=tax_class)
    added = session.execute(
        _ADD,
        {
            "id": new_id(),
            "country": country,
            "region": region,
            "component": component,
            "tax_class": tax_class,
            "rate": rate,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "source": source,
            "enabled": sure,
        },
    ).one_or_none()
    if added is None:
        raise TaxRateExistsError(
            country=country, tax_class=tax_class, valid_from=valid_from.isoformat()
        )
    rate_id: UUID = added.id
    return rate_id


def confirm_tax_rate(session: Session, *, rate_id: UUID, source: str) -> None:
    """Let an unsure rate count, now that somebody has checked it against `source`.

    Raises:
        NotFoundError: there is no such rate.
    """
    if session.execute(_CONFIRM, {"id": rate_id, "source": source}).one_or_none() is None:
        raise NotFoundError


def switch_off_tax_rate(session: Session, *, rate_id: UUID) -> None:
    """Stop charging a rate that proved wrong, until somebody confirms it anew; sales stay as sold.

    Raises:
        NotFoundError: there is no such rate, or it is off already.
    """
    if session.execute(_SWITCH_OFF, {"id": rate_id}).one_or_none() is None:
        raise NotFoundError


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
