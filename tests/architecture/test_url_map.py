"""Every address: who may come in, from where, and what the answer carries."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from commerce.web.access import access_of
from commerce.web.application import Application
from tests.support.app import installation

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture(scope="module")
def app(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    with installation(module_database_url, Path(tmp_path_factory.mktemp("var"))) as made:
        yield made


@pytest.fixture
def client(app: Application) -> FlaskClient:
    return app.test_client()


def address(rule: Any) -> str:
    """Return an address that fits a rule, with made-up values in its places."""
    samples = {
        "uuid": "018f0000-0000-7000-8000-000000000001",
        "int": "1",
        "any": "en",
        "path": "a/b",
    }

    def sample(match: re.Match[str]) -> str:
        converter = match[1] or "string"
        return samples.get(converter.split("(")[0], "x1")

    return re.sub(r"<(?:([^<>:]+):)?([^<>]+)>", sample, rule.rule)


def test_every_view_says_who_may_see_it(app: Application) -> None:
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if access_of(app.view_functions[rule.endpoint]) is None
    ]
    assert silent == []


def test_no_unsafe_address_answers_another_site(app: Application, client: FlaskClient) -> None:
    answered = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & UNSAFE):
            response = client.open(
                address(rule), method=method, headers={"Sec-Fetch-Site": "cross-site"}
            )
            if response.status_code != 403:
                answered.append((method, rule.rule, response.status_code))
    assert answered == []


def test_a_form_with_our_cookies_and_no_origin_is_refused(client: FlaskClient) -> None:
    client.set_cookie("quayside", "anything")
    assert client.post("/signin", data={}).status_code == 403


def test_every_answer_carries_a_strict_policy(app: Application, client: FlaskClient) -> None:
    lax = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()):
            continue
        response = client.get(address(rule))
        policy = response.headers.get("Content-Security-Policy", "")
        strict = "default-src 'none'" in policy or policy.startswith("sandbox")
        if not strict or "unsafe" in policy or "X-Content-Type-Options" not in response.headers:
            lax.append((rule.rule, policy))
        assert response.status_code < 500, rule.rule
    assert lax == []


def test_the_address_of_a_form_leads_to_the_page_it_stands_on(client: FlaskClient) -> None:
    order = "018f0000-0000-7000-8000-000000000001"
    for sent_to, page in (
        (f"/desk/x1/orders/{order}/refund", f"/desk/x1/orders/{order}"),
        ("/desk/x1/packing/code", "/desk/x1/packing/"),
        ("/zh/x1/account/addresses", "/zh/x1/account"),
        ("/zh/\u6d77/cart/codes", "/zh/%E6%B5%B7/cart"),
        (f"/park/taxes/{order}/end", f"/park/taxes/{order}"),
    ):
        answer = client.get(sent_to)
        assert (answer.status_code, answer.location) == (303, page)
    assert client.get("/signout").status_code == 405
    assert client.get("/webhooks/x1/x1").status_code == 405


def test_a_get_sets_no_cookie_on_an_anonymous_page(client: FlaskClient) -> None:
    for path in ("/", "/en/", "/zh/", "/healthz"):
        assert "Set-Cookie" not in client.get(path).headers
