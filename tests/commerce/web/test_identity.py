import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pyotp
import pytest
import time_machine
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Durable
from commerce.park.permissions import ApiScope, Role
from commerce.park.queries.security_log import list_security_events, security_log_faults
from commerce.park.queries.staff import Contact
from commerce.park.service.accounts import disable_account
from commerce.park.service.api_keys import issue_api_key, revoke_api_key
from commerce.park.service.invitations import invite_member
from commerce.park.service.members import withdraw_role
from commerce.park.service.second_step import begin_totp, confirm_totp
from commerce.web.access import access_of, public
from commerce.web.identity.addresses import own_address
from commerce.web.identity.browsers import browser_name
from commerce.web.identity.letters import send_invitation
from tests.support.authenticator import Authenticator
from tests.support.identity import House, build_house
from tests.support.park import PASSWORD, create_merchant, create_staff

LIN = "lin@porcelain.example"
LATER = timedelta(minutes=11)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    database, durable = Database(database_url), Durable(database_url)
    yield build_house(database, durable, tmp_path, public_url="http://localhost:8000")
    durable.close()
    database.close()


@pytest.fixture
def safe_house(database_url: str, tmp_path: Path) -> Iterator[House]:
    database, durable = Database(database_url), Durable(database_url)
    yield build_house(database, durable, tmp_path, public_url="https://park.example")
    durable.close()
    database.close()


def sign_in(
    browser: FlaskClient, *, email: str = LIN, password: str = PASSWORD, **more: str
) -> TestResponse:
    return browser.post("/signin", data={"email": email, "password": password, **more})


def session_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("quayside-staff")
    assert cookie is not None
    return cookie.value


def test_the_right_password_opens_the_only_desk(house: House) -> None:
    merchant_id = create_merchant(house.database, slug="tea")
    create_staff(house.database, role=Role.OWNER, merchant_id=merchant_id)
    browser = house.browser()
    assert sign_in(browser).location == "/workplaces"
    assert browser.get("/workplaces").location == "/desk/tea/"
    assert browser.get("/desk/tea/").text == f"Tea {merchant_id}"
    assert browser.get("/own").text == "own"


def test_wrong_name_wrong_password_and_too_many_tries_look_the_same(house: House) -> None:
    create_staff(house.database)
    browser = house.browser()
    answers = [
        sign_in(browser, password="not the password"),
        sign_in(browser, email="lim@porcelain.example", password="not the password"),
    ]
    for _ in range(6):
        answers.append(sign_in(browser, password="not the password"))  # noqa: PERF401 - one by one
    answers.append(sign_in(browser))

    def body(text: str) -> str:
        return re.sub(r"nonce(=\"|-)[\w-]+|li[nm]@", "", text)

    assert {answer.status_code for answer in answers} == {422}
    assert len({body(answer.text) for answer in answers}) == 1
    assert "not the password" not in answers[0].text
    assert LIN in answers[0].text, "what was typed is kept"


def test_a_session_planted_before_sign_in_is_worth_nothing_after_it(house: House) -> None:
    create_staff(house.database)
    browser = house.browser()
    browser.set_cookie("quayside-staff", "planted-by-an-attacker")
    sign_in(browser)
    assert session_of(browser) != "planted-by-an-attacker"
    attacker = house.browser()
    attacker.set_cookie("quayside-staff", "planted-by-an-attacker")
    assert attacker.get("/own").status_code == 303


def test_each_sign_in_has_a_token_of_its_own(house: House) -> None:
    create_staff(house.database)
    assert session_of(house.signed_in()) != session_of(house.signed_in())


def test_who_signs_in_again_with_the_same_browser_leaves_no_session_behind(house: House) -> None:
    create_staff(house.database)
    browser, thief = house.signed_in(), house.browser()
    thief.set_cookie("quayside-staff", session_of(browser))
    elsewhere = house.signed_in()
    assert thief.get("/own").status_code == 200
    sign_in(browser)
    assert browser.get("/own").status_code == 200
    assert thief.get("/own").status_code == 303
    assert elsewhere.get("/own").status_code == 200


def test_signing_out_ends_the_session_on_the_server_but_keeps_the_tills_sales(
    house: House,
) -> None:
    create_staff(house.database)
    browser = house.signed_in()
    thief = house.browser()
    thief.set_cookie("quayside-staff", session_of(browser))
    assert thief.get("/own").status_code == 200
    answer = browser.post("/signout")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert browser.get_cookie("quayside-staff") is None
    assert thief.get("/own").status_code == 303


def test_cookies_on_https_are_host_bound_secure_and_out_of_scripts_reach(
    safe_house: House,
) -> None:
    create_staff(safe_house.database)
    browser = safe_house.browser()
    answer = sign_in(browser)
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Host-quayside-staff",
        "__Host-quayside-device",
    }
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_a_page_for_everybody_sets_no_cookie_and_does_not_vary_by_it(house: House) -> None:
    answer = house.browser().get("/front")
    assert answer.text == "front"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_who_is_not_signed_in_is_asked_and_comes_back_to_the_page(house: House) -> None:
    create_staff(house.database, role=Role.CLERK, merchant_id=create_merchant(house.database))
    browser = house.browser()
    asked = browser.get("/desk/porcelain-road/?page=2")
    assert asked.location == "/signin?next=/desk/porcelain-road/%3Fpage%3D2"
    shown = browser.get(asked.location)
    assert 'value="/desk/porcelain-road/?page=2"' in shown.text
    assert sign_in(browser, next="/desk/porcelain-road/?page=2").location == (
        "/desk/porcelain-road/?page=2"
    )
    assert house.browser().post("/own").status_code == 401
    fragment = house.browser().get("/own", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == "/signin?next=/own"


@pytest.mark.parametrize(
    "text",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "/a\nb", "\t//evil.example", "/ok\\..", "", "evil.example", "http:/evil.example"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(text: str) -> None:
    assert own_address(text, otherwise="/workplaces") == "/workplaces"


@pytest.mark.parametrize("text", ["/", "/desk/tea/", "/desk/tea/?q=%E8%8C%B6&page=2"])
def test_our_own_pages_are_fine(text: str) -> None:
    assert own_address(text, otherwise="/x") == text


def test_another_merchants_desk_looks_as_if_it_did_not_exist(house: House) -> None:
    tea = create_merchant(house.database, slug="tea")
    create_merchant(house.database, slug="silk")
    create_staff(house.database, role=Role.OWNER, merchant_id=tea)
    browser = house.signed_in()
    other, none = browser.get("/desk/silk/"), browser.get("/desk/none/")
    assert (other.status_code, none.status_code) == (404, 404)
    assert 'href="/workplaces"' in other.text
    assert 'href="/desk/' not in other.text

    def body(text: str) -> str:
        return re.sub(r"nonce=\"[\w-]+|<code>\w+|silk|none", "", text)

    assert body(other.text) == body(none.text)


def test_a_role_that_lacks_the_permission_is_refused_and_noted(house: House) -> None:
    merchant_id = create_merchant(house.database, slug="tea")
    create_staff(house.database, role=Role.CLERK, merchant_id=merchant_id)
    browser = house.signed_in()
    assert browser.get("/desk/tea/").status_code == 200
    assert browser.get("/desk/tea/payout").status_code == 403
    assert browser.get("/park/").status_code == 403
    with house.database.reading(Scope.merchant(merchant_id)) as connection:
        latest = list_security_events(connection, merchant_id=merchant_id)[0]
    assert (latest.action, latest.facts) == ("access-denied", {"permission": "settings.manage"})
    with house.database.reading(Scope.park()) as connection:
        assert security_log_faults(connection) == ()


def test_park_staff_see_the_park_and_no_desk(house: House) -> None:
    create_merchant(house.database, slug="tea")
    create_staff(house.database, role=Role.SUPERVISION_OFFICER)
    browser = house.signed_in()
    assert browser.get("/park/").text == "park"
    assert browser.get("/desk/tea/").status_code == 404


def test_a_role_taken_and_an_account_disabled_hold_from_the_next_request(house: House) -> None:
    merchant_id = create_merchant(house.database, slug="tea")
    create_staff(
        house.database, email="owner@tea.example", role=Role.OWNER, merchant_id=merchant_id
    )
    with house.database.transaction(Scope.park()) as session:
        invited = invite_member(
            session,
            merchant_id=merchant_id,
            email="new@tea.example",
            name="New",
            role=Role.CLERK,
            invited_by=None,
            now=utc_now(),
        )
    house.browser().post(f"/signin/invitation/{invited.token}", data={"password": PASSWORD})
    browser = house.signed_in("new@tea.example")
    assert browser.get("/desk/tea/").status_code == 200
    with house.database.transaction(Scope.park()) as session:
        withdraw_role(
            session,
            merchant_id=merchant_id,
            membership_id=invited.membership_id,
            actor_id=None,
        )
    assert browser.get("/desk/tea/").status_code == 404
    with house.database.transaction(Scope.park()) as session:
        disable_account(
            session, staff_id=invited.staff_id, actor_id=invited.staff_id, now=utc_now()
        )
    assert browser.get("/own").status_code == 303


def test_an_invitation_asks_a_new_colleague_for_a_good_password(house: House) -> None:
    merchant_id = create_merchant(house.database, slug="tea")
    with house.database.transaction(Scope.park()) as session:
        invited = invite_member(
            session,
            merchant_id=merchant_id,
            email=LIN,
            name="Lin",
            role=Role.CLERK,
            invited_by=None,
            now=utc_now(),
        )
    browser, address = house.browser(), f"/signin/invitation/{invited.token}"
    shown = browser.get(address)
    assert 'name="password"' in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert browser.post(address, data={"password": "password1"}).status_code == 422
    welcomed = browser.post(address, data={"password": PASSWORD})
    assert welcomed.status_code == 303
    assert browser.get("/workplaces").location == "/desk/tea/", "nobody signs in twice"
    assert browser.get(address).status_code == 410
    assert sign_in(browser).status_code == 303


def test_whoever_has_an_account_signs_in_and_then_accepts_an_invitation(house: House) -> None:
    merchant_id = create_merchant(house.database, slug="tea")
    create_staff(house.database)
    create_staff(house.database, email="other@tea.example")
    with house.database.transaction(Scope.park()) as session:
        invited = invite_member(
            session,
            merchant_id=merchant_id,
            email=LIN,
            name="Lin",
            role=Role.MANAGER,
            invited_by=None,
            now=utc_now(),
        )
    address = f"/signin/invitation/{invited.token}"
    stranger = house.browser()
    assert stranger.get(address).location == f"/signin?next={address}"
    refused = stranger.post(address)
    assert refused.status_code == 422
    assert "Sign in with that one to accept it" in refused.text
    assert house.signed_in("other@tea.example").post(address).status_code == 422
    lin = house.signed_in()
    assert 'name="password"' not in lin.get(address).text
    assert lin.post(address).location == "/workplaces"
    assert lin.get("/desk/tea/").status_code == 200


def test_what_declares_nothing_or_has_no_gate_is_closed(house: House) -> None:
    create_staff(house.database, role=Role.PARK_OPERATOR)
    browser = house.signed_in()
    assert browser.get("/undeclared").status_code == 403
    assert browser.get("/till/sale").status_code == 403
    assert browser.get("/no-such-page").status_code == 404


def test_every_view_of_identity_declares_what_it_demands(house: House) -> None:
    views = {
        name: view
        for name, view in house.app.view_functions.items()
        if name.startswith("identity.")
    }
    assert len(views) > 20
    declared = {name: access_of(view) for name, view in views.items()}
    assert [name for name, access in declared.items() if access is None] == []
    guarded = {name for name, access in declared.items() if access and access.kind == "staff"}
    assert {"identity.overview", "identity.new_password", "identity.add_passkey"} <= guarded


def test_a_sensitive_page_asks_for_the_password_again_after_ten_minutes(house: House) -> None:
    merchant_id = create_merchant(house.database, slug="tea")
    create_staff(house.database, role=Role.OWNER, merchant_id=merchant_id)
    browser = house.signed_in()
    assert browser.get("/desk/tea/payout").text == "payout"
    with time_machine.travel(utc_now() + LATER, tick=True):
        asked = browser.get("/desk/tea/payout")
        assert asked.location == "/security/confirm?next=/desk/tea/payout"
        before = session_of(browser)
        wrong = browser.post(
            "/security/confirm",
            data={"password": "not the password", "next": "/desk/tea/payout"},
        )
        assert wrong.status_code == 422
        # Who chooses another language now still goes where they were going.
        assert "/security/confirm%3Fnext%3D%252Fdesk%252Ftea%252Fpayout" in wrong.text
        right = browser.post(
            "/security/confirm", data={"password": PASSWORD, "next": "/desk/tea/payout"}
        )
        assert right.location == "/desk/tea/payout"
        assert session_of(browser) != before
        assert browser.get("/desk/tea/payout").text == "payout"
        old = house.browser()
        old.set_cookie("quayside-staff", before)
        assert old.get("/own").status_code == 303


def add_app(house: House, staff_id: UUID, now: datetime) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    with house.database.transaction(Scope.park()) as session:
        seed = begin_totp(session, staff_id=staff_id, vault=house.vault, issuer="Quayside", now=now)
        app = pyotp.TOTP(seed.secret)
        codes = confirm_totp(
            session, staff_id=staff_id, code=app.at(now), vault=house.vault, now=now
        )
    return app, codes


def test_with_an_app_the_password_alone_opens_nothing(house: House) -> None:
    staff_id = create_staff(house.database)
    app, _codes = add_app(house, staff_id, utc_now() - timedelta(minutes=5))
    browser = house.browser()
    assert sign_in(browser, next="/own").location == "/signin/second-step?next=/own"
    assert browser.get("/own").status_code == 303
    half = session_of(browser)
    assert 'name="code"' in browser.get("/signin/second-step").text
    assert browser.post("/signin/second-step", data={"code": "12"}).status_code == 422
    code = app.now()
    done = browser.post("/signin/second-step", data={"code": code, "next": "/own"})
    assert done.location == "/own"
    assert browser.get("/own").text == "own"
    assert session_of(browser) != half
    again = house.browser()
    sign_in(again)
    assert again.post("/signin/second-step", data={"code": code}).status_code == 422


def test_a_half_open_session_is_over_after_ten_minutes(house: House) -> None:
    staff_id = create_staff(house.database)
    _app, codes = add_app(house, staff_id, utc_now() - timedelta(minutes=5))
    browser = house.browser()
    sign_in(browser)
    with time_machine.travel(utc_now() + LATER, tick=True):
        late = browser.post("/signin/second-step", data={"code": codes[0]})
        assert late.location == "/signin"


def test_setting_up_an_app_shows_a_picture_then_ten_codes_and_writes_a_notice(
    house: House,
) -> None:
    create_staff(house.database, role=Role.OWNER, merchant_id=create_merchant(house.database))
    browser = house.signed_in()
    shown = browser.post("/security/app")
    assert "<svg" in shown.text
    assert "style=" not in shown.text
    found = re.search(r"<code>([A-Z2-7 ]{20,})</code>", shown.text)
    assert found is not None
    code = pyotp.TOTP(found[1].replace(" ", "")).now()
    assert browser.post("/security/app/confirm", data={"code": "000000"}).status_code == 422
    done = browser.post("/security/app/confirm", data={"code": code})
    assert len(re.findall(r"<code>[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}</code>", done.text)) == 10
    assert "Make new recovery codes" in browser.get("/security").text
    assert [letter.template for letter in house.letters] == ["staff-changed"]


def test_a_passkey_is_added_and_signs_in_by_itself(house: House) -> None:
    create_staff(house.database)
    browser, device = house.signed_in(), Authenticator()
    asked = browser.post("/security/passkeys/options").get_json()
    done = browser.post(
        "/security/passkeys",
        json={
            "ceremony": asked["ceremony"],
            "answer": device.register(asked["publicKey"]),
            "name": "Telephone",
        },
    )
    assert done.get_json() == {"next": "/security"}
    assert "Telephone" in browser.get("/security").text
    fresh = house.browser()
    asked = fresh.post("/signin/passkey/options").get_json()
    answer = {"ceremony": asked["ceremony"], "answer": device.sign(asked["publicKey"])}
    done = fresh.post("/signin/passkey?next=/own", json=answer)
    assert done.get_json() == {"next": "/own"}
    assert fresh.get("/own").text == "own"
    assert house.browser().post("/signin/passkey", json=answer).status_code == 422
    assert house.browser().post("/signin/passkey", json=["x"]).status_code == 422


def add_passkey(browser: FlaskClient, device: Authenticator) -> None:
    asked = browser.post("/security/passkeys/options").get_json()
    answer = device.register(asked["publicKey"])
    browser.post("/security/passkeys", json={"ceremony": asked["ceremony"], "answer": answer})


def test_a_passkey_asks_for_itself_after_the_password_once_recovery_codes_are_kept(
    house: House,
) -> None:
    create_staff(house.database)
    browser = house.signed_in()
    add_passkey(browser, Authenticator())
    assert sign_in(house.browser()).location == "/workplaces", "no codes: nobody is locked out"
    assert "Keep recovery codes" in browser.get("/security").text
    shown = browser.post("/security/codes").text
    code = re.findall(r"<code>([0-9A-Z-]{14})</code>", shown)[0]
    assert "Keep recovery codes" not in browser.get("/security").text
    later = house.browser()
    assert sign_in(later).location == "/signin/second-step?next=/workplaces"
    assert "data-passkey" in later.get("/signin/second-step").text
    assert later.post("/signin/second-step", data={"code": code}).location == "/workplaces"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Windows",
        ),
        ("Mozilla/5.0 (X11; Linux) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge · Linux"),
        ("Mozilla/5.0 (iPhone; CPU like Mac OS X) Version/19 Safari/604.1", "Safari · iPhone"),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)
def test_a_device_is_listed_by_a_name_people_know(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


def test_a_forgotten_password_is_answered_alike_and_mailed_only_to_its_owner(
    house: House,
) -> None:
    create_staff(house.database, role=Role.CLERK, merchant_id=create_merchant(house.database))
    browser = house.browser()
    known = browser.post("/signin/forgotten", data={"email": "LIN@porcelain.example"})
    unknown = browser.post("/signin/forgotten", data={"email": "nobody@porcelain.example"})

    def body(text: str) -> str:
        return re.sub(r"nonce=\"[\w-]+", "", text)

    assert (known.status_code, body(known.text)) == (unknown.status_code, body(unknown.text))
    (letter,) = house.letters
    assert letter.recipient == LIN
    link = re.search(r"http://localhost:8000(/signin/reset/\S+)", letter.text)
    assert link is not None
    new = "another long sentence"
    assert browser.get(link[1]).status_code == 200
    assert browser.post(link[1], data={"password": "short"}).status_code == 422
    assert "new password is set" in browser.post(link[1], data={"password": new}).text
    assert browser.post(link[1], data={"password": new}).status_code == 410
    assert sign_in(browser, password=new).status_code == 303
    assert [letter.template for letter in house.letters] == ["staff-reset", "staff-changed"]


def test_a_fault_of_ours_writes_no_link_that_lets_anybody_in_into_the_log(house: House) -> None:
    @public
    def broken(token: str) -> str:
        raise LookupError

    house.app.add_url_rule("/broken/<token>", view_func=broken)
    with capture_logs() as logged:
        assert house.browser().get("/broken/secret-of-lin").status_code == 500
    (entry,) = logged
    assert entry["rule"] == "/broken/<token>"
    assert "secret-of-lin" not in str({**entry, "exc_info": ""})


def test_while_the_database_is_away_programs_and_people_are_told_to_come_back(
    house: House,
) -> None:
    @public
    def away(**_address: str) -> str:
        with Database("postgresql://nobody@127.0.0.1:1/none").reading(Scope.park()):
            raise AssertionError

    paths = ("/api/away", "/till/api/away", "/webhooks/away", "/away")
    for path in paths:
        house.app.add_url_rule(path, path, view_func=away)
    with capture_logs() as logged:
        answers = [house.browser().get(path) for path in paths]
    assert {(each.status_code, each.headers["Retry-After"]) for each in answers} == {(503, "5")}
    *programs, person = answers
    assert {each.json["type"] for each in programs if each.json} == {"/api/problems/database-away"}
    assert {each.mimetype for each in programs} == {"application/problem+json"}
    assert "Try again in a few seconds" in person.text
    assert {entry["event"] for entry in logged} == {"database_away"}
    assert not any("exc_info" in entry for entry in logged)


def test_an_invitation_is_written_in_the_language_of_the_desk(house: House) -> None:
    merchant_id = create_merchant(house.database)
    reader = Contact(name="Wei", email="wei@tea.example", language="zh")
    with (
        house.app.test_request_context(),
        house.database.transaction(Scope.park()) as session,
    ):
        send_invitation(
            session, merchant_id=merchant_id, reader=reader, token="t0ken", shop="瓷路", role="店长"
        )
    (letter,) = house.letters
    assert letter.recipient == "wei@tea.example"
    assert "瓷路邀请您加入" in letter.text
    assert "您的岗位：店长" in letter.text
    assert "http://localhost:8000/signin/invitation/t0ken" in letter.text


def test_staff_of_the_park_alone_get_the_same_answer_and_no_letter(house: House) -> None:
    create_staff(house.database, role=Role.PARK_OPERATOR)
    answer = house.browser().post("/signin/forgotten", data={"email": LIN})
    assert answer.status_code == 200
    assert house.letters == []


def test_nobody_fills_a_strangers_mailbox(house: House) -> None:
    create_staff(house.database, role=Role.CLERK, merchant_id=create_merchant(house.database))
    for spelling in (LIN, LIN.upper(), LIN.replace("i", "İ")) * 2:
        house.browser().post("/signin/forgotten", data={"email": spelling})
    assert len(house.letters) == 3


def test_a_new_password_throws_out_the_other_browsers(house: House) -> None:
    create_staff(house.database)
    mine, other = house.signed_in(), house.signed_in()
    assert mine.post("/security/password", data={"password": "LinYue-1987"}).status_code == 422
    mine.post("/security/password", data={"password": "another long sentence"})
    assert mine.get("/own").status_code == 200
    assert other.get("/own").status_code == 303


def test_a_lost_device_is_signed_out_from_another(house: House) -> None:
    create_staff(house.database)
    lost = house.signed_in()
    lost.get("/own")
    mine = house.signed_in()
    shown = mine.get("/security").text
    (address,) = re.findall(r'action="(/security/devices/[0-9a-f-]+)"', shown)
    assert mine.post(address).location == "/security"
    assert lost.get("/own").status_code == 303
    assert mine.get("/own").status_code == 200


def test_an_api_key_opens_its_own_merchant_and_its_scopes_alone(house: House) -> None:
    merchant_id = create_merchant(house.database, slug="tea")
    now = utc_now()

    def issue(scope: ApiScope) -> tuple[UUID, str]:
        with house.database.transaction(Scope.merchant(merchant_id)) as session:
            key = issue_api_key(
                session,
                merchant_id=merchant_id,
                name=scope.value,
                scopes=[scope],
                expires_at=now + timedelta(days=30),
                created_by=None,
                now=now,
            )
        return key.id, key.text

    client = house.app.test_client()

    def call(text: str) -> tuple[int, dict[str, object]]:
        answer = client.get("/api/v1/stock", headers={"Authorization": f"Bearer {text}"})
        return answer.status_code, json.loads(answer.text)

    key_id, right = issue(ApiScope.READ_STOCK)
    assert call(right) == (200, {"merchant": str(merchant_id)})
    status, problem = call(issue(ApiScope.SHOP)[1])
    assert (status, problem["type"]) == (403, "/api/problems/missing-scope")
    assert call("quay_nonsense")[0] == 401
    missing = client.get("/api/v1/stock")
    assert missing.status_code == 401
    assert missing.headers["WWW-Authenticate"] == "Bearer"
    assert missing.content_type == "application/problem+json"
    with house.database.transaction(Scope.merchant(merchant_id)) as session:
        revoke_api_key(
            session, merchant_id=merchant_id, key_id=key_id, actor_id=None, now=utc_now()
        )
    assert call(right)[0] == 401


def test_a_staff_cookie_is_no_api_key(house: House) -> None:
    create_staff(house.database, role=Role.OWNER, merchant_id=create_merchant(house.database))
    assert house.signed_in().get("/api/v1/stock").status_code == 401


def test_a_known_device_gets_in_while_strangers_guess(house: House) -> None:
    create_staff(house.database)
    mine = house.signed_in()
    mine.post("/signout")
    for turn in range(6):
        stranger = house.browser(address=f"198.51.100.{turn}")
        sign_in(stranger, password="not the password")
    forged = house.browser(address="198.51.100.9")
    device = mine.get_cookie("quayside-device")
    assert device is not None
    forged.set_cookie("quayside-device", device.value[:33] + "0" * 64)
    assert sign_in(forged).status_code == 422
    assert sign_in(mine).status_code == 303


def test_another_sites_form_cannot_sign_anybody_in_or_out(house: House) -> None:
    create_staff(house.database)
    browser = house.signed_in()
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post("/signout", headers=elsewhere).status_code == 403
    assert browser.get("/own").status_code == 200
    login = {"email": LIN, "password": PASSWORD}
    assert house.browser().post("/signin", data=login, headers=elsewhere).status_code == 403


def test_the_pages_speak_chinese_when_asked_to(house: House) -> None:
    browser = house.browser()
    assert "<h1>登录</h1>" in browser.get("/signin", headers={"Accept-Language": "zh-CN"}).text
    assert browser.get("/language/zh?next=/signin").location == "/signin"
    assert "<h1>登录</h1>" in browser.get("/signin").text
