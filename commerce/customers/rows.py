"""What customers gives: frozen rows about people."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from commerce.customers.addresses import Address


class LinkPurpose(StrEnum):
    """What a mailed link does."""

    OPEN = "open"
    RESET = "reset"
    EMAIL = "email"


class ConsentPurpose(StrEnum):
    """What a person may agree to."""

    MARKETING_EMAIL = "marketing-email"
    ANALYTICS = "analytics"


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A person as the merchant knows them; `email` and `phone` are None when unknown or erased."""

    id: UUID
    email: str | None
    phone: str | None
    name: str
    locale: str
    wants_marketing: bool
    account_since: datetime | None
    created_at: datetime
    erased_at: datetime | None

    @property
    def has_account(self) -> bool:
        """Whether the person can sign in."""
        return self.account_since is not None


@dataclass(frozen=True, slots=True)
class AddressBookEntry:
    """One address of a person."""

    id: UUID
    address: Address
    is_default: bool


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """Proof of what a person agreed to or took back."""

    purpose: ConsentPurpose
    given: bool
    wording: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountLinkIssued:
    """A link to be mailed: `token` goes into it and is stored nowhere."""

    id: UUID
    customer_id: UUID
    email: str
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EmailMoved:
    """An account has another e-mail address.

    Attributes:
        link_id: what the letters about the move are about.
        guest_id: as whom the owner of the new address had been known so far, if at all.
    """

    person: CustomerRow
    former: str
    link_id: UUID
    guest_id: UUID | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of customers, and how many people belong to it."""

    id: UUID
    code: str
    name: str
    name_zh: str
    members: int
