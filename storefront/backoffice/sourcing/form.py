"""The form of one rule, from what stands to what is typed and back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from sqlalchemy import Connection
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import Optional

from commerce.catalogue.queries import category_tree
from commerce.catalogue.records import Category
from commerce.customers.form import countries
from commerce.fulfilment.queries import delivery_settings
from commerce.fulfilment.sourcing import Effect, Rule
from commerce.inventory.queries import locations
from commerce.kernel.channel import Channel
from commerce.kernel.ids import new_id
from commerce.web.identity import current_merchant
from commerce.web.languages import language
from storefront.backoffice.forms import (
    AmountField,
    DeskForm,
    RadioField,
    SelectMultipleField,
    optional_text,
    some_text,
    typed_form,
    typed_number,
)
from storefront.backoffice.orders.rows import place_names
from storefront.backoffice.sourcing.words import effect_name
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.words import channel_name, in_language, place_kind

_HELD = frozenset({"transit", "quarantine"})
_GRAMS = 1000


class RuleForm(DeskForm):
    """One rule: what it does, for which orders, goods and places, and when."""

    name = StringField(lazy_gettext("Name (English)"), some_text(120))
    name_zh = StringField(lazy_gettext("Name (Chinese)"), some_text(120))
    effect = RadioField(lazy_gettext("What it does"))
    amount = AmountField(lazy_gettext("How much it counts"), validators=optional_text(20))
    units = StringField(lazy_gettext("Units that stay"), optional_text(9))
    places = SelectMultipleField(lazy_gettext("These places"))
    kinds = SelectMultipleField(lazy_gettext("Or places of this kind"))
    open_now = RadioField(lazy_gettext("Whether somebody is there"))
    countries = SelectMultipleField(lazy_gettext("Countries"))
    channels = SelectMultipleField(lazy_gettext("Counters"))
    options = SelectMultipleField(lazy_gettext("Ways of delivery"))
    categories = SelectMultipleField(lazy_gettext("Categories"))
    tags = StringField(lazy_gettext("Tags"), optional_text(500))
    kilos_from = StringField(lazy_gettext("From (kg)"), optional_text(12))
    kilos_below = StringField(lazy_gettext("Below (kg)"), optional_text(12))
    value_from = AmountField(lazy_gettext("From"), validators=optional_text(20))
    value_below = AmountField(lazy_gettext("Below"), validators=optional_text(20))
    first_day = DateField(lazy_gettext("First day"), [Optional()])
    last_day = DateField(lazy_gettext("Last day"), [Optional()])
    active = BooleanField(lazy_gettext("The rule is switched on"))


@dataclass(frozen=True, slots=True)
class Choices:
    """What a rule may name, each as pairs of value and words."""

    places: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    options: list[tuple[str, str]]
    categories: list[tuple[str, str]]

    def offer(self, form: RuleForm) -> RuleForm:
        """Let the form know what there is to choose from."""
        form.places.choices = self.places
        form.kinds.choices = self.kinds
        form.options.choices = self.options
        form.categories.choices = self.categories
        form.countries.choices = countries(language())
        form.channels.choices = [(each.value, channel_name(each)) for each in Channel]
        form.effect.choices = [(each.value, effect_name(each)) for each in Effect]
        form.open_now.choices = [
            ("", _("Either")),
            ("yes", _("Only while it is open")),
            ("no", _("Only while it is closed")),
        ]
        for amount in (form.amount, form.value_from, form.value_below):
            amount.currency = current_merchant().currency
        return form


def choices_of(connection: Connection) -> Choices:
    """Read what a rule may name."""
    places = [each for each in locations(connection) if each.kind not in _HELD and each.active]
    names = place_names(places)
    return Choices(
        places=[(str(each.id), names[each.id]) for each in places],
        kinds=[(kind, place_kind(kind)) for kind in dict.fromkeys(each.kind for each in places)],
        options=[
            (each.code, in_language(each.name, each.name_zh))
            for each in delivery_settings(connection)
        ],
        categories=list(_flat(category_tree(connection, locale=language()))),
    )


def _flat(tree: Iterable[Category], depth: int = 0) -> Iterable[tuple[str, str]]:
    for each in tree:
        yield str(each.id), f"{'– ' * depth}{each.name}"
        yield from _flat(each.children, depth + 1)


def filled(rule: Rule) -> dict[str, Any]:
    """Return what the form shows of a rule."""
    currency = current_merchant().currency
    when, counted = rule.when, rule.effect is Effect.KEEP_BACK
    first, last = _days(rule)
    return {
        "name": rule.name,
        "name_zh": rule.name_zh,
        "effect": rule.effect.value,
        "amount": "" if counted or not rule.amount else typed_form(rule.amount, currency),
        "units": str(rule.amount) if counted else "",
        "places": sorted(map(str, when.places)),
        "kinds": sorted(when.kinds),
        "open_now": {None: "", True: "yes", False: "no"}[when.open_now],
        "countries": sorted(when.countries),
        "channels": sorted(when.channels),
        "options": sorted(when.options),
        "categories": sorted(map(str, when.categories)),
        "tags": ", ".join(sorted(when.tags)),
        "kilos_from": kilos(when.grams_from),
        "kilos_below": kilos(when.grams_below),
        "value_from": typed_form(when.value_from, currency),
        "value_below": typed_form(when.value_below, currency),
        "first_day": first,
        "last_day": last,
        "active": rule.active,
    }


def blank() -> Rule:
    """Return what the form of a new rule shows."""
    return Rule(new_id(), Effect.PREFER, "", "")


def rule_of(form: RuleForm, before: Rule) -> Rule | None:
    """Return the rule that was typed; None when a field cannot be read, and it says so.

    What the form does not show, such as regions, stays as `before` has it.
    """
    effect = Effect(form.effect.data)
    grams = [_read(form, name, scale=_GRAMS) for name in ("kilos_from", "kilos_below")]
    units = _read(form, "units")
    zone = ZoneInfo(current_merchant().time_zone)
    if form.faults:
        return None
    amount = units if effect is Effect.KEEP_BACK else form.amount.minor()
    counts = effect not in {Effect.EXCLUDE, Effect.ONLY}
    return replace(
        before,
        effect=effect,
        name=form.name.data,
        name_zh=form.name_zh.data,
        amount=(amount or 0) if counts else 0,
        when=replace(
            before.when,
            places=frozenset(map(UUID, form.places.data)),
            kinds=frozenset(form.kinds.data),
            open_now={"yes": True, "no": False}.get(form.open_now.data),
            countries=frozenset(form.countries.data),
            channels=frozenset(form.channels.data),
            options=frozenset(form.options.data),
            categories=frozenset(map(UUID, form.categories.data)),
            tags=frozenset(_tags(form.tags.data)),
            grams_from=grams[0],
            grams_below=grams[1],
            value_from=form.value_from.minor(),
            value_below=form.value_below.minor(),
        ),
        starts_at=_midnight(form.first_day.data, zone),
        ends_at=_midnight(form.last_day.data, zone, days=1),
        active=form.active.data,
    )


def _read(form: RuleForm, name: str, *, scale: int = 1) -> int | None:
    """Return a number as a whole one, times `scale`; what is none is told at its field."""
    field = form[name]
    try:
        number = typed_number(field.data)
    except ValueError:
        number = None
        field.errors = [*field.errors, _("Give a number such as %(example)s.", example="2")]
    return None if number is None else int(number * scale)


def _tags(words: str | None) -> Sequence[str]:
    typed = (words or "").replace("，", ",").split(",")
    return [each.strip() for each in typed if each.strip()]


def kilos(grams: int | None) -> str:
    """Return a weight as it is typed, in kilograms; nothing for none."""
    return "" if grams is None else f"{grams / _GRAMS:g}"


def _days(rule: Rule) -> tuple[date | None, date | None]:
    """Return the first and the last day on which a rule counts, on the merchant's clock."""
    zone = ZoneInfo(current_merchant().time_zone)
    first = rule.starts_at.astimezone(zone).date() if rule.starts_at else None
    # The moment at which it ends is the first one that is not in it any more.
    last = (
        (rule.ends_at - timedelta(microseconds=1)).astimezone(zone).date() if rule.ends_at else None
    )
    return first, last


def _midnight(day: date | None, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=zone)
