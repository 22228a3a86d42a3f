"""What happens to an account by itself, here when somebody says so.

POST /_sandbox/payouts  {"key": "sk_test_...", "bank_refuses": false}
POST /_sandbox/settles  {"key": "sk_test_...", "currency": "eur"}
"""

from flask import Blueprint, Response, jsonify, request

from integrations.sandbox.stripe_api.balance import Balance
from integrations.sandbox.stripe_api.payouts import Payouts
from integrations.sandbox.stripe_api.store import account_of


def clock(balance: Balance, payouts: Payouts) -> Blueprint:
    """Return the endpoints that let a day pass."""
    routes = Blueprint("clock", __name__, url_prefix="/_sandbox")

    @routes.post("/payouts")
    def pay_out() -> Response:
        wish = request.get_json()
        made = payouts.night(
            account_of(str(wish["key"])), bank_refuses=bool(wish.get("bank_refuses"))
        )
        return jsonify(payouts=made)

    @routes.post("/settles")
    def settle_in() -> Response:
        wish = request.get_json()
        balance.settle_in(account_of(str(wish["key"])), str(wish["currency"]))
        return jsonify(status="arranged")

    return routes
