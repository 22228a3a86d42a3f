"""The park pauses a merchant and reopens it: nothing new is sold, nothing that was sold is lost."""

from flask.testing import FlaskClient
from sqlalchemy import text

from commerce.kernel.database import Scope
from commerce.park.permissions import Role
from tests.storefront.desk import Desk

WHY = "The food licence has run out."


def test_a_paused_merchant_says_politely_that_it_is_closed_until_it_is_reopened(
    desk: Desk, operator: FlaskClient
) -> None:
    slug = desk.shop.merchant.slug
    park, web = f"/park/merchants/{slug}/", desk.app.test_client()
    refused = operator.post(f"{park}pause", data={"reason": " "})
    assert refused.status_code == 422
    assert web.get(f"/en/{slug}/").status_code == 200

    assert operator.post(f"{park}pause", data={"reason": WHY}).status_code == 303
    for page in ("", "cart", "checkout", "search?q=tea"):
        closed = web.get(f"/en/{slug}/{page}")
        assert (closed.status_code, closed.headers["Retry-After"]) == (503, "3600")
        assert "Closed for the time being" in closed.text
        assert WHY not in closed.text
    assert "暂停营业" in web.get(f"/zh/{slug}/").text
    for page in ("order", "destination"):
        assert web.get(f"/en/{slug}/{page}").status_code == 200
    owner = desk.as_role(Role.OWNER)
    assert WHY in owner.get(f"{desk.root}/orders/").text
    assert "Paused" in operator.get("/park/merchants/").text
    assert WHY in operator.get(park).text

    assert operator.post(f"{park}reopen").status_code == 303
    assert web.get(f"/en/{slug}/").status_code == 200
    assert WHY not in owner.get(f"{desk.root}/orders/").text
    log = operator.get("/park/security/").text
    assert "Merchant paused" in log
    assert "Merchant reopened" in log


def letters(desk: Desk) -> list[tuple[str, str]]:
    with desk.shop.database.reading(Scope.park()) as connection:
        rows = connection.execute(text("SELECT subject, text FROM outgoing_mail ORDER BY id"))
        return [(row.subject, row.text) for row in rows]


def test_owners_are_told_by_letter_once_why_and_when_it_is_over(
    desk: Desk, operator: FlaskClient
) -> None:
    desk.as_role(Role.OWNER, merchant_id=desk.shop.merchant.id)
    park, before = f"/park/merchants/{desk.shop.merchant.slug}/", len(letters(desk))
    for _twice in range(2):
        assert operator.post(f"{park}pause", data={"reason": WHY}).status_code == 303
    (subject, words), *others = letters(desk)[before:]
    assert subject.startswith("The park has paused ")
    assert f"Why: {WHY}" in words
    assert {each[0] for each in others} <= {subject}
    told = len(letters(desk))
    for _twice in range(2):
        assert operator.post(f"{park}reopen").status_code == 303
    assert {each[0].endswith(" sells again") for each in letters(desk)[told:]} == {True}
    assert len(letters(desk)) == told + len(others) + 1


def test_the_park_changes_what_a_merchant_is_called(desk: Desk, operator: FlaskClient) -> None:
    slug = desk.shop.merchant.slug
    park = f"/park/merchants/{slug}/"
    assert operator.post(f"{park}name", data={"name": "", "name_zh": "瓷"}).status_code == 422
    operator.post(f"{park}name", data={"name": "Celadon Lane", "name_zh": "青瓷巷"})
    assert "Celadon Lane" in desk.app.test_client().get(f"/en/{slug}/").text
