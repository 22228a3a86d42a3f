"""Where the money is: at which provider, in which currency, and whether both sides say the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Response

from commerce.kernel.clock import utc_now
from commerce.kernel.money import Money
from commerce.ledger.accounts import CASH, Account
from commerce.ledger.queries.balances import balances, checked_days, last_checks
from commerce.ledger.queries.entries import open_items
from commerce.ledger.queries.settlement import disputes, settled_plugins
from commerce.ledger.rows import BalanceRow
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.money.frame import draw_money
from storefront.backoffice.speech import gettext as _

_MOST = 20
_DAYS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Purse:
    """What one provider has of ours in one currency, or the tills have."""

    provider: str
    currency: str
    held: Mapping[Account, int]

    def of(self, account: Account) -> Money:
        """Return what an account holds."""
        return Money(self.held.get(account, 0), self.currency)

    @property
    def total(self) -> Money:
        """What is there and not at the bank yet, less what banks dispute; cash in the safe included."""
        return Money(sum(self.held.get(each, 0) for each in _OURS), self.currency)


_OURS = (Account.CLEARING, Account.BALANCE, Account.DRAWER, Account.SAFE)


@needs(Permission.VIEW_MONEY)
def money() -> Response:
    """Show what is where, the comparison with every provider, and what waits for an answer."""
    now = utc_now()
    with services().database.reading(current_scope()) as connection:
        rows = balances(connection, since=now, until=now + timedelta(days=1))
        settling = settled_plugins(connection)
        checks = last_checks(connection)
        days = checked_days(connection, since=now - _DAYS, zone=current_merchant().time_zone)
        items = open_items(connection, providers=settling, most=_MOST)
        waiting = disputes(connection, only_open=True, most=_MOST)
    found = purses(rows)
    return draw_money(
        "overview.html",
        title=_("Money"),
        tab="money",
        cards=[each for each in found if each.provider != CASH],
        tills=[each for each in found if each.provider == CASH],
        Account=Account,
        now=now,
        checks=checks,
        days=days,
        items=items,
        disputes=waiting,
    )


def purses(rows: Iterable[BalanceRow]) -> list[Purse]:
    """Return what every provider has in every currency, where it has or had anything."""
    held: dict[tuple[str, str], dict[Account, int]] = defaultdict(dict)
    for row in rows:
        held[row.provider, row.currency][row.account] = row.after.amount_minor
    return [
        Purse(provider, currency, accounts)
        for (provider, currency), accounts in sorted(held.items())
        if {*_OURS, Account.BANK} & accounts.keys()
    ]
