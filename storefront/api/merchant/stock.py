"""A merchant's stock: levels by location, their ledger, corrections."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_openapi3.models.tag import Tag
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.catalogue.queries import till_catalogue, variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.inventory.errors import CorrectionsRefusedError
from commerce.inventory.queries import history, levels_of, locations
from commerce.inventory.rows import (
    Corrected,
    Correction,
    LevelRow,
    LocationRow,
    MovementKind,
    MovementRow,
)
from commerce.inventory.service import correct_stock
from commerce.park.permissions import ApiScope
from commerce.web.identity import api_key, current_merchant, current_scope
from commerce.web.languages import language
from commerce.web.services import services
from commerce.web.sizes import takes
from storefront.api.answers import answer, linked, page
from storefront.api.errors import UnknownLocationError, UnknownVariantError
from storefront.api.interface import Interface
from storefront.api.merchant.levels import levels_named
from storefront.api.once import Done, caller, once
from storefront.api.shapes.merchant import (
    AdjustedShape,
    AdjustmentsWish,
    LocationsShape,
    MovementsAsked,
    MovementsShape,
    StockAsked,
    StocksShape,
)

_TAG = Tag(name="Stock", description="Stock by location; whole units.")


def add_to(interface: Interface) -> None:
    """Add what merchants do with stock."""
    interface.view_to("GET", "/locations", tag=_TAG, answers={200: LocationsShape})(list_locations)
    interface.view_to(
        "GET", "/stock", tag=_TAG, answers={200: StocksShape}, refuses=[UnknownVariantError]
    )(list_stock)
    interface.view_to(
        "GET",
        "/stock/movements",
        tag=_TAG,
        answers={200: MovementsShape},
        refuses=[UnknownVariantError, UnknownLocationError],
    )(list_movements)
    interface.view_to(
        "POST",
        "/stock/adjustments",
        tag=_TAG,
        answers={200: AdjustedShape},
        refuses=[UnknownVariantError, UnknownLocationError, CorrectionsRefusedError],
    )(adjust_levels)


@api_key(ApiScope.READ_STOCK)
def list_locations() -> Response:
    """List the places that hold stock, in the order in which they serve."""
    with services().database.reading(current_scope()) as connection:
        places = locations(connection)
    return answer({"items": [_location(place, language()) for place in places]})


@api_key(ApiScope.READ_STOCK)
def list_stock(query: StockAsked) -> Response:
    """List stock by location: of the variants that are named, else of all that are on sale."""
    with services().database.reading(current_scope()) as connection:
        if query.variant_id:
            variants, after = _named(connection, query.variant_id), None
        else:
            found = till_catalogue(
                connection, locale=language(), after=query.after, limit=query.limit + 1
            )
            variants = found[: query.limit]
            after = variants[-1].id if len(found) > query.limit else None
        levels = levels_of(connection, variant_ids=[each.id for each in variants])
        codes = {place.id: place.code for place in locations(connection)}
    items = [_stock(each, levels, codes) for each in variants]
    return linked(answer(page(items, after)), after)


@api_key(ApiScope.READ_STOCK)
def list_movements(query: MovementsAsked) -> Response:
    """List the ledger of one level, newest first."""
    with services().database.reading(current_scope()) as connection:
        _refuse_strangers(connection, query.variant_id, query.location_id)
        found = history(
            connection,
            variant_id=query.variant_id,
            location_id=query.location_id,
            before=query.after,
            most=query.limit + 1,
        )
    shown = found[: query.limit]
    after = shown[-1].id if len(found) > query.limit else None
    return linked(answer(page([_movement(each) for each in shown], after)), after)


@takes(1024 * 1024)
@api_key(ApiScope.WRITE_STOCK)
def adjust_levels(body: AdjustmentsWish) -> Response:
    """Book what came, went or was counted: all lines or none."""

    def work(session: Session) -> Done:
        levels = levels_named(session.connection(), body.lines, "/lines")
        corrected = correct_stock(
            session,
            merchant_id=current_merchant().id,
            corrections=[
                Correction(*level, change=line.change or 0, on_hand=line.on_hand)
                for level, line in zip(levels, body.lines, strict=True)
            ],
            kind=MovementKind(body.kind),
            reason=body.reason,
            actor_id=caller(),
        )
        return Done({"lines": [_adjusted(each) for each in corrected]})

    return once(work)


def _named(connection: Connection, wanted: Sequence[UUID]) -> list[SoldVariant]:
    found = variants_by_ids(connection, variant_ids=wanted, locale=language())
    if any(each not in found for each in wanted):
        raise UnknownVariantError
    return [found[each] for each in dict.fromkeys(wanted)]


def _refuse_strangers(connection: Connection, variant_id: UUID, location_id: UUID) -> None:
    """Refuse variants and places of others: to the merchant they do not exist."""
    _named(connection, [variant_id])
    if location_id not in {place.id for place in locations(connection)}:
        raise UnknownLocationError


def _adjusted(level: Corrected) -> dict[str, Any]:
    return {
        "variant_id": str(level.variant_id),
        "location_id": str(level.location_id),
        "change": level.change,
        "on_hand": level.on_hand,
        "held": level.held,
    }


def _location(place: LocationRow, code: str) -> dict[str, Any]:
    return {
        "id": str(place.id),
        "code": place.code,
        "kind": place.kind,
        "name": place.name_zh if code == "zh" else place.name,
        "country": place.country,
        "sells_online": place.sells_online,
        "priority": place.priority,
        "active": place.active,
    }


def _stock(
    variant: SoldVariant, levels: Sequence[LevelRow], codes: dict[UUID, str]
) -> dict[str, Any]:
    return {
        "variant_id": str(variant.id),
        "sku": variant.sku,
        "name": variant.product_name,
        "variant_name": variant.title,
        "levels": [
            {
                "location_id": str(level.location_id),
                "location_code": codes[level.location_id],
                "on_hand": level.on_hand,
                "held": level.held,
                "safety": level.safety,
                "available": level.available,
            }
            for level in levels
            if level.variant_id == variant.id
        ],
    }


def _movement(movement: MovementRow) -> dict[str, Any]:
    return {
        "id": str(movement.id),
        "quantity": movement.quantity,
        "kind": movement.kind.value,
        "reason": movement.reason,
        "subject_id": movement.subject_id,
        "actor_id": movement.actor_id,
        "at": movement.at,
    }
