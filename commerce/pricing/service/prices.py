"""Set prices."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.errors import FieldProblem
from commerce.kernel.money import Money
from commerce.park.content import bump_content_version
from commerce.pricing.errors import (
    CompareAtTooLowError,
    NegativePriceError,
    PriceCurrencyError,
    PriceListShapeError,
)
from commerce.pricing.queries.lists import price_list as find_price_list
from commerce.pricing.rows import PriceChange, PriceListRow
from commerce.pricing.service.derive import derive_all, derive_for
from commerce.pricing.service.lists import open_base_list
from commerce.pricing.service.ranking import rank_products_of
from commerce.pricing.service.upsert import delete_prices, upsert_prices


def set_price(
    session: Session,
    *,
    merchant_id: UUID,
    variant_id: UUID,
    amount: Money,
    compare_at: Money | None = None,
    price_list: UUID | None = None,
) -> None:
    """Set what one unit of a variant costs in a list (None: the base list).

    Raises:
        See `set_prices`.
    """
    set_prices(
        session,
        merchant_id=merchant_id,
        prices=[PriceChange(variant_id, amount, compare_at)],
        price_list=price_list,
    )


def set_prices(
    session: Session,
    *,
    merchant_id: UUID,
    prices: Sequence[PriceChange],
    price_list: UUID | None = None,
) -> int:
    """Set many prices in one list (None: the base list); return how many are other ones now.

    The base list is opened when there is none. Lists derived from this one follow, products are
    ranked anew, and pages that showed an old price are no longer served from a cache. Of two
    prices for one variant the later counts.

    Raises:
        UnknownPriceListError, UnknownVariantError: there is no such list or variant.
        PriceCurrencyError: an amount is not in the list's currency.
        NegativePriceError: an amount is below zero.
        CompareAtTooLowError: a former price is not above the present one.
        NoExchangeRateError: a derived list cannot follow.
    """
    target = _target(session, merchant_id, price_list)
    for change in prices:
        _check(change, target.currency)
    changed = upsert_prices(
        session, merchant_id=merchant_id, price_list=target.id, prices=prices, derived=False
    )
    if changed:
        _follow(session, merchant_id=merchant_id, target=target, changed=changed)
    return len(changed)


def remove_price(
    session: Session, *, merchant_id: UUID, variant_id: UUID, price_list: UUID
) -> None:
    """Take a variant's price out of a list; a derived list falls back to the converted price.

    Raises:
        UnknownPriceListError: there is no such list.
        NoExchangeRateError: the converted price cannot be found.
    """
    remove_prices(session, merchant_id=merchant_id, variant_ids=[variant_id], price_list=price_list)


def remove_prices(
    session: Session, *, merchant_id: UUID, variant_ids: Sequence[UUID], price_list: UUID
) -> None:
    """Take the prices of many variants out of a list, as `remove_price` does for one.

    Raises:
        See `remove_price`.
    """
    target = find_price_list(session, price_list_id=price_list)
    removed = delete_prices(
        session, merchant_id=merchant_id, price_list=target.id, variant_ids=variant_ids
    )
    if not removed:
        return
    if target.derived_from is not None:
        derive_for(
            session, merchant_id=merchant_id, source=target.derived_from, variant_ids=removed
        )
    _follow(session, merchant_id=merchant_id, target=target, changed=removed)


def reprice(session: Session, *, merchant_id: UUID, price_list: UUID) -> int:
    """Convert a derived list anew at the newest rate; return how many prices changed.

    Raises:
        UnknownPriceListError: there is no such list.
        PriceListShapeError: the list is not derived from another.
        NoExchangeRateError: there is no rate.
    """
    target = find_price_list(session, price_list_id=price_list)
    if target.derived_from is None:
        raise PriceListShapeError(
            FieldProblem(
                pointer="/price_list",
                code="not-derived",
                template="Only a list that is derived from another is converted.",
            )
        )
    changed = derive_all(session, merchant_id=merchant_id, target=target)
    if changed:
        bump_content_version(session, merchant_id=merchant_id)
    return len(changed)


def _target(session: Session, merchant_id: UUID, price_list: UUID | None) -> PriceListRow:
    if price_list is None:
        return open_base_list(session, merchant_id=merchant_id)
    return find_price_list(session, price_list_id=price_list)


def _check(change: PriceChange, currency: str) -> None:
    for given in (change.amount, change.compare_at):
        if given is not None and given.currency != currency:
            raise PriceCurrencyError(wanted=currency, given=given.currency)
    if change.amount.amount_minor < 0:
        raise NegativePriceError
    if change.compare_at is not None and change.compare_at <= change.amount:
        raise CompareAtTooLowError


def _follow(
    session: Session, *, merchant_id: UUID, target: PriceListRow, changed: Sequence[UUID]
) -> None:
    if target.derived_from is None:
        derive_for(session, merchant_id=merchant_id, source=target.id, variant_ids=changed)
    if target.is_base:
        rank_products_of(session, merchant_id=merchant_id, base_list=target.id, variant_ids=changed)
    bump_content_version(session, merchant_id=merchant_id)
