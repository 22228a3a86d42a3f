"""Schemathesis plays every operation of the contract, with data that fits and data that does not.

What fits reaches real things where it can: a cart with a line, an order with a payment, goods on
the shelf. Every answer has to be one that the contract tells of, in its very shape, and never a 5xx.
"""

from typing import Any

import pytest
import schemathesis
from flask_openapi3.models.info import Info
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.specs.openapi import checks

from commerce.kernel.ids import new_id
from commerce.web.application import Application
from storefront import api
from storefront.api.contract import PREFIX
from tests.storefront.api.counter import ADDRESS, METHOD, Counter, done
from tests.support.shop import stock_product

_EXAMPLES = 12
OWN = "played-with"
PRODUCT = {"words": {"en": {"name": "Teapot"}}, "variants": [{"sku": "PLAYED-WITH"}]}
_ALWAYS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
_TOO_LARGE = 413


def wrong_data_is_refused(context: Any, response: Any, case: Case) -> bool | None:
    """Look for a refusal of what is wrong; too much of it is refused before anybody reads it."""
    if response.status_code == _TOO_LARGE:
        return None
    refused: bool | None = checks.negative_data_rejection(context, response, case)
    return refused


_CHECKS = {
    GenerationMode.POSITIVE: _ALWAYS,
    GenerationMode.NEGATIVE: [*_ALWAYS, wrong_data_is_refused],
}


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Return every operation by method and path, from the declarations alone."""
    app = Application("contract", info=Info(title="Quayside", version="1"), doc_ui=False)
    api.register(app)
    return {
        (method.upper(), path): operation
        for path, item in app.api_doc["paths"].items()
        for method, operation in item.items()
        if path.startswith(PREFIX)
    }


def plays() -> list[tuple[tuple[str, str], GenerationMode]]:
    """Return every operation, played rightly and, where anything can be wrong, wrongly."""
    return [
        (place, mode)
        for place, operation in operations().items()
        for mode in GenerationMode
        if mode.is_positive or "parameters" in operation or "requestBody" in operation
    ]


@pytest.fixture(scope="module")
def contract(counter: Counter) -> Any:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", counter.app)


@pytest.fixture(scope="module")
def key(counter: Counter) -> str:
    return counter.client().key


@pytest.fixture(scope="module")
def real(counter: Counter) -> dict[str, str]:
    """Things that exist, by the name under which the contract asks for them."""
    client = counter.client()
    variant = stock_product(counter.shop, in_warehouse=10_000)
    placed = client.place((variant, 1))
    head = done(client.get("/orders"))["items"][0]
    return {
        "cart": client.ready_cart((variant, 1))[0],
        "order": placed["token"],
        "number": head["number"],
        "payment_id": placed["payment"]["id"],
        "variant_id": str(variant),
        "sku": done(client.get(f"/stock?variant_id={variant}"))["items"][0]["sku"],
        "location_id": str(counter.shop.warehouse),
        "handle": done(client.get("/products"))["items"][0]["handle"],
        "own_handle": done(client.put(f"/products/{OWN}", PRODUCT), 201)["handle"],
        "country": "CN",
        "code": "out-of-stock",
    }


def place_of(path: str, real: dict[str, str]) -> dict[str, str]:
    """Return real values for the gaps of a path."""
    known = {**real, "token": real["order" if "/orders/" in path else "cart"]}
    if path.startswith(f"{PREFIX}v1/products/"):
        known["handle"] = real["own_handle"]  # the one on sale stays as it is
    return {name: value for name, value in known.items() if f"{{{name}}}" in path}


def about_real_things(case: Case[Any], real: dict[str, str]) -> None:
    """Let a body or a query that fits speak of goods, places and ways to pay that exist."""
    known: dict[str, Any] = {
        "variant_id": real["variant_id"],
        "location_id": real["location_id"],
        "location_code": "WH1",
        "sku": real["sku"],
        "currency": "CNY",
        "country": "CN",
        "region": None,
        "email": "lin@example.com",
        "address": ADDRESS,
        "option": "parcel",
        "payment_method": METHOD,
        "after": None,
    }
    for part in (case.body, case.query, *lines_of(case.body)):
        if isinstance(part, dict):
            part.update({name: value for name, value in known.items() if part.get(name)})
    if isinstance(case.query, dict):
        case.query.pop("after", None)


def lines_of(body: Any) -> list[Any]:
    """Return the lines of a body that has some."""
    return [
        line
        for name in ("lines", "returned", "prices")
        if isinstance(body, dict) and isinstance(body.get(name), list)
        for line in body[name]
    ]


@pytest.mark.parametrize(("operation", "mode"), plays(), ids=str)
def test_every_operation_keeps_its_contract(
    contract: Any,
    key: str,
    real: dict[str, str],
    operation: tuple[str, str],
    mode: GenerationMode,
) -> None:
    method, path = operation
    fixed = place_of(path, real) if mode.is_positive else None
    sent = {"Authorization": f"Bearer {key}"}
    cases = contract[path][method].as_strategy(
        generation_mode=mode, path_parameters=fixed, headers=sent
    )

    @seed(20261123)
    @settings(
        max_examples=_EXAMPLES,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def play(case: Case[Any]) -> None:
        fresh = {}
        if mode.is_positive:
            about_real_things(case, real)
            fresh = {"Idempotency-Key": str(new_id()), "If-Match": "*"}
        answer = case.call(headers=fresh)
        case.validate_response(answer, checks=_CHECKS[mode])

    play()
