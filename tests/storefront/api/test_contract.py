"""The contract is OpenAPI 3.1, tells of every view, and every view of its scope."""

import re
from typing import Any

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from commerce.park.permissions import ApiScope
from commerce.web.access import access_of
from storefront.api.contract import PREFIX
from tests.storefront.api.counter import ROOT, Caller, Counter, done

SHAPES = ROOT / "storefront" / "api" / "shapes"
_UNSAFE = {"post", "put", "patch", "delete"}
_THE_CONTRACT_ITSELF = "/api/openapi.json"


@pytest.fixture
def contract(client: Caller) -> dict[str, Any]:
    return done(client.get(_THE_CONTRACT_ITSELF))


def test_the_contract_is_openapi_3_1(contract: dict[str, Any]) -> None:
    assert contract["openapi"].startswith("3.1.")
    faults = OPENAPI_31_VALIDATOR.iter_errors(contract)
    assert [f"{fault.instance_path}: {fault.message}" for fault in faults] == []


def test_every_reference_leads_somewhere(contract: dict[str, Any]) -> None:
    for reference in references(contract):
        found = contract
        for step in reference.removeprefix("#/").split("/"):
            assert step in found, reference
            found = found[step]


def test_no_two_shapes_are_called_alike() -> None:
    names = [
        name
        for file in SHAPES.glob("*.py")
        for name in re.findall(r"^class (\w+)\(", file.read_text(), re.MULTILINE)
    ]
    assert len(names) == len(set(names))  # the contract would keep one of them


def test_every_view_is_told_of(counter: Counter, contract: dict[str, Any]) -> None:
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in counter.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(PREFIX) and rule.rule != _THE_CONTRACT_ITSELF
    }
    told = {(path, method) for path, item in contract["paths"].items() for method in item}
    assert served == told


def test_every_operation_names_the_scope_that_its_view_demands(
    counter: Counter, contract: dict[str, Any]
) -> None:
    for operation in operations(contract):
        name = operation["operationId"]
        view = counter.app.view_functions.get(f"api.{name}")
        if view is None:
            assert "security" not in operation  # a public page about the interface
            continue
        access = access_of(view)
        assert access is not None
        assert operation["security"] == [{"apiKey": [access.needs]}]
        assert access.needs in set(ApiScope)


def test_every_unsafe_operation_needs_a_key_of_its_own(contract: dict[str, Any]) -> None:
    key = {"$ref": "#/components/parameters/IdempotencyKey"}
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            assert (key in operation.get("parameters", [])) is (method in _UNSAFE), path


def test_every_error_is_a_problem_document(contract: dict[str, Any]) -> None:
    for operation in operations(contract):
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"]


def test_every_operation_says_what_it_does(contract: dict[str, Any]) -> None:
    summaries = [operation["summary"] for operation in operations(contract)]
    assert all(summary.endswith(".") for summary in summaries)
    assert len(set(summaries)) == len(summaries)


def test_every_documented_problem_has_its_page(client: Caller, contract: dict[str, Any]) -> None:
    known = {each["code"] for each in done(client.get("/api/problems"))["items"]}
    told = {code for operation in operations(contract) for code in operation["x-problems"]}
    assert told <= known
    page = done(client.get("/api/problems/total-changed"))
    assert page["status"] == 409
    assert page["sentence"].startswith("The total has changed from {agreed} to {now}.")
    asked = {"Accept_Language": "zh"}
    chinese = done(client.call("GET", "/api/problems/total-changed", **asked))
    assert chinese["meaning"] == "合计已由 {agreed} 变为 {now}。"
    assert chinese["sentence"] == "合计已由 {agreed} 变为 {now}，请核对后重新确认。"
    every = done(client.call("GET", "/api/problems", **asked))["items"]
    assert [each["code"] for each in every if each["meaning"].isascii()] == []


def test_an_installation_may_set_no_pace(client: Caller) -> None:
    assert "RateLimit" not in client.get("/shop/categories").headers


def operations(contract: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in contract["paths"].values() for operation in item.values()]


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(each) for each in node.values()))
    if isinstance(node, list):
        return set().union(*(references(each) for each in node))
    return set()
