"""What happens to an account by itself, here when somebody says so.

POST /_sandbox/payouts  {"key": "sk_test_...", "bank_refuses": false}
POST /_sandbox/settles  {"key": "sk_test_...", "currency": "eur"}
POST /_sandbox/accounts {"account": "acct_...", "happens": "restricted"}

`account` instead of `key` names a connected account. What may happen to one: `completed`,
`without_bank`, `checked`, `restricted`, `rejected`, `deauthorized`.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from integrations.sandbox.stripe_api.accounts import Accounts
from integrations.sandbox.stripe_api.balance import Balance
from integrations.sandbox.stripe_api.payouts import Payouts
from integrations.sandbox.stripe_api.store import account_of


def clock(balance: Balance, payouts: Payouts, accounts: Accounts) -> Blueprint:
    """Return the endpoints that let a day pass."""
    routes = Blueprint("clock", __name__, url_prefix="/_sandbox")

    @routes.post("/payouts")
    def pay_out() -> Response:
        wish = request.get_json()
        made = payouts.night(_whose(wish), bank_refuses=bool(wish.get("bank_refuses")))
        return jsonify(payouts=made)

    @routes.post("/settles")
    def settle_in() -> Response:
        wish = request.get_json()
        balance.settle_in(_whose(wish), str(wish["currency"]))
        return jsonify(status="arranged")

    @routes.post("/accounts")
    def happen() -> Response:
        wish = request.get_json()
        if wish["happens"] == "deauthorized":
            accounts.deauthorize(str(wish["account"]))
        else:
            accounts.change(str(wish["account"]), str(wish["happens"]))
        return jsonify(status="arranged")

    return routes


def _whose(wish: dict[str, Any]) -> str:
    return str(wish["account"]) if "account" in wish else account_of(str(wish["key"]))
