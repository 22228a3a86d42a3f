"""The form of a promotion: its frame, and what its kind asks for in each of the shop's currencies."""

import re
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from commerce.customers.form import countries
from commerce.kernel.channel import Channel
from commerce.kernel.errors import CommerceError, FieldProblem
from commerce.pricing.promotions.check import MOST_PARTS, MOST_UNITS
from commerce.pricing.promotions.errors import LimitBelowUsesError
from commerce.pricing.promotions.rows import Kind, PromotionDraft, Stacking
from commerce.web.faults import say
from commerce.web.languages import language
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    IntegerField,
    RadioField,
    SelectMultipleField,
    optional_text,
    readable,
    sentence,
    some_text,
    within,
)
from storefront.backoffice.moments import MomentField
from storefront.backoffice.promotions.fields import Around, PercentField, selections_of
from storefront.backoffice.seals import seal_of
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import channel_name

MOST_USES = 1_000_000_000
FEWEST_PARTS = 3
FURTHER_PARTS = 2
_PART = re.compile(r"part([0-9]{1,2})_quantity")
_SHARED = frozenset({Kind.PERCENTAGE, Kind.BUY_GET, Kind.SHIPPING})
_AMOUNTS = {Kind.AMOUNT: "amount", Kind.BUNDLE: "price", Kind.SHIPPING: "most"}


class PromotionForm(DeskForm):
    """What every promotion has; `form_of` adds the rest."""

    wish = HiddenField()
    name = StringField(lazy_gettext("Name in English"), some_text(200))
    name_zh = StringField(lazy_gettext("Name in Chinese"), some_text(200))

    def refuse(self, error: CommerceError) -> None:
        """Take in what the business refused, at the field that it is about."""
        if isinstance(error, LimitBelowUsesError):
            self._tell("limit_total", sentence(error))
        elif error.problems:
            for problem in error.problems:
                told = say(problem.template, readable(problem.params))
                self._tell(self._control(problem), told)
        else:
            super().refuse(error)

    def make_room(self) -> None:
        """Take the empty parts that are drawn now for seen: they were asked for, nobody changed them."""
        rows = [
            each.removesuffix("_quantity") for each in self.names("part") if "_quantity" in each
        ]
        fresh = tuple(f"{row}_" for row in rows if f"{row}_quantity" not in request.form)
        named = [each.name for each in self.sealed_fields if each.name.startswith(fresh or ("\n",))]
        self.seal += seal_of(dict.fromkeys(named, ""))

    def names(self, prefix: str) -> list[str]:
        """Return the names of the fields that begin so, in the order of the form."""
        return [name for name in self._fields if name.startswith(prefix)]

    def _tell(self, name: str, message: str) -> None:
        if name in self._fields:
            self[name].errors = [*self[name].errors, message]
        else:
            self.refusals.append({"field": "", "message": message})

    def _control(self, problem: FieldProblem) -> str:
        name = problem.pointer.strip("/")
        if name == "minimum":
            return next(iter(self.names("minimum_amount_")), "minimum_quantity")
        if name == "effect":
            amounts = next(iter(self.names("effect_")), "")
            named = {"share": "percent", "units": "buy", "parts": "part0_quantity"}
            return named.get(problem.code, amounts)
        return name


def form_of(
    kind: Kind, around: Around, known: PromotionDraft | None, parts: int
) -> type[PromotionForm]:
    """Return the form of one kind of promotion, with `parts` rows if it is a bundle."""
    return type("PromotionForm", (PromotionForm,), _fields(kind, around, known, parts))


def rows_of_parts(kept: int) -> int:
    """Return how many rows a bundle's form has: those sent, else one more than the bundle has."""
    sent = [int(match[1]) for name in request.form if (match := _PART.fullmatch(name))]
    more = FURTHER_PARTS if request.form.get("do") == "more" else 0
    wanted = max(sent) + 1 + more if sent else max(FEWEST_PARTS, kept + 1)
    return min(wanted, MOST_PARTS)


def _fields(kind: Kind, around: Around, known: PromotionDraft | None, parts: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if kind in _SHARED:
        found["percent"] = PercentField(_("Percent off"), some_text(10))
    if kind in _AMOUNTS:
        found |= _amounts(f"effect_{_AMOUNTS[kind]}_", around)
    if kind is Kind.AMOUNT:
        found["each"] = RadioField(
            _("Taken off"),
            choices=[("all", _("all the goods together, once")), ("each", _("each unit"))],
            default="all",
        )
    if kind is Kind.BUY_GET:
        found |= _units(around, known)
    if kind is Kind.BUNDLE:
        for row in range(parts):
            found |= {
                f"part{row}_quantity": IntegerField(_("Units"), [Optional(), within(1, MOST_UNITS)])
            }
            found |= _goods(f"part{row}", around, known)
    else:
        found |= _goods("goods", around, known)
    found |= _goods("but", around, known)
    return found | _conditions(around, known) | _rules()


def _amounts(prefix: str, around: Around) -> dict[str, Any]:
    return {
        f"{prefix}{currency}": AmountField(
            currency, currency=currency, validators=optional_text(20)
        )
        for currency in around.currencies
    }


def _units(around: Around, known: PromotionDraft | None) -> dict[str, Any]:
    return {
        "buy": IntegerField(_("Units to buy"), [within(1, MOST_UNITS)], default=2),
        "get": IntegerField(_("Units that cost less"), [within(1, MOST_UNITS)], default=1),
        "most": IntegerField(
            _("How often in one order at most"), [Optional(), within(1, MOST_UNITS)]
        ),
        "of": RadioField(
            _("What costs less"),
            choices=[
                ("same", _("further units of the same goods, the cheapest of each set")),
                ("other", _("other goods, which are named below")),
            ],
            default="same",
        ),
        **_goods("got", around, known),
    }


def _goods(prefix: str, around: Around, known: PromotionDraft | None) -> dict[str, Any]:
    kept = sorted(_named_categories(known))
    return {
        f"{prefix}_categories": SelectMultipleField(
            _("Categories, with all below them"), choices=around.category_pairs(kept)
        ),
        f"{prefix}_tags": StringField(_("Tags"), optional_text(2000)),
        f"{prefix}_products": TextAreaField(_("Products"), optional_text(60_000)),
    }


def _named_categories(known: PromotionDraft | None) -> frozenset[UUID]:
    selections = selections_of(known) if known else ()
    return frozenset().union(*(each.categories for each in selections))


def _conditions(around: Around, known: PromotionDraft | None) -> dict[str, Any]:
    asked = known.conditions if known else None
    lands = [*countries(language())]
    named = {code for code, _name in lands}
    lands += [
        (code, code) for code in sorted(asked.countries if asked else ()) if code not in named
    ]
    return {
        "minimum_quantity": IntegerField(_("Units at least"), [Optional(), within(0, MOST_USES)]),
        **_amounts("minimum_amount_", around),
        "groups": SelectMultipleField(
            _("Only for these customers"),
            choices=around.group_pairs(sorted(asked.groups) if asked else ()),
        ),
        "channels": SelectMultipleField(
            _("Only at these counters"),
            choices=[(each.value, channel_name(each)) for each in Channel],
        ),
        "countries": SelectMultipleField(_("Only to these countries"), choices=lands),
        "valid_from": MomentField(_("From"), [Optional()]),
        "valid_to": MomentField(_("Until"), [Optional()]),
    }


def _rules() -> dict[str, Any]:
    return {
        "stacking": RadioField(
            _("Beside other promotions"),
            choices=[
                (Stacking.COMBINE.value, _("It combines with others")),
                (
                    Stacking.EXCLUSIVE.value,
                    _("It stands alone: a cart gets it or the others, whatever saves more"),
                ),
            ],
            default=Stacking.COMBINE.value,
        ),
        "position": IntegerField(_("Priority"), [within(-9999, 9999)], default=0),
        "needs_code": BooleanField(_("Only with a code")),
        "limit_total": IntegerField(_("Uses in total"), [Optional(), within(1, MOST_USES)]),
        "limit_per_customer": IntegerField(
            _("Uses per customer"), [Optional(), within(1, MOST_USES)]
        ),
    }
