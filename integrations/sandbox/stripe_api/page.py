"""The hosted Checkout page and the page where a card's holder confirms."""

from typing import TypeAlias

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from integrations.sandbox.pages.amounts import spoken_amount
from integrations.sandbox.pages.words import Words, page_language
from integrations.sandbox.stripe_api.cards import CARDS, card_typed
from integrations.sandbox.stripe_api.faults import StripeFaultError
from integrations.sandbox.stripe_api.intents import Intents
from integrations.sandbox.stripe_api.sessions import Sessions
from integrations.sandbox.stripe_api.store import Store, StripeObject
from integrations.sandbox.stripe_api.ways import WALLETS

Shown: TypeAlias = Response | str | tuple[str, int]

_UNKNOWN_CARD = Words(
    "Use one of the test numbers below. Never type a real card here.",
    "请使用下方的测试卡号，切勿输入真实卡号。",
)
_DECLINED = Words("The card was declined. Try another one.", "银行卡被拒付，请换一张卡。")
_NOT_CONFIRMED = Words(
    "Your bank could not confirm that it is you. Try again or use another card.",
    "发卡行未能确认您的身份。请重试或换一张卡。",
)


def checkout_pages(*, store: Store, intents: Intents, sessions: Sessions) -> Blueprint:
    """Return the routes that people see."""
    routes = Blueprint("page", __name__)
    routes.register_error_handler(StripeFaultError, _missing)
    page = _Page(store, intents, sessions)
    routes.add_url_rule("/c/pay/<name>", "show", page.show)
    routes.add_url_rule("/c/pay/<name>", "pay", page.pay, methods=["POST"])
    routes.add_url_rule("/c/pay/<name>/back", "back", page.back)
    routes.add_url_rule("/3ds/<intent>", "ask", page.ask)
    routes.add_url_rule("/3ds/<intent>", "confirm", page.confirm, methods=["POST"])
    return routes


class _Page:
    """What a payer sees and does; the object's id in the address is the secret."""

    def __init__(self, store: Store, intents: Intents, sessions: Sessions) -> None:
        self._store = store
        self._intents = intents
        self._sessions = sessions

    def show(self, name: str) -> Shown:
        session = self._session(name)
        problem = _NOT_CONFIRMED if request.args.get("confirmed") == "no" else None
        return self._form(session, problem) if session["status"] == "open" else _over(session)

    def pay(self, name: str) -> Shown:
        session = self._session(name)
        if session["status"] != "open":
            return _over(session)
        wallet = WALLETS.get(request.form.get("way", ""))
        if wallet is not None and wallet.kind not in session["payment_method_types"]:
            return self._form(session, _UNKNOWN_CARD), 422
        card = wallet or card_typed(request.form.get("number", ""))
        if card is None:
            return self._form(session, _UNKNOWN_CARD), 422
        try:
            intent = self._sessions.pay(self._store.owner("cs", name), name, card)
        except StripeFaultError as fault:
            return self._form(session, _DECLINED), fault.status
        if intent["status"] == "requires_action":
            return redirect(f"/3ds/{intent['id']}", 303)
        return redirect(_success(session), 303)

    def back(self, name: str) -> Shown:
        """Leave without paying; as at Stripe, the session stays open."""
        session = self._session(name)
        return redirect(session["cancel_url"] or f"/c/pay/{name}", 303)

    def ask(self, intent: str) -> Shown:
        found = self._store.get(self._store.owner("pi", intent), "pi", intent)
        if found["status"] != "requires_action":
            return "Nothing to confirm. 无需验证。", 409
        language = page_language(None)
        return render_template(
            "stripe_api/confirm.html",
            intent=found,
            language=language,
            amount=_amount(found["amount"], found["currency"], language),
        )

    def confirm(self, intent: str) -> Shown:
        account = self._store.owner("pi", intent)
        before = self._store.get(account, "pi", intent)
        action = before["next_action"] or {"redirect_to_url": {"return_url": None}}
        genuine = request.form.get("answer") == "yes"
        self._intents.authenticate(account, intent, genuine=genuine)
        session = self._sessions.of_intent(account, intent)
        if session is None:
            return redirect(action["redirect_to_url"]["return_url"] or "/", 303)
        if not genuine:
            return redirect(f"/c/pay/{session['id']}?confirmed=no", 303)
        self._sessions.settle(account, session["id"])
        return redirect(_success(session), 303)

    def _session(self, name: str) -> StripeObject:
        return self._sessions.retrieve(self._store.owner("cs", name), name)

    def _form(self, session: StripeObject, problem: Words | None) -> str:
        language = page_language(session["locale"])
        return render_template(
            "stripe_api/pay.html",
            session=session,
            title=self._sessions.title(session["id"]),
            cards=CARDS,
            wallets=[WALLETS[name] for name in session["payment_method_types"] if name in WALLETS],
            problem=problem,
            language=language,
            say=lambda words: words.spoken(language),
            amount=_amount(session["amount_total"], session["currency"], language),
        )


def _success(session: StripeObject) -> str:
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _over(session: StripeObject) -> str:
    paid = session["status"] == "complete"
    return render_template(
        "outcome.html",
        paid=paid,
        back=_success(session) if paid else session["cancel_url"],
        language=page_language(session["locale"]),
    )


def _missing(_fault: StripeFaultError) -> Shown:
    return "There is no such payment. 没有这笔支付。", 404


# Where Stripe counts other units than ISO 4217 does (docs.stripe.com/currencies, zero-decimal).
_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})


def _amount(amount: int, currency: str, language: str) -> str:
    code = currency.upper()
    return spoken_amount(amount // 100 if code in _IN_HUNDREDTHS else amount, code, language)
