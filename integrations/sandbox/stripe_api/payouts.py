"""Payouts to the account's bank: pending, in transit, paid; a bank may turn one down.

Real accounts are paid out every day by themselves; here somebody says when that day comes
(`POST /_sandbox/payouts`), and whether the bank takes it.
"""

from integrations.sandbox.stripe_api.balance import Balance
from integrations.sandbox.stripe_api.events import Events
from integrations.sandbox.stripe_api.store import Store, StripeObject

_A_DAY = 24 * 60 * 60


class Payouts:
    """Pays balances out."""

    def __init__(self, *, store: Store, events: Events, balance: Balance) -> None:
        self._store = store
        self._events = events
        self._balance = balance

    def night(self, account: str, *, bank_refuses: bool = False) -> list[StripeObject]:
        """Pay out all that is in the balance, by currency; the bank takes it or turns it down."""
        with self._store.shelf.lock:
            waiting = self._balance.unpaid(account)
            paid = [
                self._pay(
                    account, currency, [each for each in waiting if each["currency"] == currency]
                )
                for currency in sorted({each["currency"] for each in waiting})
            ]
            made = [each for each in paid if each is not None]
        return [self._arrive(account, each, bank_refuses=bank_refuses) for each in made]

    def _pay(
        self, account: str, currency: str, transactions: list[StripeObject]
    ) -> StripeObject | None:
        amount = sum(each["net"] for each in transactions)
        if amount <= 0:
            return None
        payout = self._store.new(
            "po",
            amount=amount,
            arrival_date=0,
            automatic=True,
            balance_transaction=None,
            currency=currency,
            failure_balance_transaction=None,
            failure_code=None,
            metadata={},
            method="standard",
            reconciliation_status="completed",
            status="pending",
            type="bank_account",
        )
        payout["arrival_date"] = payout["created"] + 2 * _A_DAY
        for each in transactions:
            self._store.put(account, each | {"status": "available"})
        own = self._balance.booked(
            account, payout["id"], kind="payout", amount=-amount, currency=currency
        )
        self._store.put(account, own | {"status": "available"})
        self._balance.pay_out([*transactions, own], payout["id"])
        payout["balance_transaction"] = own["id"]
        self._store.put(account, payout)
        self._events.happened(account, "payout.created", payout)
        return payout

    def _arrive(self, account: str, payout: StripeObject, *, bank_refuses: bool) -> StripeObject:
        with self._store.shelf.lock:
            payout["status"] = "in_transit"
            self._store.put(account, payout)
            self._events.happened(account, "payout.updated", payout)
            if bank_refuses:
                back = self._balance.booked(
                    account,
                    payout["id"],
                    kind="payout_failure",
                    amount=payout["amount"],
                    currency=payout["currency"],
                )
                self._store.put(account, back | {"status": "available"})
                payout |= {
                    "status": "failed",
                    "failure_code": "account_closed",
                    "failure_balance_transaction": back["id"],
                }
            else:
                payout["status"] = "paid"
            self._store.put(account, payout)
            self._events.happened(account, f"payout.{payout['status']}", payout)
            return payout
