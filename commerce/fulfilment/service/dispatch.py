"""Set what it costs to send: the merchant's trade-offs, each place's terms and rates."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import (
    DispatchTermsError,
    SourcingPolicyError,
    UnknownDeliveryOptionError,
)
from commerce.fulfilment.rows import DispatchRateRow, DispatchTermsRow
from commerce.fulfilment.sourcing import Policy
from commerce.kernel.errors import FieldProblem
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version

MOST_MINOR = 10**12
_LONGEST_DAYS = 365
_MOST_DUTY_PPM = 10_000_000

_PUT_POLICY = text("""
INSERT INTO sourcing_policy (merchant_id, split_minor, late_day_minor, per_100_km_minor,
                             priority_minor, serve_anyway)
VALUES (:merchant, :split, :late, :km, :priority, :anyway)
ON CONFLICT (merchant_id) DO UPDATE SET
  split_minor = EXCLUDED.split_minor, late_day_minor = EXCLUDED.late_day_minor,
  per_100_km_minor = EXCLUDED.per_100_km_minor, priority_minor = EXCLUDED.priority_minor,
  serve_anyway = EXCLUDED.serve_anyway
""")

_PUT_TERMS = text("""
INSERT INTO dispatch_terms (merchant_id, location_id, handling_minor, handling_unit_minor,
                            capacity_per_day, cut_off)
VALUES (:merchant, :location, :handling, :handling_unit, :capacity, :cut_off)
ON CONFLICT (merchant_id, location_id) DO UPDATE SET
  handling_minor = EXCLUDED.handling_minor, handling_unit_minor = EXCLUDED.handling_unit_minor,
  capacity_per_day = EXCLUDED.capacity_per_day, cut_off = EXCLUDED.cut_off
""")

_CLEAR_RATES = text(
    "DELETE FROM dispatch_rate WHERE merchant_id = :merchant AND location_id = :location"
)

_ADD_RATES = text("""
INSERT INTO dispatch_rate (merchant_id, id, location_id, option_code, country, base_minor,
                           per_kg_minor, duty_ppm, min_days, max_days)
VALUES (:merchant, :id, :location, :option, :country, :base, :per_kg, :duty, :min_days, :max_days)
""")

_OPTIONS = text("SELECT code FROM delivery_option WHERE merchant_id = :merchant")


def set_sourcing_policy(session: Session, *, merchant_id: UUID, policy: Policy) -> None:
    """Set what splitting, lateness, distance and priority cost, in the currency of the books.

    Raises:
        SourcingPolicyError: an amount is below zero or beyond all reason.
    """
    figures = {
        "split_minor": policy.split_minor,
        "late_day_minor": policy.late_day_minor,
        "per_100_km_minor": policy.per_100_km_minor,
        "priority_minor": policy.priority_minor,
    }
    for name, figure in figures.items():
        if not 0 <= figure <= MOST_MINOR:
            raise SourcingPolicyError(_amount_problem(f"/{name}"))
    session.execute(
        _PUT_POLICY,
        {
            "merchant": merchant_id,
            "split": policy.split_minor,
            "late": policy.late_day_minor,
            "km": policy.per_100_km_minor,
            "priority": policy.priority_minor,
            "anyway": policy.serve_anyway,
        },
    )
    bump_content_version(session, merchant_id=merchant_id, network=True)


def set_dispatch_terms(session: Session, *, merchant_id: UUID, terms: DispatchTermsRow) -> None:
    """Set what it takes a location to send an order: handling, orders a day, cut-off.

    Raises:
        DispatchTermsError: an amount is below zero, or a capacity is not above it.
    """
    for pointer, figure in (
        ("/handling", terms.handling_minor),
        ("/handling_unit", terms.handling_unit_minor),
    ):
        if not 0 <= figure <= MOST_MINOR:
            raise DispatchTermsError(_amount_problem(pointer))
    if terms.capacity_per_day is not None and not 0 < terms.capacity_per_day <= MOST_MINOR:
        raise DispatchTermsError(
            FieldProblem(
                pointer="/capacity",
                code="capacity",
                template="Orders a day are 1 or more; leave it empty where there is no limit.",
            )
        )
    session.execute(
        _PUT_TERMS,
        {
            "merchant": merchant_id,
            "location": terms.location_id,
            "handling": terms.handling_minor,
            "handling_unit": terms.handling_unit_minor,
            "capacity": terms.capacity_per_day,
            "cut_off": terms.cut_off,
        },
    )
    bump_content_version(session, merchant_id=merchant_id, network=True)


def set_dispatch_rates(
    session: Session, *, merchant_id: UUID, location_id: UUID, rates: Sequence[DispatchRateRow]
) -> None:
    """Set what sending from a location costs the merchant; what was set before is replaced.

    Raises:
        DispatchTermsError: an amount or days are wrong, or two rates are for the same parcels.
        UnknownDeliveryOptionError: a rate names a delivery option that there is not.
    """
    for rate in rates:
        _check_rate(rate)
    keys = [(rate.option_code, rate.country) for rate in rates]
    if len(set(keys)) < len(keys):
        raise DispatchTermsError(
            FieldProblem(
                pointer="/rates",
                code="repeated",
                template="Two rates are for the same country and way of delivery.",
            )
        )
    known = set(session.execute(_OPTIONS, {"merchant": merchant_id}).scalars())
    if {rate.option_code for rate in rates} - known - {None}:
        raise UnknownDeliveryOptionError
    session.execute(_CLEAR_RATES, {"merchant": merchant_id, "location": location_id})
    if rates:
        session.execute(
            _ADD_RATES,
            [
                {
                    "merchant": merchant_id,
                    "id": new_id(),
                    "location": location_id,
                    "option": rate.option_code,
                    "country": rate.country,
                    "base": rate.base_minor,
                    "per_kg": rate.per_kg_minor,
                    "duty": rate.duty_ppm,
                    "min_days": rate.days[0] if rate.days else None,
                    "max_days": rate.days[1] if rate.days else None,
                }
                for rate in rates
            ],
        )
    bump_content_version(session, merchant_id=merchant_id, network=True)


def _check_rate(rate: DispatchRateRow) -> None:
    for pointer, figure in (("/base", rate.base_minor), ("/per_kg", rate.per_kg_minor)):
        if not 0 <= figure <= MOST_MINOR:
            raise DispatchTermsError(_amount_problem(pointer))
    if not 0 <= rate.duty_ppm <= _MOST_DUTY_PPM:
        raise DispatchTermsError(
            FieldProblem(
                pointer="/duty", code="duty", template="Duty is between 0 and 1,000 percent."
            )
        )
    if rate.country != "*" and not is_country(rate.country):
        raise DispatchTermsError(
            FieldProblem(
                pointer="/country",
                code="country",
                template="Write the country as two letters, such as DE, or * for all others.",
            )
        )
    if rate.days is not None and not 0 <= rate.days[0] <= rate.days[1] <= _LONGEST_DAYS:
        raise DispatchTermsError(
            FieldProblem(
                pointer="/days",
                code="days",
                template="Give the days from the earliest to the latest, 0 to 365.",
            )
        )


def is_country(code: str) -> bool:
    """Return whether `code` is written as a country's: two capital letters."""
    return len(code) == len("XX") and code.isascii() and code.isalpha() and code.isupper()


def _amount_problem(pointer: str) -> FieldProblem:
    return FieldProblem(
        pointer=pointer, code="amount", template="Amounts cannot be below zero or that large."
    )
