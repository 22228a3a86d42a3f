"""Rules as people read them, and the mark by which a change that nobody has seen is noticed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from commerce.customers.form import countries
from commerce.fulfilment.sourcing import Conditions, Effect, Rule
from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.web.formats import money
from commerce.web.identity import current_merchant
from commerce.web.languages import language
from storefront.backoffice.sourcing.form import Choices, kilos
from storefront.backoffice.sourcing.words import effect_name
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.words import channel_name, in_language


@dataclass(frozen=True, slots=True)
class ShownRule:
    """One rule in words."""

    position: int
    name: str
    effect: str
    amount: str
    places: str
    when: tuple[str, ...]
    active: bool
    in_force: bool


def shown_rule(at: int, rule: Rule, known: Choices) -> ShownRule:
    """Return a rule in words; `at` is its place in the order."""
    return ShownRule(
        position=at,
        name=in_language(rule.name, rule.name_zh),
        effect=effect_name(rule.effect),
        amount=_amount(rule),
        places=_places(rule.when, known),
        when=tuple(_conditions(rule.when, known)),
        active=rule.active,
        in_force=rule.in_force(utc_now()),
    )


def _amount(rule: Rule) -> str:
    if not rule.amount:
        return ""
    if rule.effect is Effect.KEEP_BACK:
        return ngettext("%(num)d unit", "%(num)d units", rule.amount)
    return money(Money(rule.amount, current_merchant().currency))


def mark_of(rules: Sequence[Rule]) -> str:
    """Return what tells one state of the rules from another; a draft's ids are new each time."""
    told = repr([(r.effect, r.name, r.name_zh, r.when, r.amount, r.active) for r in rules])
    return blake2b(told.encode(), digest_size=8).hexdigest()


def _conditions(when: Conditions, known: Choices) -> list[str]:
    """Return what a rule asks for, one phrase for each condition."""
    named: tuple[tuple[frozenset[Any], Mapping[str, str]], ...] = (
        (when.countries, dict(countries(language()))),
        (when.channels, {each.value: channel_name(each) for each in Channel}),
        (when.options, dict(known.options)),
        (when.categories, {key: name.removeprefix("– ") for key, name in known.categories}),
        (when.tags, {}),
    )
    told = [
        _(" or ").join(sorted(names.get(str(each), str(each)) for each in values))
        for values, names in named
        if values
    ]
    return [*told, *_figures(when)]


def _places(when: Conditions, known: Choices) -> str:
    """Return which places a rule is about; nothing when it is about every one."""
    places, kinds = dict(known.places), dict(known.kinds)
    told = [places.get(str(each), _("a place that is gone")) for each in when.places]
    told += [kinds.get(each, each) for each in when.kinds]
    open_now = {True: _("while it is open"), False: _("while it is closed")}
    said = _(", ").join(sorted(told))
    return " · ".join(filter(None, [said, open_now.get(when.open_now, "")]))  # type: ignore[arg-type]  # None has no words


def _figures(when: Conditions) -> Iterable[str]:
    currency = current_merchant().currency
    if when.grams_from is not None:
        yield _("from %(weight)s kg", weight=kilos(when.grams_from))
    if when.grams_below is not None:
        yield _("below %(weight)s kg", weight=kilos(when.grams_below))
    if when.value_from is not None:
        yield _("from %(amount)s", amount=money(Money(when.value_from, currency)))
    if when.value_below is not None:
        yield _("below %(amount)s", amount=money(Money(when.value_below, currency)))
