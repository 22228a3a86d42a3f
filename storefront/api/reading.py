"""Read a request into its models, and say by JSON pointer what does not fit.

The library's own reading builds a JSON schema per request and answers in a form of its own; here a
body goes from its bytes straight through pydantic's parser, and every fault becomes problem+json.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, get_origin

from flask import request
from pydantic import BaseModel, ValidationError

from commerce.kernel.errors import CommerceError, FieldProblem, NotFoundError
from commerce.web.sizes import most_taken
from storefront.api.errors import (
    BodyTooLargeError,
    FormNeededError,
    InvalidBodyError,
    InvalidQueryError,
    JsonNeededError,
    MalformedJsonError,
)

Model = TypeVar("Model", bound=BaseModel)

MOST_BYTES = 64 * 1024

# By pydantic's names of faults; what no row names does not fit in some other way.
_FAULTS: dict[str, tuple[str, str]] = {
    "missing": ("missing", "This is needed."),
    "extra_forbidden": ("unknown", "Nothing of this name is known here. Check the spelling."),
    "string_pattern_mismatch": ("form", "This does not have the form that is expected here."),
    "string_too_short": ("too-short", "This is too short."),
    "string_too_long": ("too-long", "This is too long."),
    "too_long": ("too-many", "These are too many."),
    "too_short": ("too-few", "These are too few."),
    "greater_than_equal": ("too-small", "Give %(ge)s or more."),
    "less_than_equal": ("too-large", "Give %(le)s or less."),
    "int_type": ("whole-number", "Give a whole number."),
    "int_parsing": ("whole-number", "Give a whole number."),
    "int_from_float": ("whole-number", "Give a whole number."),
    "int_parsing_size": ("whole-number", "Give a whole number."),
    "string_type": ("text", "Give a text."),
    "bool_type": ("yes-or-no", "Give true or false."),
    "bool_parsing": ("yes-or-no", "Give true or false."),
    "uuid_parsing": ("uuid", "Give a UUID."),
    "uuid_type": ("uuid", "Give a UUID."),
    "literal_error": ("choice", "Choose one of: %(expected)s."),
    "model_type": ("object", "Give a JSON object."),
    "model_attributes_type": ("object", "Give a JSON object."),
    "file_type": ("file", "Send a file."),
    "one_of": ("one-of", "Give either %(one)s or %(other)s."),
    "list_type": ("list", "Give a list."),
}
_ELSE = ("invalid", "This does not fit.")
_TWICE = ("twice", "Give this once only.")


def read_path(model: type[Model], given: Mapping[str, Any]) -> Model:
    """Return what stands in the path.

    Raises:
        NotFoundError: nothing can have such a name.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise NotFoundError from error


def read_query(model: type[Model]) -> Model:
    """Return the query's parameters; one that is no list may come once only.

    Raises:
        InvalidQueryError: names every parameter at fault.
    """
    lists = {name for name, field in model.model_fields.items() if _is_list(field.annotation)}
    given: dict[str, Any] = {}
    twice = []
    for name, values in request.args.lists():
        if name in lists:
            given[name] = values
        elif len(values) == 1:
            given[name] = values[0]
        else:
            twice.append(_problem(f"/{_escaped(name)}", *_TWICE))
    if twice:
        raise InvalidQueryError(tuple(twice))
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InvalidQueryError(tuple(_problems(error))) from error


def most_bytes() -> int:
    """Return how large the body of the current request may be."""
    return most_taken(MOST_BYTES)


def body_bytes() -> bytes:
    """Return the request's body.

    A chunked body has no length to refuse at once: werkzeug cuts it off at its limit without a
    word, so the limit is one byte beyond ours and a body of that size is refused here.

    Raises:
        BodyTooLargeError: it is larger than the view takes.
    """
    most = most_bytes()
    request.max_content_length = most + 1
    body = request.get_data()
    if len(body) > most:
        raise BodyTooLargeError(most=most // 1024)
    return body


def read_body(model: type[Model]) -> Model:
    """Return the JSON body.

    Raises:
        BodyTooLargeError: the body is larger than the view takes.
        JsonNeededError: the body says that it is something else.
        MalformedJsonError: it is not JSON.
        InvalidBodyError: names every field at fault.
    """
    if request.mimetype != "application/json":
        raise JsonNeededError
    try:
        return model.model_validate_json(body_bytes())
    except ValidationError as error:
        if any(fault["type"] == "json_invalid" for fault in error.errors()):
            raise MalformedJsonError from error
        raise InvalidBodyError(tuple(_problems(error))) from error


def read_form(model: type[Model]) -> Model:
    """Return a form with its files.

    Raises:
        BodyTooLargeError: the body is larger than the view takes.
        FormNeededError: the body says that it is something else.
        UnkeepableTextError: a text holds characters that nothing can keep.
        InvalidBodyError: names every field at fault.
    """
    if request.mimetype != "multipart/form-data":
        raise FormNeededError
    body_bytes()
    sent: list[tuple[str, list[Any]]] = [*request.form.lists(), *request.files.lists()]
    names = [name for name, values in sent for _ in values]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidBodyError(tuple(_problem(f"/{_escaped(name)}", *_TWICE) for name in twice))
    try:
        return model.model_validate({name: values[0] for name, values in sent})
    except ValidationError as error:
        raise InvalidBodyError(tuple(_problems(error))) from error


@contextmanager
def field(pointer: str, *faults: type[CommerceError]) -> Iterator[None]:
    """Point at one field of the request where the business refuses it with one of `faults`."""
    try:
        yield
    except faults as error:
        raise error.at(pointer) from error


def _problems(error: ValidationError) -> Iterator[FieldProblem]:
    for found in error.errors(include_url=False, include_input=False):
        code, template = _FAULTS.get(found["type"], _ELSE)
        pointer = "".join(f"/{_escaped(str(step))}" for step in found["loc"])
        yield _problem(pointer, code, template, **found.get("ctx", {}))


def _problem(pointer: str, code: str, template: str, **params: Any) -> FieldProblem:
    return FieldProblem(pointer=pointer, code=code, template=template, **params)


def _escaped(step: str) -> str:
    """Write one step of a JSON pointer (RFC 6901, section 3)."""
    return step[:100].replace("~", "~0").replace("/", "~1")


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list


def refuse_query() -> None:
    """Refuse parameters where none is known.

    Raises:
        InvalidQueryError: names every parameter.
    """
    unknown = _FAULTS["extra_forbidden"]
    raise InvalidQueryError(
        tuple(_problem(f"/{_escaped(name)}", *unknown) for name in request.args)
    )
