"""The table beside the till: who holds which card to which reader. For a person trying the demo."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from integrations.sandbox.card_processor.bank import Bank
from integrations.sandbox.card_processor.cards import CARDS
from integrations.sandbox.card_processor.readers import CardReader, ReaderMode, Readers
from integrations.sandbox.card_processor.records import Payment
from integrations.sandbox.pages.amounts import spoken_amount
from integrations.sandbox.pages.words import Words, page_language
from integrations.sandbox.refusals import RefusedRequestError

_MODES = {
    ReaderMode.AUTOMATIC: Words("Taps a paying card by itself", "自动刷卡，支付成功"),
    ReaderMode.DECLINING: Words("Taps a declined card by itself", "自动刷卡，银行拒付"),
    ReaderMode.MANUAL: Words("Waits for a card from this page", "等待在本页出示银行卡"),
    ReaderMode.OFFLINE: Words("Switched off", "关机"),
}
_AT_A_READER = 4  # the cards whose behaviour a reader can show
_OWN = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class _Place:
    account: str
    reader: CardReader
    payment: Payment | None
    amount: str


def console(*, bank: Bank, readers: Readers) -> Blueprint:
    """Return the routes of the table, at `/`."""
    routes = Blueprint("console", __name__)
    table = _Table(bank, readers)
    routes.add_url_rule("/", "show", table.show)
    routes.add_url_rule("/readers/<account>/<reader>", "act", table.act, methods=["POST"])
    return routes


class _Table:
    """Every account's readers."""

    def __init__(self, bank: Bank, readers: Readers) -> None:
        self._bank = bank
        self._readers = readers

    def show(self) -> str:
        language = page_language(None)
        accounts = [record["account"] for record in self._bank.shelf.every("account")]
        return render_template(
            "card_processor/console.html",
            places=[
                self._place(account, reader, language)
                for account in accounts
                for reader in self._readers.every(account)
            ],
            modes=_MODES,
            cards=CARDS[:_AT_A_READER],
            language=language,
            say=lambda words: words.spoken(language),
        )

    def act(self, account: str, reader: str) -> Response:
        """Switch a reader's mode or hold a card to it; only from this page."""
        if request.headers.get("Sec-Fetch-Site", "none") not in _OWN:
            abort(403)
        try:
            if "mode" in request.form:
                self._readers.switch(account, reader, ReaderMode(request.form["mode"]))
            else:
                self._readers.present(account, reader, request.form.get("number", ""))
        except (RefusedRequestError, ValueError):
            pass  # it changed meanwhile; the page shows how things are now
        return redirect("/", 303)

    def _place(self, account: str, reader: CardReader, language: str) -> _Place:
        payment = self._bank.payment(reader.payment) if reader.payment else None
        amount = spoken_amount(payment.amount, payment.currency, language) if payment else ""
        return _Place(account, reader, payment, amount)
