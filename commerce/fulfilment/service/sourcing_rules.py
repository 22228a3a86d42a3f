"""Write the rules by which orders are sourced: first as a draft to be tried, then as what counts."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.fulfilment.errors import (
    SourcingRuleError,
    TooManyRulesError,
)
from commerce.fulfilment.service.dispatch import MOST_MINOR, is_country
from commerce.fulfilment.sourcing import Conditions, Effect, Rule
from commerce.fulfilment.sourcing.record import conditions_as_json
from commerce.kernel.channel import Channel
from commerce.kernel.errors import FieldProblem
from commerce.kernel.ids import new_id
from commerce.park.content import bump_content_version

MOST_RULES = 100
"""Rules of one merchant; every order is held against each of them."""

_LONGEST_NAME = 120
_LONGEST_LIST = 250
_LOCATION_KINDS = frozenset({"warehouse", "bonded", "store", "overseas", "transit", "quarantine"})


_CLEAR_RULES = text("DELETE FROM sourcing_rule WHERE merchant_id = :merchant AND draft = :draft")

_ADD_RULES = text("""
INSERT INTO sourcing_rule (merchant_id, id, draft, position, name, name_zh, effect, amount,
                           conditions, starts_at, ends_at, active)
VALUES (:merchant, :id, :draft, :position, :name, :name_zh, :effect, :amount,
        CAST(:conditions AS jsonb), :starts_at, :ends_at, :active)
""")

_ADOPT = text("UPDATE sourcing_rule SET draft = false WHERE merchant_id = :merchant AND draft")

_COUNT = text("SELECT count(*) FROM sourcing_rule WHERE merchant_id = :merchant AND draft")


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
    odd = [each for each in when.countries if not is_country(each)]
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


def _misshapen(at: int, field: str, code: str, template: str) -> SourcingRuleError:
    return SourcingRuleError(
        FieldProblem(pointer=f"/rules/{at}/{field}", code=code, template=template)
    )
