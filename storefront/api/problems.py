"""The pages that a problem's `type` leads to: what each code means, for whoever builds a client."""

import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_openapi3.models.tag import Tag

from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.web.access import public
from commerce.web.languages import language
from storefront.api.answers import shelf_answer
from storefront.api.fields import Phrase, Place
from storefront.api.interface import Interface, meaning, shelf
from storefront.api.shapes.common import ProblemListShape, ProblemPageShape

_TAG = Tag(name="Contract", description="What holds for every call.")
_GAP = re.compile(r"%\((\w+)\)s")
_ADVICE = re.compile("。|，请")

# What the framework refuses before any view of ours is found: the title and the detail of its answer.
_FRAMEWORK = {
    HTTPStatus.BAD_REQUEST: (
        lazy_gettext("That could not be read"),
        lazy_gettext("Go back and check what was sent."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        lazy_gettext("That is not possible here"),
        lazy_gettext("This address knows other methods; the header “Allow” names them."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("Nothing you entered is lost for us. Try again in a moment."),
    ),
}


class CodePlace(Place):
    """A kind of problem."""

    code: Phrase


def add_to(interface: Interface) -> None:
    """Add the explanations."""
    interface.view_to("GET", "/problems", tag=_TAG, answers=shelf(ProblemListShape))(list_problems)
    interface.view_to(
        "GET",
        "/problems/<code>",
        tag=_TAG,
        answers=shelf(ProblemPageShape),
        refuses=[NotFoundError],
    )(explain_problem)


@public
def list_problems() -> Response:
    """List every kind of problem."""
    return shelf_answer({"items": list(_explanations(language()).values())})


@public
def explain_problem(path: CodePlace) -> Response:
    """Say what a kind of problem means."""
    found = _explanations(language()).get(path.code)
    if found is None:
        raise NotFoundError
    return shelf_answer(found)


@cache
def _explanations(_language: str) -> dict[str, dict[str, Any]]:
    """Return every explanation in a language, which is that of the current request."""
    ours = {error.code: _explanation(error) for error in every_problem()}
    framework = {_slug(status): _framework(status) for status in _FRAMEWORK}
    return dict(sorted({**framework, **ours}.items()))


def every_problem(
    error: type[CommerceError] = CommerceError,
) -> Iterator[type[CommerceError]]:
    """Yield every kind of problem that has a code of its own."""
    for kind in error.__subclasses__():
        if "code" in vars(kind):
            yield kind
        yield from every_problem(kind)


def _explanation(error: type[CommerceError]) -> dict[str, Any]:
    return {
        "type": f"/api/problems/{error.code}",
        "code": error.code,
        "status": int(error.status),
        "meaning": _meaning(error),
        "sentence": _GAP.sub(r"{\1}", _(error.template)),
    }


def _meaning(error: type[CommerceError]) -> str:
    """Return what an error means; in Chinese, the part of its sentence that says what is the matter."""
    if language() == "en":
        return meaning(error)
    told = _GAP.sub(r"{\1}", _(error.template))
    return f"{_ADVICE.split(told)[0]}。"


def _framework(status: HTTPStatus) -> dict[str, Any]:
    meant, sentence = _FRAMEWORK[status]
    return {
        "type": f"/api/problems/{_slug(status)}",
        "code": _slug(status),
        "status": int(status),
        "meaning": str(meant),
        "sentence": str(sentence),
    }


def _slug(status: HTTPStatus) -> str:
    return status.name.lower().replace("_", "-")
