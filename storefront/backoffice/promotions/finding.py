"""Find the products of a promotion by words; those that are ticked come into its form."""

from dataclasses import dataclass

from flask import request
from sqlalchemy import Connection

from commerce.catalogue.queries import list_products
from commerce.web.languages import language
from storefront.backoffice.promotions.fields import typed_lines
from storefront.backoffice.promotions.form import PromotionForm

_MOST = 12
_FIELD = "_products"


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for in one of the form's fields, and what there is: handles with names."""

    words: str
    products: tuple[tuple[str, str], ...]


def take_ticked(form: PromotionForm) -> None:
    """Write the products that were ticked among those found below the ones that are named already."""
    for prefix in _prefixes(form):
        field = form[f"{prefix}{_FIELD}"]
        named = [line for _number, line in typed_lines(field.data)]
        ticked = [each[:400] for each in request.form.getlist(f"{prefix}_add")]
        if ticked:
            field.data = "\n".join(dict.fromkeys([*named, *ticked]))


def is_looking(form: PromotionForm) -> bool:
    """Return whether the form was sent to find products, be it by Enter in their field."""
    asked = [(_words(each), request.form.get(f"{each}_found", "")) for each in _prefixes(form)]
    return request.form.get("do") == "find" or any(words and words != last for words, last in asked)


def found_for(connection: Connection, form: PromotionForm) -> dict[str, Found]:
    """Return what there is for the words of each field; nothing for a field without any."""
    return {
        prefix: Found(words, _products(connection, words))
        for prefix in _prefixes(form)
        if (words := _words(prefix))
    }


def _prefixes(form: PromotionForm) -> list[str]:
    return [name.removesuffix(_FIELD) for name in form.names("") if name.endswith(_FIELD)]


def _words(prefix: str) -> str:
    return request.form.get(f"{prefix}_find", "").replace("\x00", "").strip()[:100]


def _products(connection: Connection, words: str) -> tuple[tuple[str, str], ...]:
    page = list_products(
        connection,
        locale=language(),
        query=words,
        sort="best",
        limit=_MOST,
        statuses=("active", "draft"),
    )
    return tuple((card.handle, card.name) for card in page.cards)
