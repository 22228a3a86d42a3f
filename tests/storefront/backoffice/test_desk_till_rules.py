"""The rules of the tills at the desk: set, kept with who set them, bounded."""

from commerce.park.permissions import Role
from commerce.park.queries.security_log import list_security_events
from commerce.pricing.queries import rounding_of
from commerce.pricing.rows import TaxRounding
from commerce.registers.policy import USUAL_POLICY, TillPolicy, policies_of, policy_of
from tests.storefront.desk import Desk


def rules(desk: Desk) -> TillPolicy:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        return policy_of(connection)


def test_rules_count_from_now_on_and_name_who_set_them(desk: Desk) -> None:
    assert rules(desk) == USUAL_POLICY
    client = desk.as_role(Role.OWNER)
    url = f"{desk.root}/settings/tills"
    for _again in range(2):
        answer = client.post(url, data={"discount_limit": "15", "lock_after_seconds": "300"})
        assert answer.status_code == 303
    assert rules(desk) == TillPolicy(1500, 300)
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (only,) = policies_of(connection)
        events = list_security_events(connection, merchant_id=desk.shop.merchant.id)
    assert [e.facts for e in events if e.action == "till-rules-set"] == [
        {"discount_limit": 1500, "lock_after_seconds": 300}
    ]
    assert only.set_by == next(e.actor_id for e in events if e.action == "till-rules-set")
    assert "15% · 300 s" in client.get(url).text


def test_rules_that_nobody_could_work_with_are_refused(desk: Desk) -> None:
    client = desk.as_role(Role.OWNER)
    for limit, lock in (("101", "120"), ("-1", "120"), ("10", "5"), ("10", "90000"), ("", "")):
        answer = client.post(
            f"{desk.root}/settings/tills",
            data={"discount_limit": limit, "lock_after_seconds": lock},
        )
        assert answer.status_code == 422
    assert rules(desk) == USUAL_POLICY


def test_each_currency_is_rounded_as_its_example_says(desk: Desk) -> None:
    client = desk.as_role(Role.OWNER)
    url = f"{desk.root}/settings/rounding"
    before = client.get(url).text
    assert "on every line" in before
    assert "The smallest coin in circulation is ¥0.10." in before
    typed = {"currency": "CNY", "coin": "0.10", "tax": "total"}
    for wrong in ({"coin": "0"}, {"coin": "dear"}, {"coin": "5000"}, {"currency": "XXX"}):
        refused = client.post(url, data=typed | wrong)
        assert refused.status_code == 422, wrong
        assert f'value="{wrong.get("coin", "0.10")}"' in refused.text
    assert client.post(url, data=typed).status_code == 303
    with desk.shop.database.reading(desk.shop.scope) as connection:
        rule = rounding_of(connection, currency="CNY")
    assert (rule.cash_step_minor, rule.tax) == (10, TaxRounding.TOTAL)
    page = client.get(url).text
    assert "The smallest coin in circulation" not in page
    assert "¥12.38 → ¥12.40" in page
    assert "3 × ¥3.33: ¥1.30" in page
    assert "Room for pictures" in client.get(f"{desk.root}/settings/").text


def test_only_the_owner_sets_rules(desk: Desk) -> None:
    assert desk.as_role(Role.MANAGER).get(f"{desk.root}/settings/tills").status_code == 403
