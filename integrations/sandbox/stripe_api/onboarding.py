"""The hosted page on which the owner of a new account gives what Stripe wants to know."""

import time

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from integrations.sandbox.pages.words import page_language
from integrations.sandbox.stripe_api.accounts import Accounts

_ANSWERS = {"all": "completed", "no-bank": "without_bank", "later": ""}


def onboarding_pages(accounts: Accounts) -> Blueprint:
    """Return the routes that the owner sees; the address is the secret."""
    routes = Blueprint("setup", __name__)

    @routes.get("/setup/c/<account>/<secret>")
    def enter(account: str, secret: str) -> Response | str:
        plan = accounts.enter(secret)
        if plan is None or plan["account"] != account:
            return Response("There is no such page. 没有这个页面。", 404)
        if plan["used"] or plan["until"] < time.time():
            return redirect(plan["refresh_url"], 303)
        language = page_language(None)
        return render_template(
            "stripe_api/setup.html", account=account, secret=secret, language=language
        )

    @routes.post("/setup/c/<account>/<secret>")
    def give(account: str, secret: str) -> Response:
        plan, happens = accounts.enter(secret), _ANSWERS.get(request.form.get("answer", ""))
        if plan is None or plan["account"] != account or happens is None:
            return Response("There is no such page. 没有这个页面。", 404)
        if happens:
            accounts.change(account, happens)
        return redirect(plan["return_url"], 303)

    return routes
