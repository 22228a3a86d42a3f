"""Colleagues at the desk: shut out, let in again, and who did it."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.park.permissions import ApiScope, Role
from commerce.park.queries.staff import Colleague, list_colleagues
from commerce.park.service.api_keys import issue_api_key
from commerce.web.identity.proving import PROOF
from tests.storefront.desk import Desk
from tests.support.park import PASSWORD
from tests.support.tills import counter_in


@pytest.fixture(scope="module")
def desk(open_desk: Callable[[str], Desk]) -> Desk:
    return open_desk("http://localhost")


@pytest.fixture(scope="module")
def owner(desk: Desk) -> FlaskClient:
    return desk.as_role(Role.OWNER)


def colleague(desk: Desk, role: Role) -> Colleague:
    merchant_id = desk.shop.merchant.id
    with desk.shop.database.reading(Scope.merchant(merchant_id)) as connection:
        found = list_colleagues(connection, merchant_id=merchant_id)
    return next(each for each in found if each.role is role)


def test_a_disabled_clerk_is_out_with_the_next_click_and_comes_back_when_enabled(
    desk: Desk, owner: FlaskClient
) -> None:
    clerk = desk.as_role(Role.CLERK)
    assert clerk.get(f"{desk.root}/").status_code == 200
    person = f"{desk.root}/staff/{colleague(desk, Role.CLERK).staff_id}"
    told = owner.post(f"{person}/disable", follow_redirects=True).text
    assert "is shut out from now on." in told
    assert "Let them in again" in told
    assert "New PIN" not in told
    assert clerk.get(f"{desk.root}/").headers["Location"].startswith("/signin")
    assert "Disabled" in owner.get(f"{desk.root}/staff/").text
    told = owner.post(f"{person}/enable", follow_redirects=True).text
    assert "may come in again." in told
    assert not colleague(desk, Role.CLERK).disabled


def test_the_keys_that_somebody_made_are_named_and_end_with_them_if_the_owner_says_so(
    desk: Desk, owner: FlaskClient
) -> None:
    desk.as_role(Role.MANAGER)
    manager = colleague(desk, Role.MANAGER)
    person, keys = f"{desk.root}/staff/{manager.staff_id}", f"{desk.root}/settings/keys"
    make_key(desk, manager.staff_id, "ERP")
    assert manager.name in owner.get(keys).text
    assert "Revoke the API key they made, too" in owner.get(person).text
    told = owner.post(f"{person}/disable", follow_redirects=True).text
    assert "An API key they made still works: ERP." in told
    assert "Revoked" not in owner.get(keys).text
    told = owner.post(f"{person}/keys", follow_redirects=True).text
    assert "1 key is dead." in told
    assert "still works" not in told
    assert "Revoked" in owner.get(keys).text
    owner.post(f"{person}/enable")
    make_key(desk, manager.staff_id, "WMS")
    told = owner.post(f"{person}/disable", data={"keys": "on"}, follow_redirects=True).text
    assert "is shut out from now on." in told
    assert "still works" not in told
    log = owner.get(f"{desk.root}/security/?topic=keys").text
    assert log.count("API key revoked") == 2
    owner.post(f"{person}/enable")


def make_key(desk: Desk, staff_id: UUID, name: str) -> None:
    with desk.shop.database.transaction(desk.shop.scope) as session:
        issue_api_key(
            session,
            merchant_id=desk.shop.merchant.id,
            name=name,
            scopes=[ApiScope.READ_ORDERS],
            expires_at=utc_now() + timedelta(days=30),
            created_by=staff_id,
            now=utc_now(),
        )


def test_the_last_owner_cannot_be_disabled_and_is_told_so(desk: Desk, owner: FlaskClient) -> None:
    page = f"{desk.root}/staff/{colleague(desk, Role.OWNER).staff_id}"
    assert "Only another owner may disable it." in owner.get(page).text
    told = owner.post(f"{page}/disable", follow_redirects=True).text
    assert "Ask somebody else to disable it." in told
    assert not colleague(desk, Role.OWNER).disabled


def test_the_owner_reads_who_was_shut_out_by_whom_and_narrows_the_log(
    desk: Desk, owner: FlaskClient
) -> None:
    desk.as_role(Role.FULFILMENT)
    packer = f"{desk.root}/staff/{colleague(desk, Role.FULFILMENT).staff_id}"
    for deed in ("disable", "enable"):
        owner.post(f"{packer}/{deed}")
    page = owner.get(f"{desk.root}/security/").text
    assert "Account disabled" in page
    assert "Signed in" in page
    only = owner.get(f"{desk.root}/security/?topic=accounts").text
    assert "Account enabled" in only
    assert ">Signed in<" not in only
    for odd in ("topic=x&person=y&before=z", "before=m999999999"):
        assert owner.get(f"{desk.root}/security/?{odd}").status_code == 200, odd


def test_whoever_takes_colleagues_in_or_gives_a_pin_proves_first_who_they_are(
    desk: Desk, owner: FlaskClient
) -> None:
    invite = f"{desk.root}/staff/invite"
    pin = f"{desk.root}/staff/{colleague(desk, Role.OWNER).staff_id}/pin"
    deeds = {
        invite: {"name": "Wu Min", "email": "wu@tea.example", "role": Role.OWNER.value},
        pin: {"pin": "738261"},
    }
    desk.let_proofs_age()
    assert owner.get(invite).location == f"/security/confirm?next={invite}"
    for url, form in deeds.items():
        assert "Is it you?" in owner.post(url, data=form).text
    people = owner.get(f"{desk.root}/staff/").text
    assert "wu@tea.example" not in people
    assert not colleague(desk, Role.OWNER).has_pin

    for url, form in deeds.items():
        desk.let_proofs_age()
        asked = owner.post(url, data=form)
        assert all(f'name="{name}" value="{typed}"' in asked.text for name, typed in form.items())
        wrong = owner.post(url, data={**form, PROOF: "not the password"})
        assert wrong.status_code == 422
        right = owner.post(url, data={**form, PROOF: PASSWORD})
        assert (right.status_code, right.location) == (307, url)
        done = owner.post(url, data={**form, PROOF: PASSWORD})
        if url == pin:
            assert done.status_code == 303
        else:  # No letter leaves this installation, so the link is there to be handed over.
            assert re.search(r"/signin/invitation/[\w-]{20,}</output>", done.text)
            assert done.headers["Cache-Control"] == "no-store"
    assert "wu@tea.example" in owner.get(f"{desk.root}/staff/").text
    assert colleague(desk, Role.OWNER).has_pin


def test_people_and_tills_are_called_in_the_language_of_the_reader(
    desk: Desk, owner: FlaskClient
) -> None:
    desk.as_role(Role.ACCOUNTANT)
    person = f"{desk.root}/staff/{colleague(desk, Role.ACCOUNTANT).staff_id}"
    assert owner.post(f"{person}/names", data={"name_zh": "陈伟"}).status_code == 303
    till = f"{desk.root}/stores/tills/{counter_in(desk.shop, series='ZH')}"
    refused = owner.post(f"{till}/name", data={"name": " ", "name_zh": ""})
    assert (refused.status_code, "in one language at least" in refused.text) == (422, True)
    owner.post(f"{till}/name", data={"name": "By the door", "name_zh": "门口"})
    seen = {}
    for language in ("zh", "en"):
        owner.set_cookie("quayside_language", language)
        seen[language] = [owner.get(f"{desk.root}/{room}/").text for room in ("staff", "stores")]
    assert all(name in page for name, page in zip(("陈伟", "门口"), seen["zh"], strict=True))
    assert "By the door" in seen["en"][1]
    assert not any(name in page for name, page in zip(("陈伟", "门口"), seen["en"], strict=True))
