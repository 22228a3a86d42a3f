"""Merchants' accounts under the park's own: opened, asked about, found by a message's addressee.

A provider is asked with no transaction open. What it says is written down with the moment of asking,
so that an answer that was overtaken never replaces a later one.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.ids import new_id
from commerce.kernel.statements import Statement
from commerce.payments.callers import Callers
from commerce.plugins.accounts import (
    AccountProvider,
    AccountReport,
    Onboard,
    OpenAccount,
)
from commerce.plugins.errors import PluginMissingError
from commerce.plugins.host import NeverArrived, PluginHost, Wish
from commerce.plugins.payments import WebhookMessage
from commerce.plugins.results import Ok, Refused, Result
from commerce.plugins.storage import fingerprint

Value = TypeVar("Value")

_PLACE = Statement("""
INSERT INTO payment_method (merchant_id, id, plugin, enabled, position, settings)
VALUES (:merchant, :id, :plugin, false, 10, '{}')
ON CONFLICT (merchant_id, plugin) DO UPDATE SET position = payment_method.position
RETURNING id, account, standing
""")

# The first account switches the way to pay on; one that was lost makes room for another.
_RECORD = Statement("""
UPDATE payment_method SET account = :account, enabled = enabled OR account IS NULL,
  standing = CAST(:standing AS jsonb)
WHERE merchant_id = :merchant AND plugin = :plugin
  AND (account = :account OR account IS NOT DISTINCT FROM CAST(:before AS text))
  AND (standing IS NULL OR account IS DISTINCT FROM :account
    OR CAST(standing->>'asked_at' AS timestamptz) <= :asked_at)
""")

_HOLDER = Statement("""
SELECT merchant_id FROM payment_method WHERE plugin = :plugin AND account = :account
""")

_EVERY = Statement("""
SELECT merchant_id, plugin, account FROM payment_method
WHERE plugin = ANY(:plugins) AND account IS NOT NULL
  AND COALESCE(CAST(standing->>'ours' AS boolean), true)
ORDER BY merchant_id, plugin
""")


class AccountNotOpenedError(CommerceError):
    """The provider did not open an account, or no page of it."""

    code = "account-not-opened"
    status = 502
    template = "The payment provider did not answer. Nothing happened; try again in a few minutes."


class AccountRefusedError(CommerceError):
    """The provider refuses the park's keys, or to open an account for this merchant."""

    code = "account-refused"
    status = 422
    template = "The payment provider refuses to open an account for you. Ask the park's office."


@dataclass(frozen=True, slots=True)
class Applicant:
    """The merchant for whom an account is opened."""

    merchant_id: UUID
    name: str
    country: str
    locale: str


def account_holder(connection: Connection, *, plugin: str, account: str) -> UUID | None:
    """Return the merchant that has `account`, or None; the park's scope."""
    found: UUID | None = _HOLDER.value(connection, {"plugin": plugin, "account": account})
    return found


def connected_accounts(
    connection: Connection, *, plugins: tuple[str, ...]
) -> tuple[tuple[UUID, str, str], ...]:
    """Return (merchant, plugin, account) of those that can still be asked about; park's scope."""
    rows = _EVERY.all(connection, {"plugins": list(plugins)})
    return tuple((row.merchant_id, row.plugin, row.account) for row in rows)


@dataclass(frozen=True, slots=True)
class AccountGateway:
    """Reaches the providers at which the park has an account of its own."""

    host: PluginHost
    callers: Callers

    @property
    def plugins(self) -> tuple[str, ...]:
        """The installed ones."""
        everyone = self.callers.registry.payments.values()
        return tuple(each.manifest.id for each in everyone if each.manifest.accounts)

    def provider(self, plugin: str) -> AccountProvider:
        """Return the provider `plugin`.

        Raises:
            PluginMissingError: there is none of that name, or the park has no account at it.
        """
        found: Any = self.callers.registry.payment(plugin)
        if not found.manifest.accounts:
            raise PluginMissingError(plugin=plugin)
        provider: AccountProvider = found
        return provider

    def onboard(
        self, applicant: Applicant, *, plugin: str, return_url: str, refresh_url: str
    ) -> str:
        """Return the address of the provider's page that asks for what is due; open the account first.

        Pressed twice, at once or later, one account is opened.

        Raises:
            AccountNotOpenedError: the provider did not say; the same again is harmless.
            AccountRefusedError: it will not.
        """
        provider, merchant_id = self.provider(plugin), applicant.merchant_id
        with self._database.transaction(Scope.merchant(merchant_id)) as session:
            place = _PLACE.one(session, {"merchant": merchant_id, "id": new_id(), "plugin": plugin})
        handle = place.account
        if handle is None or not (place.standing or {}).get("ours", True):
            handle = self._open(applicant, plugin=plugin, reference=place.id, before=handle)
        asked = self.host.ask(
            self.callers.caller(merchant_id, plugin, locale=applicant.locale),
            plugin=plugin,
            work=lambda call: provider.onboard(
                call, Onboard(handle=handle, return_url=return_url, refresh_url=refresh_url)
            ),
        )
        return _said(asked)

    def look(self, merchant_id: UUID, *, plugin: str, account: str) -> None:
        """Ask how an account stands and write it down; nothing changes when nobody answers."""
        provider, asked_at = self.provider(plugin), utc_now()
        found = self.host.ask(
            self.callers.caller(merchant_id, plugin),
            plugin=plugin,
            work=lambda call: provider.account(call, account),
        )
        if isinstance(found, Ok) and found.value.handle == account:
            self._record(merchant_id, plugin, found.value, before=account, asked_at=asked_at)

    def holder(self, *, plugin: str, message: WebhookMessage) -> UUID | None:
        """Return whom a genuine message to the park is about; None for any other message."""
        account = self.provider(plugin).addressee(message)
        if account is None:
            return None
        with self._database.reading(Scope.park()) as connection:
            return account_holder(connection, plugin=plugin, account=account)

    def _open(
        self, applicant: Applicant, *, plugin: str, reference: UUID, before: str | None
    ) -> str:
        provider, asked_at = self.provider(plugin), utc_now()
        request = OpenAccount(
            reference=reference,
            merchant=applicant.merchant_id,
            name=applicant.name,
            country=applicant.country,
            after=before or "",
        )
        made = self.host.fulfil(
            self.callers.caller(applicant.merchant_id, plugin, locale=applicant.locale),
            Wish(
                plugin=plugin,
                operation="open_account",
                # A merchant that was renamed meanwhile wishes for something else.
                idempotency_key=f"{reference}:{fingerprint(request)}",
                request=request,
                value=AccountReport,
                handle="",
                send=lambda call: provider.open_account(call, request),
                # The same key is never carried out twice, so what is in doubt is sent again.
                settle=lambda _call: NeverArrived(),
            ),
        )
        report = _said(made)
        self._record(applicant.merchant_id, plugin, report, before=before, asked_at=asked_at)
        return report.handle

    def _record(
        self,
        merchant_id: UUID,
        plugin: str,
        report: AccountReport,
        *,
        before: str | None,
        asked_at: datetime,
    ) -> None:
        with self._database.transaction(Scope.merchant(merchant_id)) as session:
            record_standing(
                session,
                merchant_id=merchant_id,
                plugin=plugin,
                report=report,
                before=before,
                asked_at=asked_at,
            )

    @property
    def _database(self) -> Database:
        return self.callers.database


def record_standing(
    session: Session,
    *,
    merchant_id: UUID,
    plugin: str,
    report: AccountReport,
    before: str | None,
    asked_at: datetime,
) -> bool:
    """Write down how an account stood at `asked_at`; False where something later is known.

    `before` is the account that it takes the place of, or itself.
    """
    standing = {**asdict(report), "asked_at": asked_at.isoformat()}
    written = _RECORD.run(
        session,
        {
            "merchant": merchant_id,
            "plugin": plugin,
            "account": report.handle,
            "before": before,
            "standing": json.dumps(standing),
            "asked_at": asked_at,
        },
    )
    return written > 0


def _said(result: Result[Value]) -> Value:
    match result:
        case Ok(value):
            return value
        case Refused():
            raise AccountRefusedError
        case _:
            raise AccountNotOpenedError
