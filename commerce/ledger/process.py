"""What the worker does for the books: ask providers for their reports, when told to and by the clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Work, process, scheduled
from commerce.kernel.errors import CommerceError
from commerce.ledger.gateway import SettlementGateway
from commerce.ledger.queries.settlement import accounts_to_ask, asks_since, whole_payouts
from commerce.ledger.service import compare_balances, take_in
from commerce.plugins.settlement import AskSettlement

_log = structlog.get_logger("quayside.ledger")

_AT_ONCE = timedelta(days=7)
_PAYOUTS_CHANGE = timedelta(days=30)


@process("ledger.collect")
def collect_settlement(work: Work, *, merchant_id: str, plugin: str) -> None:
    """Ask one provider for its report, because it said that something changed."""
    gateway = work.part(SettlementGateway)
    merchant = UUID(merchant_id)
    work.step(
        "collect",
        lambda: collect(work.database, gateway, merchant_id=merchant, plugin=plugin),
        attempts=5,
    )


@scheduled("ledger.reconcile", cron="20 7 * * * *")
def reconcile_settlements(work: Work) -> None:
    """Ask every provider after what never came; messages alone can get lost. Once an hour."""
    gateway = work.part(SettlementGateway)
    with work.database.reading(Scope.park()) as connection:
        accounts = accounts_to_ask(connection, plugins=gateway.settling)
    for merchant_id, plugin in accounts:
        try:
            collect(work.database, gateway, merchant_id=merchant_id, plugin=plugin)
        except CommerceError as error:
            _log.warning("not_settled", merchant=str(merchant_id), plugin=plugin, code=error.code)


def collect(
    database: Database, gateway: SettlementGateway, *, merchant_id: UUID, plugin: str
) -> int:
    """Merge all that a provider has to say since the last time; return how many lines were new.

    It asks week by week, so that a long pause is made up for in pieces that can each be told at
    once. A provider that does not answer is asked again the next time, from the same day on.

    Raises:
        PaymentMethodUnavailableError, PluginMissingError: there is nobody to ask.
    """
    scope = Scope.merchant(merchant_id)
    now = utc_now()
    with database.reading(scope) as connection:
        since = asks_since(connection, merchant_id=merchant_id, plugin=plugin)
        known = whole_payouts(
            connection, merchant_id=merchant_id, plugin=plugin, since=now - _PAYOUTS_CHANGE
        )
    new = 0
    for begins, ends in _weeks(since, now):
        request = AskSettlement(since=begins, until=ends, known_payouts=known)
        report = gateway.report(merchant_id=merchant_id, plugin=plugin, request=request)
        if report is None:
            break
        merge = partial(take_in, merchant_id=merchant_id, plugin=plugin, report=report)
        new += database.run(scope, merge)
        if ends > now:
            compare = partial(
                compare_balances, merchant_id=merchant_id, plugin=plugin, held=report.held
            )
            database.run(scope, compare)
    return new


def _weeks(since: datetime | None, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    begins = since
    # Clocks differ a little: what was settled a moment ago belongs to the last piece.
    last = now + timedelta(minutes=5)
    while begins is not None and begins < last:
        ends = min(begins + _AT_ONCE, last)
        yield begins, ends
        begins = ends
