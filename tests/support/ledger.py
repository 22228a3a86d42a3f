"""Looks into the money ledger for tests."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from commerce.cli.proofs import ledger
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database
from commerce.ledger.queries.balances import balances
from tests.support.shop import Shop
from tests.support.stockroom import assert_the_doctor_is_silent

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def held(shop: Shop, provider: str, currency: str = "CNY") -> Counter[str]:
    """Return what each account of a provider holds, in minor units; debit is positive."""
    tomorrow = utc_now() + timedelta(days=1)
    with shop.database.reading(shop.scope) as connection:
        found = balances(connection, since=LONG_AGO, until=tomorrow)
    return Counter(
        {
            each.account.value: each.after.amount_minor
            for each in found
            if (each.provider, each.currency) == (provider, currency) and each.after
        }
    )


def assert_the_books_are_sound(database: Database) -> None:
    """Put the ledger to the doctor's proofs."""
    assert_the_doctor_is_silent(database, proofs=ledger.PROOFS)
