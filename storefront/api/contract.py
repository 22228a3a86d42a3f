"""The contract: OpenAPI 3.1, made from the views' own declarations."""

import json
import re
from importlib.metadata import version
from typing import Any, cast

from flask import Response, current_app

from commerce.web.access import public
from commerce.web.application import Application
from storefront.api.answers import shelf_answer
from storefront.api.interface import SECURITY
from storefront.api.shapes.common import ProblemShape

PREFIX = "/api/"
_UNSAFE = frozenset({"post", "put", "patch", "delete"})
_SHAPE = re.compile(r'(?<=\w)Shape"')
_KEPT = "quayside.contract"
_LIBRARY_MODEL = "ValidationErrorModel"

_DESCRIPTION = """
One inventory, two counters: this interface sells what the shop and the till sell.

- **Keys.** Send `Authorization: Bearer quay_…`. A key belongs to one merchant and holds scopes;
  each operation names the one it needs.
- **Once.** Every call that changes something needs an `Idempotency-Key` of its own (1 to 255
  characters). Sent again with the same key, it is answered alike and marked
  `Idempotent-Replayed: true`; a refused call may be sent again with the same key.
- **Errors** are `application/problem+json` (RFC 9457). `type` is stable and leads to an
  explanation; `errors` names the fields at fault by JSON pointer.
- **Lists** take `limit` and `after`; `next` and the `Link` header lead on.
- **Money** is in whole minor units with its ISO 4217 currency. Times are UTC.
- **Pace.** A key may call at a steady pace with bursts; the headers `RateLimit-Policy` and
  `RateLimit` say where it stands, and a 429 says in `Retry-After` when to go on.
- **Languages.** `Accept-Language` chooses English or Chinese.
- **Overwriting.** What is replaced as a whole asks for `If-Match` with the `ETag` that was read:
  428 without, 412 when somebody else has changed it meanwhile.
- **Caching.** Catalogue answers carry an `ETag`; send `If-None-Match`.
"""

_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names this wish; the same one when you try again, such as a UUID.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}

_PRECONDITIONS = [
    {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of what you have read and replace; `*` for whatever it may be.",
        "schema": {"type": "string"},
    },
    {
        "name": "If-None-Match",
        "in": "header",
        "description": "`*` to make something new only.",
        "schema": {"type": "string", "const": "*"},
    },
]

_HEADERS = {
    "ETag": {
        "description": "Send it as If-None-Match to learn whether anything has changed.",
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "Stands on an answer that was given before.",
        "schema": {"type": "string", "const": "true"},
    },
    "RateLimit": {
        "description": "Calls left in this burst (r), and seconds until it is whole again (t).",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "Calls (q) within seconds (w) that a key may make.",
        "schema": {"type": "string"},
    },
    "Link": {"description": "Leads to the next page (RFC 8288).", "schema": {"type": "string"}},
    "Location": {"description": "Where the new thing is.", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "Seconds to wait before the same call is sent again.",
        "schema": {"type": "integer", "minimum": 0},
    },
}


@public
def read_contract() -> Response:
    """Return the contract of the interface."""
    app = cast("Application", current_app)
    if _KEPT not in app.extensions:
        app.extensions[_KEPT] = _contract(app)
    return shelf_answer(app.extensions[_KEPT])


def _contract(app: Application) -> dict[str, Any]:
    """Return the library's document with what holds for every call added to it."""
    made = app.api_doc
    paths = {
        path: _operations(operations)
        for path, operations in sorted(made["paths"].items())
        if path.startswith(PREFIX)
    }
    schemas = dict(made["components"]["schemas"])
    schemas.pop(_LIBRARY_MODEL, None)
    problem = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs")
    schemas[ProblemShape.__name__] = problem
    return _named(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Quayside",
                "version": "1",
                "summary": "Shop and till of one inventory.",
                "description": _DESCRIPTION.strip(),
                "x-release": version("quayside"),
            },
            "servers": [{"url": "/"}],
            "tags": made.get("tags", []),
            "paths": paths,
            "components": {
                "schemas": dict(sorted(schemas.items())),
                "parameters": {"IdempotencyKey": _KEY_PARAMETER},
                "headers": _HEADERS,
                "securitySchemes": {
                    SECURITY: {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "A merchant's API key, such as `quay_…`.",
                    }
                },
            },
        }
    )


def _named(document: dict[str, Any]) -> dict[str, Any]:
    """Call a schema `Cart` where our model is `CartShape`: readers know no models."""
    named: dict[str, Any] = json.loads(_SHAPE.sub('"', json.dumps(document)))
    return named


def _operations(operations: dict[str, Any]) -> dict[str, Any]:
    return {
        method: _paced(_unsafe(_told(operation)) if method in _UNSAFE else _read(_told(operation)))
        for method, operation in operations.items()
    }


def _told(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the operation with its description in Markdown; the library writes HTML breaks."""
    told = {
        **operation,
        "description": operation.get("description", "").replace("<br/>", "\n").strip(),
    }
    if "parameters" in operation:
        told["parameters"] = [_without_null(each) for each in operation["parameters"]]
    return told


def _without_null(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter as it is sent: it may be left out, but no text is null."""
    schema = dict(parameter["schema"])
    kinds = [each for each in schema.pop("anyOf", []) if each.get("type") != "null"]
    if not kinds:
        return parameter
    schema.pop("default", None)
    return {**parameter, "schema": {**schema, **kinds[0]}}


def _read(operation: dict[str, Any]) -> dict[str, Any]:
    """Return a reading operation with the headers that its answers carry."""
    names = ["ETag"] if "304" in operation["responses"] else []
    if any(each["name"] == "after" for each in operation.get("parameters", [])):
        names.append("Link")
    return {**operation, "responses": _with_headers(operation["responses"], "200", *names)}


def _unsafe(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the operation with its Idempotency-Key, and what a claim may add to its answers."""
    key = {"$ref": "#/components/parameters/IdempotencyKey"}
    responses = _with_headers(operation["responses"], "409", "Retry-After")
    responses = _with_headers(responses, "200", "Idempotent-Replayed")
    responses = _with_headers(responses, "201", "Idempotent-Replayed", "Location")
    parameters = [*operation.get("parameters", []), key]
    if operation["x-guarded"]:
        parameters += _PRECONDITIONS
        for status in ("200", "201"):
            responses = _with_headers(responses, status, "ETag")
    return {**operation, "parameters": parameters, "responses": responses}


def _paced(operation: dict[str, Any]) -> dict[str, Any]:
    """Return an operation that asks for a key with what its answers say of the key's pace."""
    responses = operation["responses"]
    if "security" in operation:
        for status in ("200", "201", "304", "429"):
            responses = _with_headers(responses, status, "RateLimit", "RateLimit-Policy")
        responses = _with_headers(responses, "429", "Retry-After")
    return {**operation, "responses": responses}


def _with_headers(responses: dict[str, Any], status: str, *names: str) -> dict[str, Any]:
    if status not in responses or not names:
        return responses
    more = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    told = responses[status]
    return {**responses, status: {**told, "headers": told.get("headers", {}) | more}}
