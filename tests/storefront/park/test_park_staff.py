"""The park's own desk: operators invite, give and take roles; officers read; merchants stay out."""

import re
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.park.permissions import Role
from commerce.pricing.queries import tax_rates
from commerce.pricing.service import add_tax_rate
from tests.storefront.desk import Desk
from tests.support.park import PASSWORD


@pytest.fixture(scope="module")
def officer(desk: Desk) -> FlaskClient:
    return desk.as_role(Role.SUPERVISION_OFFICER)


@pytest.fixture(scope="module")
def owner(desk: Desk) -> FlaskClient:
    return desk.as_role(Role.OWNER)


def stranger(desk: Desk) -> FlaskClient:
    client = desk.app.test_client()
    client.environ_base.update({"HTTP_SEC_FETCH_SITE": "same-origin"})
    return client


def invited(operator: FlaskClient, email: str) -> str:
    """Return the link that the operator hands over."""
    form = {"name": "He Jianjun", "email": email, "role": "supervision_officer"}
    told = operator.post("/park/staff/invite", data=form)
    assert told.headers["Cache-Control"] == "no-store"
    (link,) = re.findall(r"http://localhost(/signin/invitation/[\w-]+)", told.text)
    return link


def test_an_operator_invites_an_officer_who_may_read_but_invite_nobody(
    desk: Desk, operator: FlaskClient
) -> None:
    assert operator.get("/workplaces").location == "/park/"
    link = invited(operator, "he@park.example")
    officer = stranger(desk)
    assert officer.post(link, data={"password": PASSWORD}).status_code == 303
    officer.post("/signin", data={"email": "he@park.example", "password": PASSWORD})
    page = officer.get("/park/staff/").text
    assert "He Jianjun" in page
    assert "Invite a colleague" not in page
    assert officer.get("/park/staff/invite").status_code == 403
    log = operator.get("/park/security/?topic=roles").text
    assert "Invited to the park" in log
    assert "Accepted the park’s invitation" in log
    assert "Asked for a page" in officer.get("/park/security/?topic=failures").text


def test_the_last_operator_stays_and_only_roles_of_the_park_are_given(
    desk: Desk, operator: FlaskClient
) -> None:
    stranger(desk).post(invited(operator, "lu@park.example"), data={"password": PASSWORD})
    page = operator.get("/park/staff/").text
    people = dict(re.findall(r'/park/staff/([0-9a-f-]{36})">([^<]+)<', page))
    first = next(each for each, name in people.items() if name == "Lin Yue")
    told = operator.post(f"/park/staff/{first}/roles/park_operator", follow_redirects=True).text
    assert "This is the last park operator." in told
    second = next(each for each, name in people.items() if name == "He Jianjun")
    roles = f"/park/staff/{second}/roles"
    given = operator.post(roles, data={"role": "park_operator"}, follow_redirects=True).text
    assert "Withdraw the role Park operator" in given
    taken = operator.post(f"{roles}/park_operator", follow_redirects=True).text
    assert "The role is withdrawn." in taken
    for odd in ("owner", "x"):
        assert operator.post(roles, data={"role": odd}).status_code == 422, odd


def test_a_rate_counts_once_an_operator_has_read_where_it_is_written(
    desk: Desk, operator: FlaskClient, officer: FlaskClient
) -> None:
    with desk.shop.database.transaction(Scope.park()) as session:
        rate = add_tax_rate(
            session,
            country="NL",
            tax_class="standard",
            rate=Decimal("0.21"),
            valid_from=date(2012, 10, 1),
            source="from memory",
            sure=False,
        )
    url = f"/park/taxes/{rate}"
    assert "has not been checked" in operator.get("/park/taxes/").text
    assert "Nobody has checked this rate" in operator.get(url).text
    unread = operator.post(url, data={"source": "Wet OB 1968, article 9"})
    assert unread.status_code == 422
    assert "Read the source first" in unread.text
    assert "Wet OB 1968, article 9" in unread.text
    read = {"source": "Wet OB 1968, article 9", "read": "y"}
    assert officer.post(url, data=read).status_code == 403
    assert operator.post(url, data=read).status_code == 303
    with desk.shop.database.reading(Scope.park()) as connection:
        (known,) = tax_rates(connection, country="NL")
    assert (known.enabled, known.source) == (True, "Wet OB 1968, article 9")
    off = {"reason": "The rate of the Caribbean part"}
    assert operator.post(f"{url}/off", data={"reason": " "}).status_code == 422
    assert officer.post(f"{url}/off", data=off).status_code == 403
    assert operator.post(f"{url}/off", data=off).status_code == 303
    assert operator.post(f"{url}/off", data=off).status_code == 404, "it is off already"
    with desk.shop.database.reading(Scope.park()) as connection:
        (known,) = tax_rates(connection, country="NL")
    assert not known.enabled
    log = operator.get("/park/security/").text
    assert "Tax rate confirmed" in log
    assert "NL standard 0.21 · The rate of the Caribbean part" in log
    assert operator.get(f"/park/taxes/{new_id()}").status_code == 404


def test_an_operator_adds_a_dated_rate_with_its_source_and_ends_it(
    operator: FlaskClient, officer: FlaskClient
) -> None:
    new = {
        "country": "PL",
        "region": "",
        "tax_class": "standard",
        "component": "vat",
        "percent": "23",
        "valid_from": "2011-01-01",
        "source": "VAT Act of 2004, article 146a",
        "source_zh": "2004 年增值税法第 146a 条",
        "source_url": "https://isap.example/vat",
        "source_read": "2026-11-20",
        "read": "y",
    }
    form = operator.get("/park/taxes/new?country=PL").text
    assert '<option selected value="PL">Poland' in form
    for wrong, told in (
        ({"percent": "101"}, "percentage from 0 to 100"),
        ({"percent": "NaN"}, "percentage from 0 to 100"),
        ({"percent": "1.23456"}, "percentage from 0 to 100"),
        ({"source_url": "see the law"}, "An address begins with https://"),
        ({"source_url": ""}, "Fill in this field."),
        ({"source": ""}, "Fill in this field."),
        ({"source_read": "2199-01-01"}, "still to come"),
        ({"valid_to": "2011-01-01"}, "Choose a later day"),
        ({"region": "??"}, "is not a region"),
        ({"country": "XX"}, "Not a valid choice"),
        ({"read": ""}, "Read the source first"),
    ):
        refused = operator.post("/park/taxes/new", data={**new, **wrong})
        assert (refused.status_code, told in refused.text) == (422, True), wrong
    assert officer.get("/park/taxes/new").status_code == 403
    assert officer.post("/park/taxes/new", data=new).status_code == 403
    added = operator.post("/park/taxes/new", data=new)
    assert added.status_code == 303
    again = operator.post("/park/taxes/new", data=new)
    assert "already a rate for Poland, “Standard”, from 2011-01-01" in again.text
    page = operator.get(added.location).text
    for line in ("23%", "https://isap.example/vat", "Read on 20 November 2026", "Charged"):
        assert line in page, line
    operator.get("/language/zh")
    assert "2004 年增值税法第 146a 条" in operator.get(added.location).text
    operator.get("/language/en")
    end = f"{added.location}/end"
    assert officer.post(end, data={"day": "2099-01-01"}).status_code == 403
    assert operator.post(end, data={"day": ""}).status_code == 422
    assert "Choose a later day" in operator.post(end, data={"day": "2011-01-01"}).text
    assert operator.post(end, data={"day": "2020-01-01"}).status_code == 303
    assert "Ended" in operator.get(added.location).text
    log = operator.get("/park/security/").text
    assert "Tax rate added" in log
    assert "PL standard 0.23 · 2020-01-01" in log


def test_a_rate_found_wrong_is_told_as_such_and_merchants_learn_what_to_do(
    desk: Desk, operator: FlaskClient, owner: FlaskClient
) -> None:
    with desk.shop.database.reading(Scope.park()) as connection:
        (rate,) = [each for each in tax_rates(connection, country="CN") if each.enabled]
    url = f"/park/taxes/{rate.id}"
    assert "bear no tax now" not in owner.get(f"{desk.root}/settings/taxes").text
    operator.post(f"{url}/off", data={"reason": "Read in the wrong year"})
    told = operator.get(url).text
    assert re.search(r"Switched off by Lin Yue on [^:]+:\d\d: Read in the wrong year", told)
    assert "Nobody has checked" not in told
    page = owner.get(f"{desk.root}/settings/taxes").text
    assert "Sales to China bear no tax now" in page
    assert "Ask the park’s operator to add it" in page
    assert "Switched off" in page
    read = {"source": rate.source, "read": "y"}
    assert operator.post(url, data=read).status_code == 303
    assert "bear no tax now" not in owner.get(f"{desk.root}/settings/taxes").text


def test_a_merchants_owner_has_no_business_in_the_park(desk: Desk, owner: FlaskClient) -> None:
    for path in ("/park/", "/park/staff/", "/park/security/", "/park/taxes/", "/park/taxes/new"):
        assert owner.get(path).status_code == 403, path
    assert stranger(desk).get("/park/staff/").location.startswith("/signin")
