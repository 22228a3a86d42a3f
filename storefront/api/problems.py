"""The pages that a problem's `type` leads to: what each code means, for whoever builds a client."""

import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Response
from flask_openapi3.models.tag import Tag

from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.web.access import public
from storefront.api.answers import shelf_answer
from storefront.api.fields import Phrase, Place
from storefront.api.interface import Interface, meaning, shelf
from storefront.api.shapes.common import ProblemListShape, ProblemPageShape

_TAG = Tag(name="Contract", description="What holds for every call.")
_GAP = re.compile(r"%\((\w+)\)s")

# What the framework refuses before any view of ours is found.
_FRAMEWORK = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)


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
    return shelf_answer({"items": list(_explanations().values())})


@public
def explain_problem(path: CodePlace) -> Response:
    """Say what a kind of problem means."""
    found = _explanations().get(path.code)
    if found is None:
        raise NotFoundError
    return shelf_answer(found)


@cache
def _explanations() -> dict[str, dict[str, Any]]:
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
        "meaning": meaning(error),
        "sentence": _GAP.sub(r"{\1}", error.template),
    }


def _framework(status: HTTPStatus) -> dict[str, Any]:
    return {
        "type": f"/api/problems/{_slug(status)}",
        "code": _slug(status),
        "status": int(status),
        "meaning": status.description or status.phrase,
        "sentence": status.phrase,
    }


def _slug(status: HTTPStatus) -> str:
    return status.name.lower().replace("_", "-")
