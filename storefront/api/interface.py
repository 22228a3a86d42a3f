"""The blueprint of the interface: each view is declared with what it answers and refuses."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel
from werkzeug.exceptions import RequestEntityTooLarge, Unauthorized

from commerce.kernel.errors import CommerceError
from commerce.park.permissions import ApiScope
from commerce.web.access import View, access_of
from commerce.web.border import UnkeepableTextError
from commerce.web.faults import render_refusal
from commerce.web.idempotency import (
    AnswerForgottenError,
    CallUnderWayError,
    KeyReusedError,
    MissingKeyError,
)
from commerce.web.identity.faults import MissingScopeError
from commerce.web.origin import CrossSiteError
from storefront.api import reading
from storefront.api.errors import (
    AlreadyThereError,
    ApiKeyNeededError,
    BodyTooLargeError,
    FormNeededError,
    InvalidBodyError,
    InvalidQueryError,
    JsonNeededError,
    MalformedJsonError,
    PreconditionFailedError,
    PreconditionNeededError,
    ProviderSilentError,
    TooManyCallsError,
)

SECURITY = "apiKey"
_PROBLEM = "#/components/schemas/ProblemShape"
_AGAIN_IN_SECONDS = 1

Refusals = Sequence[type[CommerceError]]
Answers = Mapping[int, type[BaseModel] | None]


def shelf(content: type[BaseModel]) -> Answers:
    """Return the answers of a catalogue read: its content, or 304 when nothing has changed."""
    return {200: content, 304: None}


class Interface(APIBlueprint):
    """Routes with their contract; every view is reached through `view_to`."""

    def view_to(
        self,
        method: str,
        rule: str,
        *,
        tag: Tag,
        answers: Answers,
        refuses: Refusals = (),
        guarded: bool = False,
    ) -> Callable[[View], View]:
        """Serve `rule` with the decorated view, and write the contract from its declaration.

        The decorator stands above the view's access mark. `answers` and `refuses` are what the
        view itself gives; what its request and its key may be refused for is added here. What is
        `guarded` overwrites nothing that its program has not read.
        """

        def declare(view: View) -> View:
            all_refusals = [*_before(view, method), *refuses]
            if guarded:
                all_refusals += [
                    AlreadyThereError,
                    PreconditionNeededError,
                    PreconditionFailedError,
                ]
            access = access_of(view)
            scopes = [access.needs] if access is not None and access.needs else None
            register = getattr(self, method.lower())
            register(
                rule,
                operation_id=view.__name__,
                tags=[tag],
                security=None if scopes is None else [{SECURITY: scopes}],
                responses={**answers, **problem_responses(all_refusals)},
                openapi_extensions={
                    "x-problems": sorted({each.code for each in all_refusals}),
                    "x-guarded": guarded,
                },
            )(view)
            return view

        return declare

    @staticmethod
    def create_view_func(*reads: Any, **_contract: Any) -> Callable[..., Response]:
        """Return the view that Flask calls: it reads the request by our own rules."""
        func, _header, _cookie, path, query, form, body, _raw = reads

        @wraps(func)
        def view(**place: Any) -> Response:
            given: dict[str, Any] = {}
            if path is not None:
                given["path"] = reading.read_path(path, place)
            if query is not None:
                given["query"] = reading.read_query(query)
            elif request.args:
                reading.refuse_query()
            if body is not None:
                given["body"] = reading.read_body(body)
            if form is not None:
                given["form"] = reading.read_form(form)
            answered: Response = func(**given)
            return answered

        return view


def catch(interface: Interface) -> None:
    """Say in the interface's own words what the framework and the guard refuse."""
    interface.register_error_handler(Unauthorized, _say_key_needed)
    interface.register_error_handler(RequestEntityTooLarge, _say_too_large)
    for soon in (CallUnderWayError, ProviderSilentError):
        interface.register_error_handler(soon, _say_soon)


def problem_responses(refusals: Refusals) -> dict[int, dict[str, Any]]:
    """Return a response per status, each naming the problems it may tell."""
    by_status: dict[int, dict[str, type[CommerceError]]] = {}
    for each in refusals:
        by_status.setdefault(each.status, {})[each.code] = each
    return {
        status: {
            "description": "\n".join(f"- `{code}`: {meaning(of)}" for code, of in errors.items()),
            "content": {"application/problem+json": {"schema": {"$ref": _PROBLEM}}},
        }
        for status, errors in sorted(by_status.items())
    }


def meaning(error: type[CommerceError]) -> str:
    """Return what an error means, in one English sentence."""
    return (error.__doc__ or error.template).strip().splitlines()[0]


def shopper_tag() -> Tag:
    """Return the tag of the shopper's journey."""
    return Tag(name="Shop", description=f"The shopper's journey; scope `{ApiScope.SHOP.value}`.")


def _before(view: Callable[..., object], method: str) -> list[type[CommerceError]]:
    """Return what is refused before the view runs."""
    access = access_of(view)
    reads = view.__annotations__
    refusals: list[type[CommerceError]] = []
    if access is not None and access.kind == "api_key":
        refusals += [ApiKeyNeededError, MissingScopeError, TooManyCallsError]
    refusals.append(InvalidQueryError)
    if "body" in reads:
        refusals += [JsonNeededError, MalformedJsonError, InvalidBodyError]
    if "form" in reads:
        refusals += [FormNeededError, InvalidBodyError, UnkeepableTextError]
    if method != "GET":
        refusals += [CrossSiteError, MissingKeyError, CallUnderWayError, KeyReusedError]
        refusals += [AnswerForgottenError, BodyTooLargeError]
    return refusals


def _say_key_needed(_error: Unauthorized) -> Response:
    response = render_refusal(ApiKeyNeededError())
    response.headers["WWW-Authenticate"] = 'Bearer realm="Quayside"'
    return response


def _say_too_large(_error: RequestEntityTooLarge) -> Response:
    return render_refusal(BodyTooLargeError(most=reading.most_bytes() // 1024))


def _say_soon(error: CallUnderWayError | ProviderSilentError) -> Response:
    response = render_refusal(error)
    response.headers["Retry-After"] = str(_AGAIN_IN_SECONDS)
    return response
