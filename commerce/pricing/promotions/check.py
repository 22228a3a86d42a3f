"""Whether a promotion that a merchant describes can be kept."""

import re
from collections.abc import Iterator, Mapping

from commerce.kernel.errors import FieldProblem
from commerce.kernel.money import minor_digits
from commerce.pricing.promotions.errors import PromotionTermsError
from commerce.pricing.promotions.rows import (
    WHOLE,
    Amount,
    Bundle,
    BuyGet,
    Effect,
    Percentage,
    PromotionDraft,
    Shipping,
)

MOST_UNITS = 999
"""Of one line of a cart; a set of more can never come together."""

MOST_PARTS = 20

_MOST_MINOR = 10**15
_LAST_POSITION = 9999
_COUNTRY = re.compile(r"[A-Z]{2}")


def check_promotion(draft: PromotionDraft) -> None:
    """Refuse a promotion that says nothing, says two things at once or cannot be reckoned.

    Raises:
        PromotionTermsError: says which term is at fault and what to do.
        UnknownCurrencyError: an amount is in no currency.
    """
    for problem in (*_of_frame(draft), *_of_effect(draft.effect)):
        raise PromotionTermsError(problem)


def _of_frame(draft: PromotionDraft) -> Iterator[FieldProblem]:
    asked = draft.conditions
    if not draft.name.strip() or not draft.name_zh.strip():
        yield _fault("/name", "missing", "Give the promotion a name in both languages.")
    if asked.valid_from and asked.valid_to and asked.valid_to <= asked.valid_from:
        yield _fault("/valid_to", "ends-first", "A promotion must end after it begins.")
    for limit in (draft.limit_total, draft.limit_per_customer):
        if limit is not None and not 0 < limit < _MOST_MINOR:
            yield _fault("/limit_total", "no-limit", "A limit is one use at least.")
    if not all(_COUNTRY.fullmatch(country) for country in asked.countries):
        yield _fault("/countries", "country", "Name countries by two capital letters, such as CN.")
    if abs(draft.position) > _LAST_POSITION:
        yield _fault("/position", "position", "A place in the order is a number up to 9999.")
    if not 0 <= asked.minimum_quantity < _MOST_MINOR or not _amounts_fit(asked.minimum_amounts):
        yield _fault("/minimum", "below-zero", "A minimum is an amount or a number above zero.")


def _of_effect(effect: Effect) -> Iterator[FieldProblem]:
    if isinstance(effect, Percentage | BuyGet | Shipping) and not 0 < effect.basis_points <= WHOLE:
        yield _fault("/effect", "share", "Give a share above zero and of 100 percent at most.")
    if isinstance(effect, Amount) and not (effect.amounts and _amounts_fit(effect.amounts)):
        yield _fault("/effect", "amount", "Give an amount above zero, in one currency at least.")
    if isinstance(effect, Shipping) and not _amounts_fit(effect.at_most):
        yield _fault("/effect", "amount", "Give an amount above zero, in one currency at least.")
    if isinstance(effect, BuyGet) and not _counts_fit(effect.buy, effect.get, effect.most or 1):
        yield _fault(
            "/effect",
            "units",
            "Say how many units are bought and how many cost less: 1 to 999 each.",
        )
    if isinstance(effect, Bundle):
        units = [part.quantity for part in effect.parts]
        if not 0 < len(units) <= MOST_PARTS or not _counts_fit(*units):
            yield _fault("/effect", "parts", "A bundle has 1 to 20 parts, of 1 to 999 units each.")
        elif not effect.prices or not _amounts_fit(effect.prices, least=0):
            yield _fault("/effect", "price", "Say what the bundle costs, in one currency at least.")


def _counts_fit(*counts: int) -> bool:
    return all(0 < count <= MOST_UNITS for count in counts)


def _amounts_fit(amounts: Mapping[str, int], *, least: int = 1) -> bool:
    for currency in amounts:
        minor_digits(currency)
    return all(least <= amount < _MOST_MINOR for amount in amounts.values())


def _fault(pointer: str, code: str, template: str) -> FieldProblem:
    return FieldProblem(pointer=pointer, code=code, template=template)
