"""Correct a level: booked, counted, or kept back from the web."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from commerce.inventory.service import adjust_stock, count_stock, set_safety_stock
from commerce.kernel.errors import CommerceError
from commerce.park.permissions import Permission
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import actor, announce, moved
from storefront.backoffice.forms import DeskForm, sent
from storefront.backoffice.once import is_first
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stock.file import known
from storefront.backoffice.stock.showing import AdjustForm, CountForm, SafetyForm, level_page
from storefront.backoffice.stockroom.posts import hold_to_posts


@needs(Permission.ADJUST_STOCK)
def adjust(variant_id: UUID, location_id: UUID) -> Response:
    """Add or take away units, as what happened says."""
    form = sent(AdjustForm)
    if not form.validate():
        return level_page(variant_id, location_id, adjust=form)

    def work(session: Session) -> None:
        if is_first(session):
            adjust_stock(
                session,
                merchant_id=current_merchant().id,
                variant_id=variant_id,
                location_id=location_id,
                change=form.change,
                kind=form.movement,
                reason=form.reason.data,
                actor_id=actor(),
            )

    return _written(variant_id, location_id, work, adjust=form)


@needs(Permission.ADJUST_STOCK)
def count(variant_id: UUID, location_id: UUID) -> Response:
    """Set on hand to what was counted."""
    form = sent(CountForm)
    if not form.validate():
        return level_page(variant_id, location_id, count=form)

    def work(session: Session) -> None:
        if is_first(session):
            count_stock(
                session,
                merchant_id=current_merchant().id,
                variant_id=variant_id,
                location_id=location_id,
                on_hand=form.counted.data,
                reason=form.why.data,
                actor_id=actor(),
            )

    return _written(variant_id, location_id, work, count=form)


@needs(Permission.ADJUST_STOCK)
def safety(variant_id: UUID, location_id: UUID) -> Response:
    """Say how many units are kept back from online promises."""
    form = sent(SafetyForm)
    if not form.validate():
        return level_page(variant_id, location_id, safety=form)

    def work(session: Session) -> None:
        set_safety_stock(
            session,
            merchant_id=current_merchant().id,
            variant_id=variant_id,
            location_id=location_id,
            units=form.safety.data,
        )

    return _written(variant_id, location_id, work, safety=form)


def _written(variant_id: UUID, location_id: UUID, work: Any, **forms: DeskForm) -> Response:
    with services().database.reading(current_scope()) as connection:
        _variant, place = known(connection, variant_id, location_id)
        hold_to_posts(connection, place.belongs_to or place.id)
    try:
        services().database.run(current_scope(), work)
    except CommerceError as error:
        for form in forms.values():
            form.refuse(error)
        return level_page(variant_id, location_id, **forms)
    announce(_("Written to the ledger."))
    return moved("level", variant_id=variant_id, location_id=location_id)
