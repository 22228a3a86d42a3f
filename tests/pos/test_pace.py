"""What a sale costs the database, and how fast anybody may ask for people."""

from typing import Any

import pytest

from pos.api.customers import LOOK_UPS_A_MINUTE
from tests.pos.counter import MANAGER_PIN, Clerk, Counter, clerk_at
from tests.support.statements import statements_sent

MOST_STATEMENTS = 30
"""Of a sale in cash, from the device's key to the command's answer, however many lines it has."""


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    made = clerk_at(counter.till())
    made.done("open", {"float_minor": 50000})
    return made


def sale(counter: Counter, total: int, *skus: str) -> dict[str, Any]:
    return {
        "currency": "CNY",
        "total_minor": total,
        "lines": [{"variant": str(counter.goods[sku]), "quantity": 1} for sku in skus],
        "tenders": [{"kind": "cash", "amount_minor": total, "tendered_minor": total}],
        "customer": None,
    }


def test_a_sale_reads_once_what_it_needs(counter: Counter, clerk: Clerk) -> None:
    baskets = [
        sale(counter, 18800, "YN-DH-100"),
        sale(counter, 121100, "LQ-POT-320", "JD-GW-RIV", "YN-DH-100"),
    ]
    clerk.done("sale", baskets[0])
    counts = []
    for basket in baskets:
        with statements_sent() as sent:
            assert clerk.done("sale", basket)["completed"]
        counts.append(len(sent))
    assert counts == [MOST_STATEMENTS, MOST_STATEMENTS]


def test_people_are_looked_up_no_faster_than_they_come_to_a_counter(clerk: Clerk) -> None:
    asked = {"badge": clerk.badge, "words": "mei"}
    statuses = []
    for _ in range(2 * LOOK_UPS_A_MINUTE + 2):  # the minute may turn once meanwhile
        answer = clerk.client.post("/till/api/customers", json=asked)
        statuses.append(answer.status_code)
        if answer.status_code == 429:
            break
    assert statuses == [200] * (len(statuses) - 1) + [429]
    assert len(statuses) > LOOK_UPS_A_MINUTE
    assert answer.json is not None
    assert answer.json["detail"] == "This is asked too often. Wait a minute."


def test_one_clerks_haste_holds_up_nobody_else(clerk: Clerk) -> None:
    for _ in range(LOOK_UPS_A_MINUTE + 1):
        clerk.client.post("/till/api/customers", json={"badge": clerk.badge, "words": "mei"})
    manager = clerk_at(clerk.client, MANAGER_PIN)
    asked = {"badge": manager.badge, "words": "mei"}
    assert clerk.client.post("/till/api/customers", json=asked).status_code == 200
