"""The contract of providers at which the park has an account of its own and each merchant one under it.

The merchant gives the provider what the law asks on the provider's own pages, is charged its fees
and paid directly; the park's account only speaks for it. So every call but these names the account
(`CallContext.account`), and none is made without one.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from commerce.plugins.calls import CallContext
from commerce.plugins.payments import PaymentProvider, WebhookMessage
from commerce.plugins.results import Result
from commerce.plugins.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccount:
    """Open an account for a merchant; `reference` is our id of this wish and the merchant's for ever."""

    reference: UUID
    merchant: UUID
    name: str
    country: str
    after: str = ""
    """The account whose place it takes, which the merchant took away from us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """How a merchant's account stands.

    Attributes:
        handle: the provider's name of the account.
        takes_payments: whether customers can pay into it now.
        pays_out: whether the provider sends the money on to the merchant's bank.
        due: what the provider still wants from the merchant, by its own codes.
        checking: whether it is looking at what it was given.
        closed: why it takes no payments, by a code of the plugin's refusals; empty while it asks
            for nothing but what is `due`.
        ours: whether the park may still speak for it.
    """

    handle: str
    takes_payments: bool
    pays_out: bool
    due: tuple[str, ...] = ()
    checking: bool = False
    closed: str = ""
    ours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboard:
    """Lead the merchant to the provider's page that asks for what is due."""

    handle: str
    return_url: str
    refresh_url: str
    """Where the browser is sent when the page's address was used up or is too old."""


class AccountProvider(PaymentProvider, Protocol):
    """A payment provider whose manifest says `accounts`."""

    def open_account(self, call: CallContext, request: OpenAccount) -> Result[AccountReport]:
        """Open an account; the same idempotency key opens one."""
        ...

    def onboard(self, call: CallContext, request: Onboard) -> Result[str]:
        """Return the address of a page of the provider's that lives a few minutes."""
        ...

    def account(self, call: CallContext, handle: str) -> Result[AccountReport]:
        """Say how an account stands; one that the merchant took away from us is `closed`."""
        ...

    def addressee(self, message: WebhookMessage) -> str | None:
        """Return the account of a genuine message to the park, None for any other; no network."""
        ...

    def requirement(self, code: str) -> Wording:
        """Return what a code of `AccountReport.due` asks for."""
        ...
