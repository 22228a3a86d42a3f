"""Found and rename merchants. Founding needs the park's scope; renaming the merchant's own."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from commerce.kernel.ids import new_id
from commerce.kernel.money import minor_digits
from commerce.park.content import bump_content_version
from commerce.park.errors import (
    MalformedSlugError,
    MissingNameError,
    SlugTakenError,
    UnknownMerchantError,
)
from commerce.park.models import Merchant

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 60


@dataclass(frozen=True, slots=True)
class MerchantName:
    """What a merchant is called in both languages of the park."""

    english: str
    chinese: str

    def __post_init__(self) -> None:
        for name in (self.english, self.chinese):
            if not name.strip() or len(name) > MissingNameError.longest:
                raise MissingNameError


def found_merchant(
    session: Session,
    *,
    slug: str,
    name: MerchantName,
    country: str = "CN",
    currency: str = "CNY",
    time_zone: str = "Asia/Shanghai",
    prices_include_tax: bool = True,
) -> UUID:
    """Take a merchant into the park and return its id. Needs `Scope.park()`.

    Raises:
        MalformedSlugError: the slug has other characters than a-z, 0-9 and single hyphens.
        SlugTakenError: another merchant has it, even when both are founded at the same time.
        UnknownCurrencyError: `currency` is not an ISO 4217 code.
    """
    if len(slug) > _LONGEST_SLUG or not _SLUG.fullmatch(slug):
        raise MalformedSlugError(slug=slug)
    minor_digits(currency)
    founded = session.execute(
        insert(Merchant)
        .values(
            id=new_id(),
            slug=slug,
            name=name.english.strip(),
            name_zh=name.chinese.strip(),
            country=country,
            currency=currency,
            time_zone=time_zone,
            prices_include_tax=prices_include_tax,
        )
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(Merchant.id)
    ).scalar_one_or_none()
    if founded is None:
        raise SlugTakenError(slug=slug)
    return founded


def rename_merchant(session: Session, *, merchant_id: UUID, name: MerchantName) -> None:
    """Give a merchant another name; its address stays, so that no link breaks.

    Raises:
        UnknownMerchantError: no such merchant, or not the one of this transaction's scope.
    """
    merchant = session.scalar(select(Merchant).where(Merchant.id == merchant_id))
    if merchant is None:
        raise UnknownMerchantError(slug=str(merchant_id))
    merchant.name, merchant.name_zh = name.english.strip(), name.chinese.strip()
    bump_content_version(session, merchant_id=merchant_id)
