"""The form of a way of delivery: where to, how long, and what it costs in every currency of the shop."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import BooleanField, StringField

from commerce.customers.addresses import rules_of
from commerce.customers.place_names import key_of
from commerce.fulfilment.errors import DeliveryShapeError
from commerce.fulfilment.rows import DeliveryPrice, DeliverySetting
from commerce.kernel.errors import FieldProblem
from commerce.kernel.money import Money
from commerce.web.formats import grams as weight_words
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    IntegerField,
    SelectField,
    SelectMultipleField,
    optional_text,
    some_text,
    typed_form,
    within,
)
from storefront.backoffice.speech import gettext as _

_COMMAS = re.compile(r"[,，、;；\n]")
_PRICE = re.compile(r"price_([A-Z]{3})(?:_([1-9][0-9]{0,7}))?")


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One price that the form asks for: its currency, and up to which weight it counts (grams)."""

    currency: str
    up_to_grams: int | None = None

    @property
    def ending(self) -> str:
        """What tells its fields from those of other rows."""
        return self.currency if self.up_to_grams is None else f"{self.currency}_{self.up_to_grams}"

    @property
    def label(self) -> str:
        """What the row is called."""
        if self.up_to_grams is None:
            return self.currency
        weight = weight_words(self.up_to_grams)
        return _("%(currency)s, up to %(weight)s", currency=self.currency, weight=weight)


class DeliveryForm(DeskForm):
    """One way goods travel."""

    code = StringField(lazy_gettext("Short code"), some_text(40))
    kind = SelectField(
        lazy_gettext("Kind"),
        choices=[
            ("parcel", lazy_gettext("Parcel")),
            ("pickup", lazy_gettext("Pickup in a store")),
            ("service", lazy_gettext("A service, nothing travels")),
        ],
    )
    name = StringField(lazy_gettext("Name in English"), some_text(120))
    name_zh = StringField(lazy_gettext("Name in Chinese"), some_text(120))
    countries = SelectMultipleField(lazy_gettext("Countries"))
    regions = StringField(lazy_gettext("Only these provinces or states"), optional_text(900))
    location = SelectField(lazy_gettext("Store"), validate_choice=False)
    min_days = IntegerField(lazy_gettext("Days at least"), [within(0, 365)], default=2)
    max_days = IntegerField(lazy_gettext("Days at most"), [within(0, 365)], default=5)
    prepare_minutes = IntegerField(
        lazy_gettext("Minutes to prepare"), [within(0, 10_000)], default=60
    )
    keep_days = IntegerField(
        lazy_gettext("Days that the store keeps it"), [within(1, 90)], default=7
    )
    active = BooleanField(lazy_gettext("Offered"), default=True)

    rows: tuple[PriceRow, ...] = ()

    def priced(self, row: PriceRow) -> tuple[AmountField, AmountField]:
        """Return the fields of a row: the price, and from which value of the goods it is free."""
        return self[f"price_{row.ending}"], self[f"free_from_{row.ending}"]

    def mark_limits(self) -> None:
        """Say at its field what is free from somewhere and costs nothing stated."""
        for row in self.rows:
            price, free_from = self.priced(row)
            if not (price.data or "").strip() and (free_from.data or "").strip():
                price.errors = [*price.errors, _("Give the price, too, or clear “Free from”.")]

    def prices(self) -> Iterator[DeliveryPrice]:
        """Yield every price that was typed; the form must have been validated."""
        for row in self.rows:
            price, free_from = (field.minor() for field in self.priced(row))
            if price is not None:
                yield DeliveryPrice(
                    Money(price, row.currency),
                    None if free_from is None else Money(free_from, row.currency),
                    row.up_to_grams,
                )


def price_rows(known: DeliverySetting | None, currencies: Sequence[str]) -> tuple[PriceRow, ...]:
    """Return what the form asks the price of: each kept price, and each currency that has none.

    `currencies` are those of the shop's price lists, its own first. A row that was sent and that
    somebody else has taken away meanwhile stays, so that nothing typed is lost.
    """
    kept = (
        [PriceRow(each.amount.currency, each.up_to_grams) for each in known.prices] if known else []
    )
    typed = [row for row in _typed_rows() if row.currency in currencies]
    priced = {row.currency for row in (*kept, *typed)}
    bare = [PriceRow(each) for each in currencies if each not in priced]
    order = {code: at for at, code in enumerate(currencies)}
    return tuple(
        sorted(
            dict.fromkeys((*kept, *typed, *bare)),
            key=lambda row: (
                order.get(row.currency, len(order)),
                row.currency,
                row.up_to_grams is None,
                row.up_to_grams or 0,
            ),
        )
    )


def _typed_rows() -> Iterator[PriceRow]:
    for name in request.form:
        if found := _PRICE.fullmatch(name):
            yield PriceRow(found[1], int(found[2]) if found[2] else None)


def form_of(rows: tuple[PriceRow, ...]) -> type[DeliveryForm]:
    """Return the form with two fields for every row."""
    fields: dict[str, Any] = {"rows": rows}
    for row in rows:
        for name, label in (("price", _("Price")), ("free_from", _("Free from"))):
            told = _("%(field)s (%(currency)s)", field=label, currency=row.label)
            fields[f"{name}_{row.ending}"] = AmountField(
                told, currency=row.currency, validators=optional_text(20)
            )
    return type("PricedDeliveryForm", (DeliveryForm,), fields)


def shown_prices(known: DeliverySetting) -> dict[str, str]:
    """Return the kept prices as the form's fields show them."""
    shown: dict[str, str] = {}
    for each in known.prices:
        code = each.amount.currency
        ending = PriceRow(code, each.up_to_grams).ending
        shown[f"price_{ending}"] = typed_form(each.amount.amount_minor, code)
        shown[f"free_from_{ending}"] = (
            typed_form(each.free_from.amount_minor, code) if each.free_from else ""
        )
    return shown


def typed_regions(form: DeliveryForm) -> tuple[str, ...]:
    """Return the keys of the regions that were named, in any script, in the one country served.

    Raises:
        DeliveryShapeError: there is more than one country, or no region of that name in it.
    """
    names = [name.strip() for name in _COMMAS.split(form.regions.data or "") if name.strip()]
    if not names:
        return ()
    countries = list(form.countries.data or ())
    if len(countries) != 1:
        raise _no_region(" ".join(countries) or "*")
    try:
        choices = rules_of(countries[0]).country_area_choices
    except ValueError as error:
        raise _no_region(countries[0]) from error
    keys = []
    for name in names:
        key = key_of(name, choices)
        if key is None:
            raise _no_region(name)
        keys.append(key)
    return tuple(keys)


def _no_region(place: str) -> DeliveryShapeError:
    return DeliveryShapeError(
        FieldProblem(
            pointer="/regions",
            code="region",
            template="“%(place)s” is no region of the one country that is served. Name one country, "
            "and its regions as addresses have them.",
            place=place,
        )
    )
