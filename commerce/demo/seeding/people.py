"""Open the park: merchants, everybody who works there, and the taxes of the countries."""

from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.admission.taxes import state_taxes
from commerce.demo.content import Merchant, Park
from commerce.demo.seeding.logins import clerk_pins
from commerce.kernel.vault import Vault
from commerce.park.password_rules import FreshPassword
from commerce.park.permissions import Role
from commerce.park.service.accounts import find_account, open_account
from commerce.park.service.clerk_pins import check_pin, pin_fingerprint, set_clerk_pin
from commerce.park.service.members import enrol_member, name_colleague
from commerce.park.service.merchants import MerchantName, found_merchant
from commerce.park.service.park_roles import grant_park_role
from commerce.pricing.service import add_exchange_rate


def found_park(session: Session, *, park: Park, password: FreshPassword, now: datetime) -> None:
    """Found the merchants with their staff, the park's own staff, the tax rates and the exchange rates.

    Needs the park's scope. The accounts share one hash: they share one password.
    """
    for officer in park.staff:
        staff_id = open_account(
            session, email=officer.email, name=officer.en, password=password, now=now
        )
        role = Role(officer.role.replace("-", "_"))
        grant_park_role(session, staff_id=staff_id, role=role, granted_by=None)
    for merchant in park.merchant:
        merchant_id = found_merchant(
            session,
            slug=merchant.slug,
            name=MerchantName(merchant.en, merchant.zh),
            currency=merchant.base_currency,
            reply_to=merchant.email,
        )
        _hire(session, merchant, merchant_id, password, now)
    state_taxes(session)
    for each in park.exchange_rate:
        add_exchange_rate(
            session,
            base_currency=each.base,
            quote_currency=each.quote,
            rate=each.rate,
            valid_from=datetime.combine(each.valid_from, time(), tzinfo=UTC),
            source=each.source,
            source_zh=each.source_zh,
        )


def _hire(
    session: Session,
    merchant: Merchant,
    merchant_id: UUID,
    password: FreshPassword,
    now: datetime,
) -> None:
    owner_id: UUID | None = None
    for member in merchant.staff:
        staff_id = open_account(
            session, email=member.email, name=member.en, password=password, now=now
        )
        enrol_member(
            session,
            merchant_id=merchant_id,
            staff_id=staff_id,
            role=Role(member.role),
            actor_id=owner_id,
            now=now,
        )
        name_colleague(
            session,
            merchant_id=merchant_id,
            staff_id=staff_id,
            name_en=member.en,
            name_zh=member.zh,
        )
        owner_id = owner_id or staff_id


def fingerprints(vault: Vault, *, merchant: Merchant, merchant_id: UUID) -> dict[str, bytes]:
    """Return the fingerprint of every demo PIN by e-mail address; slow, outside transactions."""
    made = {}
    for email, pin in clerk_pins(merchant).items():
        check_pin(pin)
        made[email] = pin_fingerprint(vault, merchant_id=merchant_id, pin=pin)
    return made


def give_pins(
    session: Session, *, merchant_id: UUID, prints: dict[str, bytes], now: datetime
) -> None:
    """Give everybody who sells a PIN. Needs the park's scope, which knows the accounts."""
    for email, fingerprint in prints.items():
        staff_id = staff_named(session, email)
        set_clerk_pin(
            session,
            merchant_id=merchant_id,
            staff_id=staff_id,
            fingerprint=fingerprint,
            actor_id=staff_id,
            now=now,
        )


def staff_named(session: Session, email: str) -> UUID:
    """Return the id of the account with this address; LookupError when there is none."""
    staff_id = find_account(session, email=email)
    if staff_id is None:
        raise LookupError(email)
    return staff_id
