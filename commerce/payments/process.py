"""What the clock asks of payments: how merchants' accounts stand, and to forget codes that were told."""

import structlog

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Scope
from commerce.kernel.durable import Work, scheduled
from commerce.kernel.errors import CommerceError
from commerce.payments.accounts import AccountGateway, connected_accounts
from commerce.payments.stored_value.service import forget_codes

_log = structlog.get_logger("quayside.payments")


@scheduled("payments.forget-codes", cron="0 29 * * * *")
def forget_told_codes(work: Work) -> None:
    """Keep no code of a gift card for longer than it may have to be told once more; hourly."""
    work.database.run(Scope.park(), lambda session: forget_codes(session, now=utc_now()))


@scheduled("payments.ask-accounts", cron="40 37 * * * *")
def ask_accounts(work: Work) -> None:
    """Ask how each merchant's account under the park's own stands; messages can get lost. Hourly."""
    gateway = work.part(AccountGateway)
    with work.database.reading(Scope.park()) as connection:
        accounts = connected_accounts(connection, plugins=gateway.plugins)
    for merchant_id, plugin, account in accounts:
        try:
            gateway.look(merchant_id, plugin=plugin, account=account)
        except CommerceError as error:
            _log.warning("not_asked", merchant=str(merchant_id), plugin=plugin, code=error.code)
