"""What people type into the papers of the stock room, and what of it cannot be meant."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import request

from commerce.catalogue.records import SoldVariant
from commerce.inventory.errors import ReasonMissingError
from commerce.kernel.errors import CommerceError
from commerce.web.faults import say
from storefront.backoffice.forms import Fault, readable, sentence, typed_id, typed_number
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.goods import called

_BEYOND = 10**12


def typed_units(words: str | None) -> int | None:
    """Return the whole number that was typed; None for nothing.

    Raises:
        ValueError: it is no whole number of zero or more, or beyond all reason.
    """
    number = typed_number(words)
    if number is None:
        return None
    if number > _BEYOND or number != int(number):
        raise ValueError(words)
    return int(number)


def typed_day(words: str | None) -> date | None:
    """Return the day that was typed; None for nothing.

    Raises:
        ValueError: it is none.
    """
    bare = (words or "").strip()
    return date.fromisoformat(bare) if bare else None


def column(name: str) -> list[str]:
    """Return what stands in every field of one name, in the order of the page."""
    return [each.strip() for each in request.form.getlist(name)]


def named_variants(name: str = "variant") -> list[UUID | None]:
    """Return the variants that the rows of a form are about."""
    return [typed_id(each) for each in column(name)]


def not_a_number() -> str:
    """Say that units are whole."""
    return _("Give a whole number of units.")


def line_faults(
    error: CommerceError, goods: Mapping[UUID, SoldVariant], *, control: str = "units"
) -> list[Fault]:
    """Return what the business refused: at the row of the goods where it names them, else on top."""
    if isinstance(error, ReasonMissingError):
        return [{"field": "reason", "message": sentence(error), "label": _("Reason")}]
    if not error.problems:
        return [{"field": "", "message": sentence(error)}]
    told: list[Fault] = []
    for problem in error.problems:
        message = say(problem.template, readable(problem.params))
        variant_id = typed_id(problem.pointer.rsplit("/", 1)[-1])
        if variant_id is None:
            told.append({"field": "", "message": message})
        else:
            name = called(goods.get(variant_id))
            field = f"{control}-{variant_id}"
            told.append({"field": field, "message": message, "label": name})
    return told


def by_field(faults: list[Fault]) -> dict[str, str]:
    """Return the sentence for each field that has one."""
    return {each["field"]: each["message"] for each in reversed(faults) if each["field"]}
