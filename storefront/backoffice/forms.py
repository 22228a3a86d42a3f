"""Forms of the desk: fields, what is wrong with them in one sentence each, amounts as people type them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any, NotRequired, TypedDict
from uuid import UUID

import wtforms
from flask import request
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.validators import ValidationError as FieldFault

from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money, minor_digits
from commerce.kernel.typed import plain_code, without_turning
from commerce.web.faults import say
from commerce.web.formats import money
from commerce.web.languages import language
from storefront.backoffice.seals import FIELD as SEAL
from storefront.backoffice.seals import seal_of, text_of
from storefront.backoffice.speech import gettext as _

MOST_MINOR = 10**12

# Plain, or with commas or spaces that group thousands, and a decimal point; or as most of Europe
# writes it, with points or spaces that group and a decimal comma. Three digits behind a lone comma
# are a group of thousands, unless nothing but a nought stands before it: no group begins with one.
_NUMBER = re.compile(r"([0-9]+|[1-9][0-9]{0,2}([, ])[0-9]{3}(?:\2[0-9]{3})*)(?:\.([0-9]+))?")
_CONTINENTAL = re.compile(r"([0-9]+|[1-9][0-9]{0,2}([. ])[0-9]{3}(?:\2[0-9]{3})*),([0-9]+)")
_GROUPING = re.compile("[,. ]")


class Fault(TypedDict):
    """One thing to correct: the control, what it is called, and the sentence."""

    field: str
    message: str
    label: NotRequired[str]
    """Said before the sentence at the top of the page, where the control is out of sight."""


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One field that somebody else changed while the form was open, in words."""

    label: str
    now: str
    typed: str
    """What whoever reads this wrote there; nothing where only the other one wrote."""


class DeskForm(Form):  # type: ignore[misc]  # WTForms has no types
    """A form whose faults are told in the page's language, and that keeps what was typed."""

    class Meta:
        """How WTForms finds its own sentences."""

        @property
        def locales(self) -> list[str]:
            """Return the page's language."""
            return [language()]

    refusals: list[Fault]
    changed: list[ChangedLine]
    """What others saved meanwhile, when the form is shown again for that."""

    _seal: str | None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.refusals, self.changed, self._seal = [], [], None
        super().__init__(*arguments, **named)

    @property
    def seal(self) -> str:
        """What the form showed when it was drawn: of itself, or as it was sent along."""
        return seal_of(self.shown) if self._seal is None else self._seal

    @seal.setter
    def seal(self, seal: str) -> None:
        self._seal = seal

    @property
    def shown(self) -> dict[str, str]:
        """What every field says, as seals compare it."""
        return {self.sealed_as(field.name): field_text(field) for field in self.sealed_fields}

    @property
    def sealed_fields(self) -> list[Field]:
        """What a person can change."""
        return [field for field in self if field.type != "HiddenField"]

    def sealed_as(self, name: str) -> str:
        """Return the name of a field in the seal; another where one form speaks of several things."""
        return name

    @property
    def http_status(self) -> HTTPStatus:
        """What a page with this form is answered with."""
        if self.changed:
            return HTTPStatus.CONFLICT
        failed = request.method == "POST"
        return HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK

    @property
    def faults(self) -> list[Fault]:
        """Everything to correct, in the order of the fields."""
        told: list[Fault] = [
            {"field": field.id, "message": str(message), "label": str(field.label.text)}
            for field in self
            for message in _flat(field.errors)
        ]
        return told + self.refusals

    def refuse(self, error: CommerceError) -> None:
        """Take in what the business refused: at the field where it names one, else at the top."""
        if not error.problems:
            self.refusals.append({"field": "", "message": sentence(error)})
        for problem in error.problems:
            message = say(problem.template, readable(problem.params))
            name = problem.pointer.strip("/").replace("/", "-")
            field = self._fields.get(name)
            if field is None:
                self.refusals.append({"field": "", "message": message})
            else:
                field.errors = [*field.errors, message]


def _typed() -> MultiDict[str, str]:
    """Return what was sent, with nothing in it that turns the words of a page around."""
    return MultiDict((name, without_turning(each)) for name, each in request.form.items(multi=True))


def sent(kind: type[Any], **named: Any) -> Any:
    """Return a form filled with what was sent, or with `named` when the page is only looked at."""
    form = kind(_typed() if request.method == "POST" else None, **named)
    if request.method == "POST" and isinstance(form, DeskForm):
        form.seal = request.form.get(SEAL, "")
    return form


def field_text(field: Field) -> str:
    """Return what a field says as seals compare it; what it could not read, as it was typed."""
    unread = field.data is None and field.raw_data
    return text_of(field.raw_data[0] if unread else field.data)


def sentence(error: CommerceError) -> str:
    """Return an error's sentence with amounts written as amounts."""
    return say(error.template, readable(error.params))


def readable(params: Any) -> dict[str, Any]:
    """Return the parameters of a sentence as people read them."""
    return {
        name: money(value) if isinstance(value, Money) else value for name, value in params.items()
    }


def needed(message: str | None = None) -> Any:
    """Demand a field; the sentence says what to do."""
    return InputRequired(message or lazy_gettext("Fill in this field."))


def some_text(most: int = 200, message: str | None = None) -> list[Any]:
    """Demand words, at most so many characters."""
    return [
        DataRequired(message or lazy_gettext("Fill in this field.")),
        Length(max=most, message=lazy_gettext("Use at most %(max)d characters.")),
    ]


def optional_text(most: int = 200) -> list[Any]:
    """Allow words, at most so many characters."""
    return [
        Optional(strip_whitespace=True),
        Length(max=most, message=lazy_gettext("Use at most %(max)d characters.")),
    ]


def within(least: int, most: int) -> Any:
    """Demand a whole number from `least` to `most`; what is no number at all is told as that alone."""
    bounds = NumberRange(least, most, lazy_gettext("Give a number from %(min)s to %(max)s."))

    def check(form: Form, field: Field) -> None:
        if not field.process_errors:
            bounds(form, field)

    return check


class AmountField(StringField):  # type: ignore[misc]  # WTForms has no types
    """An amount in major units of `currency`, as people type it; `minor` is what it comes to."""

    def __init__(self, label: Any = None, *, currency: str = "CNY", **named: Any) -> None:
        super().__init__(label, **named)
        self.currency = currency

    def minor(self) -> int | None:
        """Return the amount in minor units; None when nothing was typed.

        Raises:
            ValueError: it is no amount of the currency.
        """
        return typed_amount(self.data, self.currency)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is no amount."""
        try:
            self.minor()
        except ValueError as fault:
            raise FieldFault(
                _("Give an amount such as %(example)s.", example=example(self.currency))
            ) from fault


class IntegerField(wtforms.IntegerField):  # type: ignore[misc]  # WTForms has no types
    """A whole number, as people type it; what is none is told in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata([plain_code(each) for each in valuelist])
        except ValueError as fault:
            raise ValueError(_("Give a whole number, such as 12.")) from fault


class _Pairs:
    """Take choices as pairs of value and words, which WTForms itself no longer likes."""

    _choices: list[Any] | None

    def __init__(
        self, label: Any = None, validators: Any = None, *, choices: Any = None, **named: Any
    ) -> None:
        super().__init__(label, validators, choices=_declared(choices), **named)  # type: ignore[call-arg]  # of WTForms' field

    @property
    def choices(self) -> list[Any] | None:
        """Return the choices as WTForms wants them."""
        return self._choices

    @choices.setter
    def choices(self, given: Sequence[tuple[str, Any]] | None) -> None:
        self._choices = _declared(given)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the choices as pairs of value and words."""
        return [(choice.value, str(choice.label)) for choice in self._choices or ()]


def _declared(given: Sequence[Any] | None) -> list[Any] | None:
    if given is None:
        return None
    return [each if isinstance(each, SelectChoice) else SelectChoice(*each) for each in given]


class SelectField(_Pairs, wtforms.SelectField):  # type: ignore[misc]  # WTForms has no types
    """One of several choices, in a list that opens."""


class SelectMultipleField(_Pairs, wtforms.SelectMultipleField):  # type: ignore[misc]  # untyped
    """Any of several choices."""

    def __init__(self, label: Any = None, validators: Any = None, **named: Any) -> None:
        # WTForms has no Chinese for its own sentence.
        named.setdefault("invalid_choice_message", lazy_gettext("Choose from the list."))
        super().__init__(label, validators, **named)


class RadioField(_Pairs, wtforms.RadioField):  # type: ignore[misc]  # WTForms has no types
    """One of several choices, all in sight."""


def typed_number(words: str | None) -> Decimal | None:
    """Return the number that was typed, zero or more; None for nothing.

    Raises:
        ValueError: it is no number, or one that could be meant in two ways.
    """
    bare = unicodedata.normalize("NFKC", words or "").strip()
    if not bare:
        return None
    found = _NUMBER.fullmatch(bare) or _CONTINENTAL.fullmatch(bare)
    if found is None:
        raise ValueError(words)
    whole, part = _GROUPING.sub("", found[1]), found[3]
    return Decimal(f"{whole}.{part}" if part else whole)


def typed_amount(words: str | None, currency: str) -> int | None:
    """Return what was typed in minor units of `currency`; None for nothing.

    Raises:
        ValueError: it is no amount, too fine, negative or beyond all reason. What has more places
            than the currency is too fine even if they are noughts: 1.000 is a thousand elsewhere.
    """
    number = typed_number(words)
    if number is None:
        return None
    if -int(number.as_tuple().exponent) > minor_digits(currency):
        raise ValueError(words)
    minor = Money.of(number, currency).amount_minor
    if minor > MOST_MINOR:
        raise ValueError(words)
    return minor


def typed_form(amount_minor: int | None, currency: str) -> str:
    """Return an amount as it stands in a field."""
    return "" if amount_minor is None else f"{Money(amount_minor, currency).major:f}"


def example(currency: str) -> str:
    """Return an amount such as people type it."""
    return "128" if minor_digits(currency) == 0 else "128.00"


def typed_id(words: str | None) -> UUID | None:
    """Return the id that a field holds, or None when it holds none."""
    try:
        return UUID(words or "")
    except ValueError:
        return None


def _flat(errors: Sequence[Any] | dict[Any, Any]) -> list[Any]:
    found = errors.values() if isinstance(errors, dict) else errors
    return [
        message
        for error in found
        for message in (_flat(error) if isinstance(error, list | tuple | dict) else [error])
    ]


__all__ = [
    "AmountField",
    "DeskForm",
    "Fault",
    "Field",
    "FieldFault",
    "RadioField",
    "SelectField",
    "SelectMultipleField",
    "example",
    "needed",
    "optional_text",
    "readable",
    "sent",
    "sentence",
    "some_text",
    "typed_amount",
    "typed_form",
    "typed_id",
    "typed_number",
    "within",
]
