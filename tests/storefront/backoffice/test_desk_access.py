"""Who may open which page of the desk: every view, every role, and nobody from elsewhere."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from commerce.kernel.ids import new_id
from commerce.park.permissions import ROLE_PERMISSIONS, Permission, Role
from commerce.web.access import access_of
from tests.storefront.desk import Desk
from tests.support.park import create_merchant

MERCHANT_ROLES = (Role.OWNER, Role.MANAGER, Role.CLERK, Role.FULFILMENT, Role.ACCOUNTANT)
WORDS = {"dialect": "shopify", "plugin": "stripe", "code": "new", "number": "1"}


@pytest.fixture(scope="module")
def desk(open_desk: Callable[[str], Desk]) -> Desk:
    return open_desk("http://localhost")


def rules(desk: Desk) -> Iterator[tuple[Rule, str, Permission]]:
    for rule in desk.app.url_map.iter_rules():
        if not rule.endpoint.startswith("desk."):
            continue
        access = access_of(desk.app.view_functions[rule.endpoint])
        assert access is not None, rule.endpoint
        assert access.kind == "staff", rule.endpoint
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method, Permission(access.needs)


def address(desk: Desk, rule: Rule) -> str:
    values: dict[str, Any] = {"merchant": desk.shop.merchant.slug}
    for name in rule.arguments - {"merchant"}:
        values[name] = WORDS.get(name) or new_id()
    with desk.app.test_request_context("/"):
        return desk.app.url_map.bind("localhost").build(rule.endpoint, values, method=None)


@pytest.mark.parametrize("role", MERCHANT_ROLES)
def test_each_role_opens_what_its_permissions_say_and_nothing_else(desk: Desk, role: Role) -> None:
    client = desk.as_role(role)
    for rule, method, needed in rules(desk):
        answer = client.open(address(desk, rule), method=method)
        where = f"{role} {method} {rule.rule}: {answer.status_code}"
        if needed in ROLE_PERMISSIONS[role]:
            assert answer.status_code < 500, where
            assert answer.status_code != 403, where
        else:
            assert answer.status_code == 403, where


def test_a_member_of_another_merchant_finds_nothing_here(desk: Desk) -> None:
    elsewhere = create_merchant(desk.shop.database, slug="harbour-imports")
    client = desk.as_role(Role.OWNER, merchant_id=elsewhere)
    for rule, method, _needed in rules(desk):
        assert client.open(address(desk, rule), method=method).status_code == 404, rule.rule


def test_what_went_wrong_is_told_inside_the_desk_to_whoever_may_see_it(desk: Desk) -> None:
    client = desk.as_role(Role.ACCOUNTANT, merchant_id=desk.shop.merchant.id)
    for path, status in (("nothing-here", 404), (f"orders/{new_id()}", 404), ("settings/", 403)):
        page = client.get(f"{desk.root}/{path}")
        assert page.status_code == status
        assert f'href="{desk.root}/orders/"' in page.text, path
    elsewhere = create_merchant(desk.shop.database, slug="tea-house")
    stranger = desk.as_role(Role.OWNER, merchant_id=elsewhere)
    page = stranger.get(f"{desk.root}/nothing-here")
    assert page.status_code == 404
    assert desk.shop.merchant.name not in page.text


def test_who_is_not_signed_in_is_asked_to_sign_in(desk: Desk) -> None:
    client = desk.app.test_client()
    answer = client.get(f"{desk.root}/orders/")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/signin?next=")


def test_ids_of_another_merchant_are_unknown_at_this_desk(desk: Desk) -> None:
    client = desk.as_role(Role.OWNER, merchant_id=desk.shop.merchant.id)
    for path in ("orders", "products", "customers", "stores", "stores/tills", "staff"):
        assert client.get(f"{desk.root}/{path}/{new_id()}").status_code == 404, path
