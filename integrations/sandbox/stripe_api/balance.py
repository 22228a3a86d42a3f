"""Balance transactions: what came into the account's balance and what left it, in what it settles in.

As published at docs.stripe.com/api/balance_transactions: the amount in the currency of settlement,
the exchange rate by which it came about, the fee and the net; a type and a reporting category.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from integrations.sandbox.stripe_api.lists import listed
from integrations.sandbox.stripe_api.parameters import currency_of
from integrations.sandbox.stripe_api.store import Store, StripeObject

_SETTLES_IN = "usd"
_A_DAY = 24 * 60 * 60
_SHARE, _FIXED = Decimal("0.029"), 30
# What one unit, counted as Stripe counts it, brings in hundredths of a US dollar.
_WORTH = {
    "usd": Decimal(1),
    "cny": Decimal("0.13874"),
    "eur": Decimal("1.1582"),
    "gbp": Decimal("1.3161"),
    "hkd": Decimal("0.12843"),
    "jpy": Decimal("0.6631"),
}
_USUAL = Decimal("0.5")


class Balance:
    """Writes balance transactions and adds them up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def settle_in(self, account: str, currency: str) -> None:
        """Let the account settle in another currency from now on."""
        self._store.shelf.put(
            "settles_in", account, {"currency": currency_of({"currency": currency})}
        )

    def taken(self, account: str, charge: StripeObject) -> StripeObject:
        """Book a captured charge less the fee for it."""
        settled, rate = self._settled(account, charge["amount_captured"], charge["currency"])
        return self.booked(
            account,
            charge["id"],
            kind="charge",
            amount=settled,
            fee=_rounded(settled * _SHARE) + _FIXED,
            rate=rate,
        )

    def given(self, account: str, refund: StripeObject) -> StripeObject:
        """Book a refund; the fee of the charge is not given back."""
        settled, rate = self._settled(account, refund["amount"], refund["currency"])
        return self.booked(account, refund["id"], kind="refund", amount=-settled, rate=rate)

    def disputed(
        self, account: str, dispute: StripeObject, *, back: bool, fee: int = 0
    ) -> StripeObject:
        """Book what a dispute takes out of the balance, or what comes back once it is won."""
        settled, rate = self._settled(account, dispute["amount"], dispute["currency"])
        return self.booked(
            account,
            dispute["id"],
            kind="adjustment",
            category="dispute_reversal" if back else "dispute",
            amount=settled if back else -settled,
            fee=fee,
            rate=rate,
        )

    def booked(
        self,
        account: str,
        source: str,
        *,
        kind: str,
        amount: int,
        category: str = "",
        fee: int = 0,
        rate: Decimal | None = None,
        currency: str = "",
    ) -> StripeObject:
        """Keep one balance transaction and return it."""
        transaction = self._store.new(
            "txn",
            amount=amount,
            available_on=0,
            currency=currency or self.currency(account),
            description=None,
            exchange_rate=None if rate is None else float(rate),
            fee=fee,
            net=amount - fee,
            reporting_category=category or kind,
            source=source,
            status="pending",
            type=kind,
        )
        transaction["available_on"] = transaction["created"] + 2 * _A_DAY
        return self._store.put(account, transaction)

    def currency(self, account: str) -> str:
        """Return what the account settles in."""
        kept = self._store.shelf.get("settles_in", account)
        return str(kept["currency"]) if kept else _SETTLES_IN

    def unpaid(self, account: str) -> list[StripeObject]:
        """Return what no payout has paid yet, oldest first."""
        every = reversed(self._store.every(account, "txn"))
        return [each for each in every if self._store.shelf.get("paid_out", each["id"]) is None]

    def pay_out(self, transactions: list[StripeObject], payout: str) -> None:
        """Note which payout paid these."""
        for each in transactions:
            self._store.shelf.put("paid_out", each["id"], {"payout": payout})

    def total(self, account: str, _wish: dict[str, Any]) -> StripeObject:
        """Return the balance as the API shows it: what is available and what is pending."""
        sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
        for each in self._store.every(account, "txn"):
            held = sums[each["status"]]
            held[each["currency"]] = held.get(each["currency"], 0) + each["net"]
        shown = {
            status: [{"amount": minor, "currency": unit} for unit, minor in sorted(held.items())]
            for status, held in sums.items()
        }
        return {"object": "balance", "livemode": False, **shown}

    def listed(self, account: str, wish: dict[str, Any], path: str) -> StripeObject:
        """Return a page of balance transactions; `payout` narrows to what one payout paid."""
        every = self._store.every(account, "txn")
        if "payout" in wish:
            kept = ((each, self._store.shelf.get("paid_out", each["id"])) for each in every)
            every = [each for each, paid in kept if paid and paid["payout"] == wish["payout"]]
        return listed(every, wish, path)

    def _settled(self, account: str, amount: int, currency: str) -> tuple[int, Decimal | None]:
        into = self.currency(account)
        if currency == into:
            return amount, None
        rate = round(_WORTH.get(currency, _USUAL) / _WORTH.get(into, _USUAL), 6)
        return _rounded(amount * rate), rate


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
