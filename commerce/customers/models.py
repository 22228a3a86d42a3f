"""Tables of people who buy. A person belongs to one merchant; another merchant knows another row."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import LargeBinary, Text

from commerce.kernel.clock import utc_now
from commerce.kernel.tables import APPEND_ONLY, TenantTable, tenant_reference


class Customer(TenantTable):
    """A shopper of one merchant, as a guest or with an account."""

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email"),
        CheckConstraint("length(name) <= 200", name="name"),
        CheckConstraint(r"phone ~ '^\+[1-9][0-9]{4,14}$'", name="phone"),
        CheckConstraint("locale IN ('en', 'zh')", name="locale"),
        CheckConstraint("(password_hash IS NULL) = (account_since IS NULL)", name="account"),
        CheckConstraint("account_since IS NULL OR email IS NOT NULL", name="account_email"),
        CheckConstraint(
            "erased_at IS NULL OR (email IS NULL AND phone IS NULL AND name = '' "
            "AND password_hash IS NULL AND NOT wants_marketing)",
            name="erased",
        ),
        # One row per address: a guest who comes back, or opens an account, is the same person.
        UniqueConstraint("merchant_id", "email"),
        Index("ix_customer_phone", "merchant_id", "phone"),
    )

    email: Mapped[str | None]
    phone: Mapped[str | None]
    """E.164, with the plus sign."""
    name: Mapped[str] = mapped_column(default="")
    """One field, in any script, as the person writes it."""
    locale: Mapped[str] = mapped_column(default="en")
    wants_marketing: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None]
    account_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    erased_at: Mapped[datetime | None]


class Consent(TenantTable):
    """Proof of what a person agreed to or took back: the words shown, when and where."""

    __tablename__ = "consent"
    __table_args__ = (
        tenant_reference("customer_id", "customer"),
        CheckConstraint("purpose IN ('marketing-email', 'analytics')", name="purpose"),
        CheckConstraint("wording <> ''", name="wording"),
        Index("ix_consent_customer_id", "merchant_id", "customer_id", "id"),
        {"info": APPEND_ONLY},
    )

    customer_id: Mapped[UUID]
    purpose: Mapped[str]
    given: Mapped[bool]
    wording: Mapped[str]
    """The sentence beside the box, in the language in which it was read."""
    channel: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class AddressEntry(TenantTable):
    """One address in a person's address book, in the parts that its country knows."""

    __tablename__ = "customer_address"
    __table_args__ = (
        tenant_reference("customer_id", "customer", ondelete="CASCADE"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        Index("ix_customer_address_customer_id", "merchant_id", "customer_id", "id"),
        Index(
            "uq_customer_address_default",
            "merchant_id",
            "customer_id",
            unique=True,
            postgresql_where="is_default",
        ),
    )

    customer_id: Mapped[UUID]
    country: Mapped[str]
    name: Mapped[str]
    organisation: Mapped[str] = mapped_column(default="")
    lines: Mapped[list[str]] = mapped_column(ARRAY(Text))
    district: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    """The key of the state or province where the country has a list, such as CA or 上海市."""
    postcode: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    is_default: Mapped[bool] = mapped_column(default=False)


class AccountLink(TenantTable):
    """A link sent by mail that opens an account, sets its password or moves it; it works once.

    What moved an account to another address stays, and knows the address that was left.
    """

    __tablename__ = "account_link"
    __table_args__ = (
        tenant_reference("customer_id", "customer", ondelete="CASCADE"),
        CheckConstraint("purpose IN ('open', 'reset', 'email')", name="purpose"),
        CheckConstraint("(purpose = 'email') = (new_email IS NOT NULL)", name="new_email"),
        CheckConstraint("new_email = lower(new_email)", name="new_email_key"),
        CheckConstraint(
            "(purpose = 'email' AND used_at IS NOT NULL) = (former_email IS NOT NULL)",
            name="former_email",
        ),
        Index("uq_account_link_digest", "merchant_id", "digest", unique=True),
    )

    customer_id: Mapped[UUID]
    purpose: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the token: whoever reads the table cannot use the link."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    new_email: Mapped[str | None]
    """To which address the account moves once the link is used."""
    former_email: Mapped[str | None]
    """Which address it left then."""


class CustomerGroup(TenantTable):
    """People who get other terms: members, staff, the trade."""

    __tablename__ = "customer_group"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="code"),
        CheckConstraint("name <> '' AND name_zh <> ''", name="names"),
    )

    code: Mapped[str]
    name: Mapped[str]
    name_zh: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class CustomerGroupMember(TenantTable):
    """A person belongs to a group."""

    __tablename__ = "customer_group_member"
    __table_args__ = (
        UniqueConstraint("merchant_id", "customer_id", "group_id"),
        tenant_reference("group_id", "customer_group", ondelete="CASCADE"),
        tenant_reference("customer_id", "customer", ondelete="CASCADE"),
        Index("ix_customer_group_member_group", "merchant_id", "group_id", "customer_id"),
    )

    group_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    since: Mapped[datetime] = mapped_column(default=utc_now)
    added_by: Mapped[UUID | None]
    """Who of the staff; None for a rule or an import."""
