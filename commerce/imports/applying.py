"""Bring products from how they stand to how they should: sheet, prices and stock in bulk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from commerce.catalogue.service.categories import ensure_categories
from commerce.catalogue.service.put import put_products
from commerce.imports.state import ProductState, Terms
from commerce.inventory.rows import Units
from commerce.inventory.service import count_stock, open_stock
from commerce.pricing.rows import PriceChange
from commerce.pricing.service import open_base_list, remove_price, set_prices


@dataclass(frozen=True, slots=True)
class Step:
    """One product on its way; `before` is None when it is new."""

    before: ProductState | None
    after: ProductState


def apply_steps(
    session: Session,
    *,
    merchant_id: UUID,
    location_id: UUID | None,
    steps: Sequence[Step],
    reason: str,
    actor_id: UUID | None,
    subject_id: UUID,
) -> None:
    """Write what differs between before and after; stock moves with `reason` and `subject_id`.

    Raises:
        See `put_products`, `set_prices` and `count_stock`.
    """
    sheets = [
        step.after.sheet
        for step in steps
        if step.before is None or step.before.sheet != step.after.sheet
    ]
    put_products(session, merchant_id=merchant_id, sheets=sheets)
    changes = list(_changes(steps))
    _write_prices(session, merchant_id, changes)
    if location_id is not None:
        stock = _Stock(
            session=session,
            merchant_id=merchant_id,
            location_id=location_id,
            reason=reason,
            actor_id=actor_id,
            subject_id=subject_id,
        )
        stock.write(changes)


def grow_categories(
    session: Session, *, merchant_id: UUID, missing: Mapping[str, str], locale: str
) -> None:
    """Add the categories that a file names and the shop lacks, given as {path: name}."""
    if missing:
        ensure_categories(session, merchant_id=merchant_id, names=missing, locale=locale)


@dataclass(frozen=True, slots=True)
class _Change:
    """The terms of one variant, before and after."""

    variant_id: UUID
    before: Terms
    after: Terms


def _changes(steps: Sequence[Step]) -> Iterator[_Change]:
    for step in steps:
        for variant in step.after.sheet.variants:
            before = step.before.terms_of(variant.id) if step.before else Terms()
            after = step.after.terms_of(variant.id)
            if before != after:
                yield _Change(variant.id, before, after)


def _write_prices(session: Session, merchant_id: UUID, changes: Sequence[_Change]) -> None:
    repriced = [
        change
        for change in changes
        if (change.before.price, change.before.compare_at)
        != (change.after.price, change.after.compare_at)
    ]
    prices = [
        PriceChange(change.variant_id, change.after.price, change.after.compare_at)
        for change in repriced
        if change.after.price is not None
    ]
    if prices:
        set_prices(session, merchant_id=merchant_id, prices=prices)
    unpriced = [change.variant_id for change in repriced if change.after.price is None]
    if unpriced:
        base = open_base_list(session, merchant_id=merchant_id)
        for variant_id in unpriced:
            remove_price(
                session, merchant_id=merchant_id, variant_id=variant_id, price_list=base.id
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stock:
    """Brings on hand at one location to what was counted."""

    session: Session
    merchant_id: UUID
    location_id: UUID
    reason: str
    actor_id: UUID | None
    subject_id: UUID

    def write(self, changes: Sequence[_Change]) -> None:
        """Open what was never stocked in one go, and count the rest level by level."""
        opened: list[Units] = []
        for change in changes:
            was, is_now = change.before.on_hand, change.after.on_hand
            if was == is_now or is_now is None:
                continue
            if was is None and is_now > 0:
                opened.append(Units(change.variant_id, self.location_id, is_now))
            else:
                self._count(change.variant_id, is_now)
        open_stock(
            self.session,
            merchant_id=self.merchant_id,
            lines=opened,
            reason=self.reason,
            subject_id=self.subject_id,
            actor_id=self.actor_id,
        )

    def _count(self, variant_id: UUID, on_hand: int) -> None:
        count_stock(
            self.session,
            merchant_id=self.merchant_id,
            variant_id=variant_id,
            location_id=self.location_id,
            on_hand=on_hand,
            reason=self.reason,
            actor_id=self.actor_id,
            subject_id=self.subject_id,
        )
