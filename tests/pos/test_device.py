"""Which device is a till, who may make it one, and who unlocks it."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from commerce.kernel.clock import utc_now
from commerce.registers.enrolment import LINK_LASTS, enrolment_token
from commerce.registers.queries import register_by_id
from tests.pos.counter import CLERK_PIN, MANAGER_PIN, Counter
from tests.support.park import PASSWORD


def link(counter: Counter, *, age: int = 0) -> str:
    with counter.database.reading(counter.shop.scope) as connection:
        register = register_by_id(connection, register_id=counter.register)
    assert register is not None
    token = enrolment_token(
        counter.vault,
        merchant_id=counter.shop.merchant.id,
        register=register,
        now=utc_now() - age * LINK_LASTS,
    )
    return f"/till/enrol/{token}"


def test_a_device_that_is_no_till_is_sent_to_the_enrolment(counter: Counter) -> None:
    stranger = counter.browser()
    assert stranger.get("/till/").headers["Location"] == "/till/enrol"
    refused = stranger.get("/till/api/state")
    assert (refused.status_code, refused.json["type"]) == (401, "/api/problems/till-not-enrolled")  # type: ignore[index]  # it is JSON


def test_a_managers_sign_in_makes_a_device_the_till_and_ends_the_one_before(
    counter: Counter,
) -> None:
    before, browser = counter.till(), counter.browser()
    browser.post("/signin", data={"email": "lin@porcelain.example", "password": PASSWORD})
    assert "Register 2" in browser.get("/till/enrol").text
    value = f"{counter.shop.merchant.id.hex}.{counter.register.hex}"
    answer = browser.post("/till/enrol", data={"register": value})
    assert answer.status_code == 303
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "quayside-till" in c)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Max-Age=7776000" in cookie
    assert browser.get("/till/").status_code == 200
    assert browser.get("/security").headers["Location"].startswith("/signin")
    assert not browser.get_cookie("quayside-staff")
    assert before.get("/till/api/state").status_code == 401


def test_where_nobody_has_a_pin_both_pages_say_where_to_set_one(counter: Counter) -> None:
    browser = counter.browser()
    browser.post("/signin", data={"email": "lin@porcelain.example", "password": PASSWORD})
    assert "has a PIN for the tills yet" not in browser.get("/till/enrol").text
    assert len(state(counter)["clerks"]) == 2
    with counter.database.transaction(counter.shop.scope) as session:
        session.execute(text("DELETE FROM clerk_pin"))
    enrol = browser.get("/till/enrol").text
    assert "has a PIN for the tills yet" in enrol
    assert re.search(r'href="/desk/porcelain-road/staff/[0-9a-f-]{36}"', enrol)
    asked = state(counter)
    assert (asked["clerks"], asked["staff_url"]) == ([], "/desk/porcelain-road/staff/")


def state(counter: Counter) -> dict[str, Any]:
    told = counter.till().get("/till/api/state").json
    assert isinstance(told, dict)
    return told


def test_a_clerk_cannot_enrol_a_device(counter: Counter) -> None:
    browser = counter.browser()
    browser.post("/signin", data={"email": "wei@porcelain.example", "password": PASSWORD})
    assert "No register to choose" in browser.get("/till/enrol").text
    value = f"{counter.shop.merchant.id.hex}.{counter.register.hex}"
    assert browser.post("/till/enrol", data={"register": value}).status_code == 404


@pytest.mark.parametrize("page", ["/till/enrol", "/till/unlock"])
def test_whoever_may_not_decide_lets_somebody_else_sign_in_and_go_on(
    counter: Counter, page: str
) -> None:
    browser = counter.browser()
    browser.post("/signin", data={"email": "wei@porcelain.example", "password": PASSWORD})
    shown = browser.get(page).text
    assert "Signed in as Wei An" in shown
    assert "Sign in as somebody else" in shown
    left = browser.post("/signout", data={"next": page})
    assert left.headers["Location"] == f"/signin?next={page}"
    owner = {"email": "lin@porcelain.example", "password": PASSWORD, "next": page}
    assert browser.post("/signin", data=owner).headers["Location"] == page
    assert "Register 2" in browser.get(page).text
    elsewhere = browser.post("/signout", data={"next": "https://elsewhere.example/"})
    assert elsewhere.headers["Location"] == "/signin"


def manager_of(counter: Counter) -> FlaskClient:
    """Sign the owner in on a browser of their own."""
    browser = counter.browser()
    browser.post("/signin", data={"email": "lin@porcelain.example", "password": PASSWORD})
    return browser


def test_a_link_from_the_desk_enrols_once(counter: Counter) -> None:
    address, device = link(counter), counter.browser()
    device.post("/signin", data={"email": "lin@porcelain.example", "password": PASSWORD})
    assert "Register 2" in device.get(address).text
    assert device.post(address).status_code == 303
    assert device.get("/till/api/state").status_code == 200
    assert device.get("/security").headers["Location"].startswith("/signin")
    owner = {"email": "lin@porcelain.example", "password": PASSWORD}
    device.post("/signin", data=owner)
    value = f"{counter.shop.merchant.id.hex}.{counter.register.hex}"
    assert device.post("/till/unlock", data={"register": value}).status_code == 303
    assert device.get("/security").headers["Location"].startswith("/signin")
    assert counter.browser().post(address).status_code == 410


def test_of_devices_that_open_one_link_at_once_one_becomes_the_till(counter: Counter) -> None:
    address, devices = link(counter), [counter.browser() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda each: each.post(address).status_code, devices))
    assert sorted(answers) == [303, 410, 410, 410]
    tills = [each.get("/till/api/state").status_code for each in devices]
    assert [tills[at] for at, answer in enumerate(answers) if answer == 303] == [200]


def test_a_link_runs_out_and_cannot_be_changed(counter: Counter) -> None:
    assert counter.browser().get(link(counter, age=1)).status_code == 410
    fresh = link(counter)
    assert counter.browser().get(fresh[:-1] + ("0" if fresh[-1] != "0" else "1")).status_code == 410
    assert counter.browser().get("/till/enrol/nonsense").status_code == 410


def test_the_till_alone_may_ask_for_the_camera(counter: Counter) -> None:
    till = counter.till()
    policies = [
        till.get(path).headers["Permissions-Policy"].split(",")[0]
        for path in ("/till/", "/till/enrol", "/signin")
    ]
    assert policies == ["camera=(self)", "camera=()", "camera=()"]


def test_a_pin_tells_who_sells_and_whether_they_approve(counter: Counter) -> None:
    till = counter.till()
    told = [till.post("/till/api/unlock", json={"pin": p}).json for p in (CLERK_PIN, MANAGER_PIN)]
    assert [(each["name"], each["approves"]) for each in told if each] == [
        ("Wei An", False),
        ("Lin Yue", True),
    ]


def test_a_chosen_clerk_types_their_own_pin_and_a_colleagues_is_a_miss(counter: Counter) -> None:
    till = counter.till()
    chosen = {"clerk": str(counter.clerk)}
    assert till.post("/till/api/unlock", json={"pin": CLERK_PIN, **chosen}).status_code == 200
    other = [till.post("/till/api/unlock", json={"pin": MANAGER_PIN, **chosen}) for _ in range(5)]
    assert [answer.status_code for answer in other] == [403, 403, 403, 403, 423]
    assert other[0].json["type"] == "/api/problems/not-their-pin"  # type: ignore[index]  # it is JSON
    assert till.post("/till/api/unlock", json={"pin": CLERK_PIN}).status_code == 423


def test_a_clerk_cannot_approve(counter: Counter) -> None:
    answer = counter.till().post("/till/api/approve", json={"pin": CLERK_PIN, "reading": "report"})
    assert answer.status_code == 403


def test_five_misses_lock_the_pad_until_a_manager_signs_in(counter: Counter) -> None:
    till = counter.till()
    statuses = [till.post("/till/api/unlock", json={"pin": "111112"}).status_code for _ in range(5)]
    assert statuses == [403, 403, 403, 403, 423]
    assert till.post("/till/api/unlock", json={"pin": CLERK_PIN}).status_code == 423
    manager = manager_of(counter)
    value = f"{counter.shop.merchant.id.hex}.{counter.register.hex}"
    assert manager.post("/till/unlock", data={"register": value}).status_code == 303
    assert manager.get("/security").status_code == 200, "their own browser is no till"
    assert till.post("/till/api/unlock", json={"pin": CLERK_PIN}).status_code == 200


def test_who_may_not_unlock_a_till_is_not_left_signed_in_on_it(counter: Counter) -> None:
    till = counter.till()
    till.post("/signin", data={"email": "wei@porcelain.example", "password": PASSWORD})
    assert "Only an owner or a manager can unlock" in till.get("/till/unlock").text
    assert till.get("/till/unlock").headers["Location"].startswith("/signin")
    assert till.get("/security").headers["Location"].startswith("/signin")
    somebody_else = till.post("/signout", data={"next": "/till/unlock"})
    assert somebody_else.status_code == 303


def test_a_till_unlocks_itself_and_no_other(counter: Counter) -> None:
    till = counter.till()
    asked = till.get("/signin?next=/till/unlock").text
    assert "to unlock the till" in asked
    assert 'href="/till/"' in asked
    till.post("/signin", data={"email": "lin@porcelain.example", "password": PASSWORD})
    assert "This till is not locked" in till.get("/till/unlock").text
    for _ in range(5):
        till.post("/till/api/unlock", json={"pin": "111112"})
    shown = till.get("/till/unlock").text
    assert "Unlock this till" in shown
    assert 'type="radio"' not in shown
    assert "locked" in manager_of(counter).get("/till/unlock").text
    assert till.post("/till/leave").headers["Location"] == "/till/"
    assert till.get("/security").headers["Location"].startswith("/signin")


def test_a_badge_dies_with_the_device(counter: Counter) -> None:
    old = counter.till().post("/till/api/unlock", json={"pin": CLERK_PIN}).json
    device = counter.browser()
    device.post(link(counter))
    assert old is not None
    answer = device.post(
        "/till/api/commands",
        json={
            "id": "018f0000-0000-7000-8000-000000000001",
            "kind": "open",
            "badge": old["badge"],
            "body": {"float_minor": 1},
        },
    )
    assert answer.status_code == 401
