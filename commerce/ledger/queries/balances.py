"""Balances: what every account holds, at which provider, in which currency, over any period."""

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.money import Money
from commerce.kernel.statements import Statement
from commerce.ledger.accounts import Account
from commerce.ledger.rows import BalanceRow, CheckRow

# One pass over the entries; each stands on two accounts.
_BALANCES = Statement("""
SELECT e.provider, side.account, e.currency,
  coalesce(sum(side.sign * e.minor) FILTER (WHERE NOT e.inside), 0) AS before_minor,
  coalesce(sum(e.minor) FILTER (WHERE e.inside AND side.sign = 1), 0) AS debit_minor,
  coalesce(sum(e.minor) FILTER (WHERE e.inside AND side.sign = -1), 0) AS credit_minor
FROM (
  SELECT provider, debit, credit, currency, at >= :since AS inside, sum(amount_minor) AS minor
  FROM money_entry WHERE at < :until
  GROUP BY provider, debit, credit, currency, inside
) AS e
CROSS JOIN LATERAL (VALUES (e.debit, 1), (e.credit, -1)) AS side (account, sign)
GROUP BY e.provider, side.account, e.currency
ORDER BY e.provider, e.currency, side.account
""")

_HELD = Statement("""
SELECT coalesce(sum(CASE WHEN debit = 'balance' THEN amount_minor ELSE -amount_minor END), 0)
FROM money_entry
WHERE provider = :provider AND currency = :currency AND 'balance' IN (debit, credit)
""")

_CHECKS = Statement("""
SELECT DISTINCT ON (plugin, currency) plugin, currency, theirs_minor, ours_minor, at
FROM balance_check ORDER BY plugin, currency, at DESC
""")

_CHECKED_DAYS = Statement("""
SELECT DISTINCT ON (date_trunc('day', at AT TIME ZONE :zone), plugin, currency)
  plugin, currency, theirs_minor, ours_minor, at
FROM balance_check WHERE at >= :since
ORDER BY date_trunc('day', at AT TIME ZONE :zone) DESC, plugin, currency, at DESC LIMIT :most
""")


def balances(connection: Connection, *, since: datetime, until: datetime) -> tuple[BalanceRow, ...]:
    """Return every account with what it held at `since` and what was booked up to `until`."""
    rows = _BALANCES.all(connection, {"since": since, "until": until})
    return tuple(
        BalanceRow(
            row.provider,
            Account(row.account),
            row.currency,
            int(row.before_minor),
            int(row.debit_minor),
            int(row.credit_minor),
        )
        for row in rows
    )


def held_by(connection: Connection | Session, *, provider: str, currency: str) -> Money:
    """Return what a provider has settled and not paid out yet, by our books."""
    held = _HELD.value(connection, {"provider": provider, "currency": currency})
    return Money(int(held), currency)


def last_checks(connection: Connection) -> tuple[CheckRow, ...]:
    """Return the newest comparison with each provider in each currency."""
    return tuple(_check(*row) for row in _CHECKS.all(connection))


def checked_days(
    connection: Connection, *, since: datetime, zone: str, most: int = 60
) -> tuple[CheckRow, ...]:
    """Return the last comparison of each day of `zone`, newest first."""
    values = {"since": since, "zone": zone, "most": most}
    return tuple(_check(*row) for row in _CHECKED_DAYS.all(connection, values))


def _check(plugin: str, currency: str, theirs: int, ours: int, at: datetime) -> CheckRow:
    return CheckRow(plugin, Money(theirs, currency), Money(ours, currency), at)
