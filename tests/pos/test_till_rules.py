"""Tills follow the rules that their merchant set."""

from typing import Any

import pytest

from commerce.kernel.clock import utc_now
from commerce.registers.policy import TillPolicy
from commerce.registers.service import set_till_policy
from tests.pos.counter import Clerk, Counter, clerk_at


@pytest.fixture
def clerk(counter: Counter) -> Clerk:
    made = clerk_at(counter.till())
    made.done("open", {"float_minor": 50000})
    return made


def one_pot(counter: Counter, paid: int, discount: dict[str, Any]) -> dict[str, Any]:
    return {
        "currency": "CNY",
        "total_minor": paid,
        "lines": [
            {"variant": str(counter.goods["LQ-POT-320"]), "quantity": 1, "discount": discount}
        ],
        "tenders": [{"kind": "cash", "amount_minor": paid, "tendered_minor": paid}],
    }


def test_a_till_follows_the_rules_that_its_merchant_set(counter: Counter, clerk: Clerk) -> None:
    with counter.database.transaction(counter.shop.scope) as session:
        set_till_policy(
            session,
            merchant_id=counter.shop.merchant.id,
            policy=TillPolicy(discount_limit=500, lock_after_seconds=45),
            actor_id=counter.owner,
            now=utc_now(),
        )
    told = clerk.client.get("/till/api/state").get_json()["policy"]
    assert told == {"discount_limit": 500, "lock_after_seconds": 45}
    tenth = {"reason": "set of four", "basis_points": 1000}
    answer = clerk.send("sale", one_pot(counter, 61920, tenth))
    assert answer.json["type"] == "/api/problems/approval-needed"
    twentieth = {"reason": "set of two", "basis_points": 500}
    clerk.done("sale", one_pot(counter, 65360, twentieth))
