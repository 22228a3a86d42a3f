"""The routes of the API under `/v1`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from flask import Blueprint, Response, jsonify, request

from integrations.sandbox.faults import Faults
from integrations.sandbox.replays import Answer, KeyBusyError, KeyReusedError, Replays
from integrations.sandbox.stripe_api.accounts import Accounts
from integrations.sandbox.stripe_api.balance import Balance
from integrations.sandbox.stripe_api.disputes import Disputes
from integrations.sandbox.stripe_api.events import Events
from integrations.sandbox.stripe_api.faults import StripeFaultError
from integrations.sandbox.stripe_api.forms import decode
from integrations.sandbox.stripe_api.intents import Intents
from integrations.sandbox.stripe_api.lists import listed
from integrations.sandbox.stripe_api.refunds import Refunds
from integrations.sandbox.stripe_api.sessions import Sessions
from integrations.sandbox.stripe_api.store import Store, StripeObject, account_of, new_name

Change: TypeAlias = Callable[[str, dict[str, Any]], StripeObject]
Add: TypeAlias = Callable[[str, Callable[..., StripeObject]], None]
_LONGEST_KEY = 255
_EXPANDABLE = {
    "payment_intent": "pi",
    "latest_charge": "ch",
    "charge": "ch",
    "balance_transaction": "txn",
}


@dataclass(frozen=True, slots=True)
class Books:
    """What tells of the account's own money, and of accounts under it."""

    balance: Balance
    disputes: Disputes
    accounts: Accounts


class Gate:
    """Authentication, idempotency, expansion and errors, the same for every route."""

    def __init__(
        self, *, store: Store, replays: Replays, faults: Faults, accounts: Accounts
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._replays = replays
        self._faults = faults

    def change(self, work: Change) -> Response:
        """Answer a POST request; the first answer under an idempotency key is the only one."""
        account, wish = self._acting(), decode(request.form.items(multi=True))
        return self._faults.befall(
            lambda: self._once(account, lambda: self._expanded(account, work(account, wish), wish)),
            refuse=lambda status: self._troubled(account, status),
        )

    def look(self, work: Change) -> Response:
        """Answer a GET request."""
        account, wish = self._acting(), decode(request.args.items(multi=True))
        return self._faults.befall(
            lambda: _response(Answer(200, self._expanded(account, work(account, wish), wish))),
            refuse=lambda status: refuse(_trouble(status)),
        )

    def _acting(self) -> str:
        """Return the account that a request is about: the key's, or the one it speaks for."""
        account, named = asking_account(), request.headers.get("Stripe-Account", "")
        if not named:
            return account
        self._accounts.speaks_for(account, named)
        return named

    def _once(self, account: str, work: Callable[[], StripeObject]) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return _response(Answer(200, work()))
        if len(key) > _LONGEST_KEY:
            raise StripeFaultError("Idempotency keys have at most 255 characters.")
        try:
            return _response(
                self._replays.answer(
                    account=account,
                    key=key,
                    request=f"{request.path}\n{request.get_data(as_text=True)}\n{sorted(request.form.items(multi=True))}",
                    work=lambda: _stored(work),
                )
            )
        except KeyReusedError:
            raise StripeFaultError(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}'.",
                kind="idempotency_error",
            ) from None
        except KeyBusyError:
            raise StripeFaultError(
                "There is currently another in-progress request using this Idempotent Key.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            ) from None

    def _troubled(self, account: str, status: int) -> Response:
        """Answer with trouble; a 500 is remembered under the key, as Stripe remembers it."""
        fault = _trouble(status)
        if not fault.stored:
            return refuse(fault)

        def fail() -> StripeObject:
            raise fault

        return self._once(account, fail)

    def _expanded(self, account: str, thing: StripeObject, wish: dict[str, Any]) -> StripeObject:
        for path in wish.get("expand") or []:
            self._expand(account, thing, str(path).split("."))
        return thing

    def _expand(self, account: str, thing: StripeObject, path: list[str]) -> None:
        if path[0] == "data" and thing["object"] == "list":
            for each in thing["data"]:
                self._expand(account, each, path[1:])
            return
        name = thing.get(path[0])
        prefix = _EXPANDABLE.get(path[0]) or (
            str(name).partition("_")[0] if path[0] == "source" else None
        )
        if prefix is None:
            raise StripeFaultError(f"This property cannot be expanded ({path[0]}).")
        if isinstance(name, str):
            thing[path[0]] = self._store.get(account, prefix, name)
        if path[1:] and isinstance(thing.get(path[0]), dict):
            self._expand(account, thing[path[0]], path[1:])


def interface(
    *,
    gate: Gate,
    store: Store,
    intents: Intents,
    sessions: Sessions,
    refunds: Refunds,
    events: Events,
    books: Books,
) -> Blueprint:
    """Return the routes of the API."""
    routes = Blueprint("api", __name__, url_prefix="/v1")
    routes.register_error_handler(StripeFaultError, refuse)

    def post(path: str, work: Callable[..., StripeObject]) -> None:
        def view(**names: str) -> Response:
            return gate.change(lambda account, wish: work(account, *names.values(), wish))

        routes.add_url_rule(path, f"post {path}", view, methods=["POST"])

    def get(path: str, work: Callable[..., StripeObject]) -> None:
        def view(**names: str) -> Response:
            return gate.look(lambda account, wish: work(account, *names.values(), wish))

        routes.add_url_rule(path, f"get {path}", view)

    post("/checkout/sessions", sessions.create)
    post("/checkout/sessions/<name>/expire", lambda a, name, _: sessions.expire(a, name))
    get("/checkout/sessions/<name>", lambda a, name, _: sessions.retrieve(a, name))
    get("/checkout/sessions", lambda a, wish: listed(store.every(a, "cs"), wish, request.path))
    post("/payment_intents", intents.create)
    post("/payment_intents/<name>/confirm", intents.confirm)
    post("/payment_intents/<name>/capture", intents.capture)
    post(
        "/payment_intents/<name>/cancel",
        lambda a, name, wish: intents.cancel(a, name, wish.get("cancellation_reason")),
    )
    get("/payment_intents/<name>", lambda a, name, _: store.get(a, "pi", name))
    get("/payment_intents", lambda a, wish: listed(store.every(a, "pi"), wish, request.path))
    get("/charges/<name>", lambda a, name, _: store.get(a, "ch", name))
    post("/refunds", refunds.create)
    get("/refunds/<name>", lambda a, name, _: store.get(a, "re", name))
    get("/refunds", lambda a, wish: listed(store.every(a, "re"), wish, request.path))
    get("/events/<name>", lambda a, name, _: store.get(a, "evt", name))
    get("/events", lambda a, wish: listed(store.every(a, "evt"), wish, request.path))
    post("/webhook_endpoints", events.listen)
    _add_books(get, post, store=store, books=books)
    return routes


def _add_books(get: Add, post: Add, *, store: Store, books: Books) -> None:
    get("/accounts", lambda a, wish: listed(store.every(a, "acct"), wish, request.path))
    post("/accounts", books.accounts.create)
    get("/accounts/<name>", lambda a, name, _: books.accounts.retrieve(a, name))
    post("/account_links", books.accounts.link)
    get("/balance", books.balance.total)
    get("/balance_transactions", lambda a, wish: books.balance.listed(a, wish, request.path))
    get("/balance_transactions/<name>", lambda a, name, _: store.get(a, "txn", name))
    get("/payouts", lambda a, wish: listed(store.every(a, "po"), wish, request.path))
    get("/payouts/<name>", lambda a, name, _: store.get(a, "po", name))
    get("/disputes", lambda a, wish: listed(store.every(a, "du"), wish, request.path))
    get("/disputes/<name>", lambda a, name, _: store.get(a, "du", name))
    post("/disputes/<name>", books.disputes.update)
    post("/disputes/<name>/close", books.disputes.close)


def asking_account() -> str:
    """Return the account of the request's secret key, given as bearer or as basic user name."""
    basic = request.authorization
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic" and basic is not None:
        key = basic.username or ""
    if not key.startswith(("sk_test_", "rk_test_")):
        raise StripeFaultError(f"Invalid API Key provided: {key[:8]}****", status=401)
    return account_of(key)


def refuse(fault: StripeFaultError) -> Response:
    """Render a fault."""
    return _response(Answer(fault.status, fault.body()))


def _stored(work: Callable[[], StripeObject]) -> Answer:
    try:
        return Answer(200, work())
    except StripeFaultError as fault:
        if not fault.stored:
            raise
        return Answer(fault.status, fault.body())


def _trouble(status: int) -> StripeFaultError:
    if status == 429:  # noqa: PLR2004 - HTTP
        return StripeFaultError("Too many requests in a period.", status=429, code="rate_limit")
    return StripeFaultError("An unknown error occurred.", status=status, kind="api_error")


def _response(answer: Answer) -> Response:
    response = jsonify(answer.body)
    response.status_code = answer.status
    response.headers["Request-Id"] = new_name("req")
    response.headers.update(answer.headers)
    return response
