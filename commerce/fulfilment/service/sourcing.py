"""Set how orders are sourced: what places cost, the merchant's trade-offs, rules tried and in force."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import (
    DispatchTermsError,
    SourcingPolicyError,
    SourcingRuleError,
    TooManyRulesError,
    UnknownDeliveryOptionError,
)
from commerce.fulfilment.rows import DispatchRateRow, DispatchTermsRow
from commerce.fulfilment.sourcing import Conditions, Effect, Policy, Rule
from commerce.fulfilment.sourcing.record import conditions_as_json
from commerce.kernel.channel import Channel
from commerce.kernel.errors import FieldProblem
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version

MOST_RULES = 100
"""Rules of one merchant; every order is held against each of them."""

MOST_MINOR = 10**12
_LONGEST_NAME = 120
_LONGEST_LIST = 250
_LOCATION_KINDS = frozenset({"warehouse", "bonded", "store", "overseas", "transit", "quarantine"})
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

_CLEAR_RULES = text("DELETE FROM sourcing_rule WHERE merchant_id = :merchant AND draft = :draft")

_ADD_RULES = text("""
INSERT INTO sourcing_rule (merchant_id, id, draft, position, name, name_zh, effect, amount,
                           conditions, starts_at, ends_at, active)
VALUES (:merchant, :id, :draft, :position, :name, :name_zh, :effect, :amount,
        CAST(:conditions AS jsonb), :starts_at, :ends_at, :active)
""")

_ADOPT = text("UPDATE sourcing_rule SET draft = false WHERE merchant_id = :merchant AND draft")

_COUNT = text("SELECT count(*) FROM sourcing_rule WHERE merchant_id = :merchant AND draft")


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


def put_sourcing_rules(
    session: Session, *, merchant_id: UUID, rules: Sequence[Rule], draft: bool = True
) -> None:
    """Write the merchant's rules in their order; those written before are replaced.

    As a `draft` they count for nothing until `adopt_drafted_rules`; `dry_run` tells what they
    would have changed. Rules that count keep their ids when they are written again.

    Raises:
        SourcingRuleError: a rule contradicts itself; the problem says which and why.
        TooManyRulesError: there are more than `MOST_RULES`.
    """
    if len(rules) > MOST_RULES:
        raise TooManyRulesError(most=MOST_RULES)
    for at, rule in enumerate(rules):
        _check_rule(at, rule)
    session.execute(_CLEAR_RULES, {"merchant": merchant_id, "draft": draft})
    if rules:
        # A draft is a copy: the rule in force with the same id stays as it is.
        session.execute(
            _ADD_RULES,
            [
                {
                    "merchant": merchant_id,
                    "id": new_id() if draft else rule.id,
                    "draft": draft,
                    "position": at,
                    "name": rule.name.strip(),
                    "name_zh": rule.name_zh.strip(),
                    "effect": rule.effect.value,
                    "amount": rule.amount,
                    "conditions": json.dumps(conditions_as_json(rule.when), ensure_ascii=False),
                    "starts_at": rule.starts_at,
                    "ends_at": rule.ends_at,
                    "active": rule.active,
                }
                for at, rule in enumerate(rules, start=1)
            ],
        )
    if not draft:
        bump_content_version(session, merchant_id=merchant_id, network=True)


def adopt_drafted_rules(session: Session, *, merchant_id: UUID) -> None:
    """Let the drafted rules count from now on in place of those that did; none is left drafted.

    An empty draft leaves everything as it is: whoever wants no rules writes none that count.
    """
    where = {"merchant": merchant_id}
    if not session.execute(_COUNT, where).scalar_one():
        return
    session.execute(_CLEAR_RULES, {**where, "draft": False})
    session.execute(_ADOPT, where)
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
    if rate.country != "*" and not _is_country(rate.country):
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


def _check_rule(at: int, rule: Rule) -> None:
    for pointer, name in (("name", rule.name), ("name_zh", rule.name_zh)):
        if not 0 < len(name.strip()) <= _LONGEST_NAME:
            raise _misshapen(
                at, pointer, "name", "Name the rule in English and in Chinese, in 120 letters."
            )
    costs = rule.effect in {Effect.PREFER, Effect.PENALTY, Effect.KEEP_BACK}
    if costs != (0 < rule.amount <= MOST_MINOR) or (not costs and rule.amount):
        raise _misshapen(
            at,
            "amount",
            "amount",
            "Preferring, penalties and keeping back need an amount above zero; the others have none.",
        )
    if rule.starts_at and rule.ends_at and rule.starts_at >= rule.ends_at:
        raise _misshapen(at, "ends_at", "dates", "The rule ends before it begins.")
    _check_conditions(at, rule)


def _check_conditions(at: int, rule: Rule) -> None:
    when = rule.when
    if rule.effect in {Effect.ONLY, Effect.PREFER} and not (when.about_places or when.options):
        raise _misshapen(
            at, "places", "places", "Say which places the rule is about: a kind, some, open ones."
        )
    odd = [each for each in when.countries if not _is_country(each)]
    if odd or not when.kinds <= _LOCATION_KINDS or not when.channels <= _channels():
        raise _misshapen(at, "when", "unknown", "One of the conditions names what there is not.")
    if any(len(each) > _LONGEST_LIST for each in _lists(when)):
        raise _misshapen(at, "when", "too-long", "One of the conditions names more than 250.")
    for least, below in (
        (when.grams_from, when.grams_below),
        (when.value_from, when.value_below),
    ):
        figures = [figure for figure in (least, below) if figure is not None]
        if any(not 0 <= figure <= MOST_MINOR for figure in figures) or (
            least is not None and below is not None and least >= below
        ):
            raise _misshapen(
                at, "when", "span", "Weight and value run from a smaller to a greater figure."
            )


def _lists(when: Conditions) -> Iterable[frozenset[str] | frozenset[UUID]]:
    yield from (when.countries, when.regions, when.options, when.tags)
    yield from (when.categories, when.places)


def _channels() -> frozenset[str]:
    return frozenset(channel.value for channel in Channel)


def _is_country(code: str) -> bool:
    return len(code) == len("XX") and code.isascii() and code.isalpha() and code.isupper()


def _misshapen(at: int, field: str, code: str, template: str) -> SourcingRuleError:
    return SourcingRuleError(
        FieldProblem(pointer=f"/rules/{at}/{field}", code=code, template=template)
    )


def _amount_problem(pointer: str) -> FieldProblem:
    return FieldProblem(
        pointer=pointer, code="amount", template="Amounts cannot be below zero or that large."
    )
