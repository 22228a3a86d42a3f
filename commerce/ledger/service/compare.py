"""Hold what a provider says it has for the merchant against what the books say."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Insertion, Statement
from commerce.ledger.models import BalanceCheck
from commerce.ledger.queries.balances import held_by

_AGAIN = timedelta(hours=12)

_CHECK = Insertion(BalanceCheck)

_SAME = Statement("""
SELECT theirs_minor = :theirs AND ours_minor = :ours AND at > :since FROM balance_check
WHERE merchant_id = :merchant AND plugin = :plugin AND currency = :currency
ORDER BY at DESC LIMIT 1
""")

_CURRENCIES = Statement("""
SELECT DISTINCT currency FROM settlement_line WHERE merchant_id = :merchant AND plugin = :plugin
""")


def compare_balances(
    session: Session, *, merchant_id: UUID, plugin: str, held: Mapping[str, int]
) -> None:
    """Note both figures of every currency, minor units; the same ones once in half a day."""
    account = {"merchant": merchant_id, "plugin": plugin}
    known = {row.currency for row in _CURRENCIES.all(session, account)}
    for currency in sorted(known | {each for each, minor in held.items() if minor}):
        theirs = held.get(currency, 0)
        ours = held_by(session, provider=plugin, currency=currency).amount_minor
        same = {
            **account,
            "currency": currency,
            "theirs": theirs,
            "ours": ours,
            "since": utc_now() - _AGAIN,
        }
        if not _SAME.value(session, same):
            _CHECK.one(
                session,
                {
                    "merchant_id": merchant_id,
                    "id": new_id(),
                    "plugin": plugin,
                    "currency": currency,
                    "theirs_minor": theirs,
                    "ours_minor": ours,
                    "at": utc_now(),
                },
            )
