"""The processor's payment page: where a payer types a test card, and confirms it is really them."""

import time
from typing import TypeAlias

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from integrations.sandbox.card_processor.bank import Bank
from integrations.sandbox.card_processor.cards import CARDS, DECLINES, Behaviour, card_of
from integrations.sandbox.card_processor.records import OPEN, Payment, Status
from integrations.sandbox.connections import cut_connection
from integrations.sandbox.pages.amounts import spoken_amount
from integrations.sandbox.pages.words import Words, page_language
from integrations.sandbox.refusals import RefusedRequestError

SLOW_SECONDS = 8.0

Shown: TypeAlias = Response | str | tuple[str, int]

_UNKNOWN_CARD = Words(
    "Use one of the test numbers below. Never type a real card here.",
    "请使用下方的测试卡号，切勿输入真实卡号。",
)


def payment_page(*, bank: Bank, slow_seconds: float = SLOW_SECONDS) -> Blueprint:
    """Return the routes of the payment page."""
    routes = Blueprint("page", __name__, url_prefix="/pay")
    routes.register_error_handler(RefusedRequestError, _missing)
    page = _Page(bank, slow_seconds)
    routes.add_url_rule("/<token>", "show", page.show)
    routes.add_url_rule("/<token>", "pay", page.pay, methods=["POST"])
    routes.add_url_rule("/<token>/confirm", "ask", page.ask)
    routes.add_url_rule("/<token>/confirm", "confirm", page.confirm, methods=["POST"])
    routes.add_url_rule("/<token>/cancel", "cancel", page.cancel, methods=["POST"])
    return routes


class _Page:
    """What a payer sees and does, by the token in the page's address."""

    def __init__(self, bank: Bank, slow_seconds: float) -> None:
        self._bank = bank
        self._slow_seconds = slow_seconds

    def show(self, token: str) -> Shown:
        payment = self._bank.on_page(token)
        if payment.status is Status.REQUIRES_CONFIRMATION:
            return redirect(f"/pay/{token}/confirm", 303)
        return _page(payment) if payment.status in OPEN else _finished(payment)

    def pay(self, token: str) -> Shown:
        payment = self._bank.on_page(token)
        if payment.status not in OPEN:
            return _finished(payment)
        card = card_of(request.form.get("number", ""))
        if card is None:
            return _page(payment, problem=_UNKNOWN_CARD), 422
        payment = self._bank.present(payment.id, card, entry="online")
        if card.behaviour is Behaviour.SILENT:
            return cut_connection(request.environ)
        if card.behaviour is Behaviour.SLOW:
            time.sleep(self._slow_seconds)
        return _after(payment)

    def ask(self, token: str) -> Shown:
        payment = self._bank.on_page(token)
        if payment.status is not Status.REQUIRES_CONFIRMATION:
            return redirect(f"/pay/{token}", 303)
        return render_template("card_processor/confirm.html", **_facts(payment))

    def confirm(self, token: str) -> Shown:
        payment = self._bank.on_page(token)
        if payment.status is not Status.REQUIRES_CONFIRMATION:
            return redirect(f"/pay/{token}", 303)
        confirmed = request.form.get("answer") == "yes"
        return _after(self._bank.confirm(payment.id, confirmed=confirmed))

    def cancel(self, token: str) -> Shown:
        payment = self._bank.on_page(token)
        if payment.status not in OPEN:
            return _finished(payment)
        self._bank.cancel(payment.account, payment.id)
        return redirect(payment.cancel_url or f"/pay/{token}", 303)


def _missing(_fault: RefusedRequestError) -> Shown:
    return "There is no such payment. 没有这笔支付。", 404


def _after(payment: Payment) -> Shown:
    match payment.status:
        case Status.REQUIRES_CONFIRMATION:
            return redirect(f"/pay/{payment.token}/confirm", 303)
        case Status.REQUIRES_CARD:
            return _page(payment, problem=DECLINES[payment.decline]), 402
        case _:
            return redirect(payment.return_url or f"/pay/{payment.token}", 303)


def _page(payment: Payment, problem: Words | None = None) -> str:
    return render_template(
        "card_processor/pay.html", cards=CARDS, problem=problem, **_facts(payment)
    )


def _finished(payment: Payment) -> str:
    paid = payment.authorised > 0
    return render_template(
        "outcome.html",
        paid=paid,
        back=payment.return_url if paid else payment.cancel_url,
        language=page_language(payment.locale),
    )


def _facts(payment: Payment) -> dict[str, object]:
    language = page_language(payment.locale)
    return {
        "payment": payment,
        "language": language,
        "say": lambda words: words.spoken(language),
        "amount": spoken_amount(payment.amount, payment.currency, language),
    }
