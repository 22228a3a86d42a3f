"""Know people: as guests first, always by the address they gave."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from commerce.customers.emails import email_key
from commerce.customers.errors import UnknownCustomerError
from commerce.customers.phones import phone_number
from commerce.customers.queries.people import get_customer
from commerce.customers.rows import ConsentPurpose, CustomerRow
from commerce.kernel.clock import utc_now
from commerce.kernel.ids import new_id
from commerce.kernel.typed import plain_words

# Whoever types the address of an account at the checkout has not proved that it is theirs, so the
# account's own name and telephone stay what they are.
_REMEMBER = text("""
INSERT INTO customer AS c
  (merchant_id, id, email, phone, name, locale, wants_marketing, created_at)
VALUES (:merchant, :id, :email, :phone, :name, :locale, false, :at)
ON CONFLICT (merchant_id, email) DO UPDATE SET
  name = CASE WHEN c.account_since IS NULL AND EXCLUDED.name <> ''
              THEN EXCLUDED.name ELSE c.name END,
  phone = CASE WHEN c.account_since IS NULL AND EXCLUDED.phone IS NOT NULL
               THEN EXCLUDED.phone ELSE c.phone END,
  locale = CASE WHEN c.account_since IS NULL THEN EXCLUDED.locale ELSE c.locale END
RETURNING id
""")

_CHANGE = text("""
UPDATE customer SET name = :name, phone = :phone, locale = :locale
WHERE merchant_id = :merchant AND id = :id AND erased_at IS NULL
RETURNING id
""")

_CONSENT = text("""
INSERT INTO consent (merchant_id, id, customer_id, purpose, given, wording, channel, at)
VALUES (:merchant, :id, :customer, :purpose, :given, :wording, :channel, :at)
""")

_MARKETING = text("""
UPDATE customer SET wants_marketing = :given
WHERE merchant_id = :merchant AND id = :customer AND erased_at IS NULL
""")


def remember_customer(
    session: Session,
    *,
    merchant_id: UUID,
    email: str,
    name: str = "",
    phone: str | None = None,
    country: str = "CN",
    locale: str = "en",
) -> CustomerRow:
    """Return the person with this e-mail address, known from now on if not before.

    A guest's name and telephone (read as dialled in `country`) are what was given last.

    Raises:
        MailAddressError: `email` is not an address.
        PhoneNumberError: `phone` is not a number.
    """
    found: UUID = session.execute(
        _REMEMBER,
        {
            "merchant": merchant_id,
            "id": new_id(),
            "email": email_key(email),
            "phone": phone_number(phone, country=country) if phone else None,
            "name": " ".join(plain_words(name).split())[:200],
            "locale": _locale(locale),
            "at": utc_now(),
        },
    ).scalar_one()
    return get_customer(session, customer_id=found)


def change_customer(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    name: str,
    phone: str | None,
    locale: str,
    country: str = "CN",
) -> CustomerRow:
    """Set what a person says about themselves.

    Raises:
        UnknownCustomerError: there is no such person, or they were erased.
        PhoneNumberError: `phone` is not a number.
    """
    changed = session.execute(
        _CHANGE,
        {
            "merchant": merchant_id,
            "id": customer_id,
            "name": " ".join(plain_words(name).split())[:200],
            "phone": phone_number(phone, country=country) if phone else None,
            "locale": _locale(locale),
        },
    ).one_or_none()
    if changed is None:
        raise UnknownCustomerError
    return get_customer(session, customer_id=customer_id)


def record_consent(
    session: Session,
    *,
    merchant_id: UUID,
    customer_id: UUID,
    purpose: ConsentPurpose,
    given: bool,
    wording: str,
    channel: str,
) -> None:
    """Keep the proof that a person agreed to something, or took it back.

    `wording` is the sentence beside the box, as it was shown (GDPR 7(1), PIPL 14).

    Raises:
        UnknownCustomerError: there is no such person, or they were erased.
    """
    if get_customer(session, customer_id=customer_id).erased_at is not None:
        raise UnknownCustomerError
    facts = {"merchant": merchant_id, "customer": customer_id, "given": given}
    session.execute(
        _CONSENT,
        facts
        | {
            "id": new_id(),
            "purpose": str(purpose),
            "wording": wording,
            "channel": channel,
            "at": utc_now(),
        },
    )
    if purpose is ConsentPurpose.MARKETING_EMAIL:
        session.execute(_MARKETING, facts)


def _locale(locale: str) -> str:
    return "zh" if locale.startswith("zh") else "en"
