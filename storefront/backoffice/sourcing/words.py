"""Decisions, rules and costs of sourcing in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commerce.fulfilment.sourcing import Cost, Effect, Reason
from commerce.kernel.money import Money
from commerce.web.formats import money
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext
from storefront.backoffice.words import in_language

Said = Callable[[Mapping[str, Any]], str]


def occasion_name(occasion: str) -> str:
    """Return when it was decided, in a word or two."""
    return {
        "placed": _("When it was placed"),
        "held_again": _("When it was paid late"),
        "found_again": _("When goods were missing"),
        "rerouted": _("When a place could not serve it"),
    }.get(occasion, occasion)


def effect_name(effect: Effect) -> str:
    """Return what a rule does, as its form offers it."""
    return {
        Effect.EXCLUDE: _("These places do not serve"),
        Effect.ONLY: _("Only these places serve"),
        Effect.PREFER: _("These places come first"),
        Effect.PENALTY: _("These places come later"),
        Effect.KEEP_BACK: _("Units stay on the shelf"),
    }[effect]


@dataclass(frozen=True, slots=True)
class Teller:
    """Says what was decided; `places` are the merchant's places by id, `currency` is its books'."""

    places: Mapping[UUID, str]
    currency: str

    def cost(self, cost: Cost, rules: Mapping[UUID, str]) -> str:
        """Return what a part of the price of a parcel is for."""
        known = {
            "shipping": _("Postage"),
            "handling": _("Handling"),
            "duty": _("Duty and import tax"),
            "distance": _("Distance"),
            "priority": _("Rank of the place"),
            "late": _("Late by the promise"),
        }
        if cost.code in known:
            return known[cost.code]
        name = rules.get(cost.rule_id) if cost.rule_id else None
        return _("Rule: %(name)s", name=name) if name else _("A rule")

    def reason(self, reason: Reason) -> str:
        """Return one sentence of the explanation."""
        said = self._sentences().get(reason.code)
        return said(reason.params) if said else reason.code

    def place(self, place: object) -> str:
        """Return what a place is called; one that is gone has no name any more."""
        return self.places.get(UUID(str(place)), _("a place that is gone"))

    def every(self, places: Iterable[object]) -> str:
        """Return what several places are called, in one phrase."""
        return _(", ").join(self.place(each) for each in places)

    def amount(self, minor: object) -> str:
        """Return an amount in the currency of the books."""
        return money(Money(int(str(minor)), self.currency))

    def _sentences(self) -> Mapping[str, Said]:
        return {
            "collected-there": lambda p: _(
                "The customer collects it at %(place)s.", place=self.place(p["place"])
            ),
            "one-parcel": lambda p: _(
                "%(place)s has everything: one parcel.", place=self.place(p["place"])
            ),
            "no-place-has-all": lambda p: _(
                "No place has everything, so it leaves from several: %(places)s.",
                places=self.every(p["places"]),
            ),
            "parcels-cheaper": lambda p: _(
                "One place could serve all, but several cost less: %(places)s.",
                places=self.every(p["places"]),
            ),
            "cheaper-than-next": lambda p: _(
                "The next best would have cost %(amount)s more.", amount=self.amount(p["minor"])
            ),
            "no-other-place": lambda _p: _("There was no other way to serve it."),
            "arrives-late": self._late,
            "full-today": lambda p: _(
                "Has its orders for that day already: %(places)s.", places=self.every(p["places"])
            ),
            "search-stopped": lambda _p: _(
                "There were so many ways that not all were compared; this is the best that was found."
            ),
            "rule-gave-way": lambda p: _(
                "The rule “%(name)s” gave way: with it nobody could have served the order.",
                name=_named(p),
            ),
            "rule-exclude": lambda p: _(
                "By the rule “%(name)s” these places did not serve: %(places)s.",
                name=_named(p),
                places=self.every(p["places"]),
            ),
            "rule-only": lambda p: _(
                "By the rule “%(name)s” these places were left out: %(places)s.",
                name=_named(p),
                places=self.every(p["places"]),
            ),
            "rule-keep_back": self._kept,
            "rule-prefer": lambda p: _(
                "By the rule “%(name)s” %(places)s came first: the others counted %(amount)s more.",
                name=_named(p),
                places=self.every(p["places"]),
                amount=self.amount(p["amount"]),
            ),
            "rule-penalty": lambda p: _(
                "By the rule “%(name)s” %(places)s counted %(amount)s more.",
                name=_named(p),
                places=self.every(p["places"]),
                amount=self.amount(p["amount"]),
            ),
        }

    def _late(self, params: Mapping[str, Any]) -> str:
        return ngettext(
            "The parcel from %(place)s arrives %(num)d day after the promised one.",
            "The parcel from %(place)s arrives %(num)d days after the promised one.",
            int(params["days"]),
            place=self.place(params["place"]),
        )

    def _kept(self, params: Mapping[str, Any]) -> str:
        return ngettext(
            "By the rule “%(name)s” %(num)d unit stayed on the shelf at %(places)s.",
            "By the rule “%(name)s” %(num)d units stayed on the shelf at %(places)s.",
            int(params["amount"]),
            name=_named(params),
            places=self.every(params["places"]),
        )


def _named(params: Mapping[str, Any]) -> str:
    return in_language(str(params["name"]), str(params["name_zh"]))
