"""What the store has to do for orders: parts to get ready, and pickups that wait on the shelf.

The heartbeat tells how much there is, with a mark; the page asks for the lists when the mark is another
than the one it keeps. So it knows them without the network, and a heartbeat stays small.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from sqlalchemy import Connection

from commerce.catalogue.queries import variants_by_ids
from commerce.catalogue.records import SoldVariant
from commerce.fulfilment.pickup_codes import key_id
from commerce.fulfilment.queries import (
    TaskRow,
    WaitingPickup,
    counter_work,
    lines_by_fulfilment,
    tasks,
    waiting_pickups,
    zones_of,
)
from commerce.fulfilment.rows import FulfilmentLineRow, FulfilmentState
from commerce.fulfilment.service import digits_proofs, public_pickup_key
from commerce.kernel.clock import utc_now
from commerce.web.formats import money
from commerce.web.identity import register
from commerce.web.services import services
from pos.device import Till, current_till
from pos.people import covered_email, covered_phone, names_of, short_name

_MOST = 200
_TO_DO = (FulfilmentState.OPEN, FulfilmentState.PICKING, FulfilmentState.PACKED)
_PICTURE_WIDTH = 160


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/work", "api_work", work)


@register
def work() -> Response:
    """Return the parts to get ready at this store, and the pickups that wait in it."""
    till = current_till()
    with services().database.reading(till.scope) as connection:
        here = counter_work(connection, location_id=till.store.id, at=utc_now())
        ready = waiting_pickups(connection, location_id=till.store.id, most=_MOST)
        to_do = tasks(connection, states=_TO_DO, location_id=till.store.id, most=_MOST)
        return jsonify(
            mark=here.mark,
            ready=pickups_json(connection, till, ready),
            tasks=_tasks(connection, till, to_do),
        )


def work_json(connection: Connection, till: Till) -> dict[str, Any]:
    """Return how much there is to do, and the keys that pickup codes are checked with."""
    here = counter_work(connection, location_id=till.store.id, at=utc_now())
    key = public_pickup_key(connection, merchant_id=till.merchant.id)
    return {
        "to_do": here.to_do,
        "late": here.late,
        "ready": here.ready,
        "mark": here.mark,
        "keys": [{"id": key_id(key), "key": key}] if key else [],
    }


def pickups_json(
    connection: Connection, till: Till, pickups: Sequence[WaitingPickup]
) -> list[dict[str, Any]]:
    """Return pickups as the page keeps them: whose they are is covered, their digits are none."""
    proofs = digits_proofs(vault=services().vault, fulfilment_ids=[each.id for each in pickups])
    goods = _goods(connection, till, [line for each in pickups for line in each.lines])
    return [
        {
            "id": str(each.id),
            "order": str(each.order_id),
            "number": each.number,
            "name": short_name(each.name),
            "contact": covered_phone(each.phone) or covered_email(each.email),
            "shelf": each.shelf,
            "ready_at": each.ready_at.isoformat(),
            "until": each.collect_by.isoformat(),
            "stranded": bool(each.reason),
            "due": money(each.due) if each.due else "",
            "proof": proofs[each.id],
            "lines": _lines(each.lines, goods),
        }
        for each in pickups
    ]


def _tasks(connection: Connection, till: Till, rows: Sequence[TaskRow]) -> list[dict[str, Any]]:
    lines = lines_by_fulfilment(connection, [row.id for row in rows])
    every = [line for each in rows for line in lines[each.id]]
    goods = _goods(connection, till, every)
    zones = zones_of(
        connection, location_id=till.store.id, variant_ids=[line.variant_id for line in every]
    )
    clerks = names_of(connection, till, *(row.clerk_id for row in rows)) if rows else ()
    return [
        {
            "id": str(row.id),
            "order": str(row.order_id),
            "number": row.number,
            "kind": row.kind.value,
            "state": row.state.value,
            "due_at": row.due_at.isoformat() if row.due_at else "",
            "clerk": {"id": str(row.clerk_id), "name": clerk} if row.clerk_id else None,
            "stranded": bool(row.reason),
            "lines": _walked(_lines(lines[row.id], goods, zones)),
        }
        for row, clerk in zip(rows, clerks, strict=True)
    ]


def _walked(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines in the order in which one walks along the shelves; unknown shelves last."""
    return sorted(lines, key=lambda line: (not line["zone"], line["zone"], line["variant"]))


def _lines(
    lines: Iterable[FulfilmentLineRow],
    goods: Mapping[UUID, dict[str, Any]],
    zones: Mapping[UUID, str] | None = None,
) -> list[dict[str, Any]]:
    return [
        {
            "variant": str(line.variant_id),
            **goods.get(line.variant_id, _GONE),
            "zone": (zones or {}).get(line.variant_id, ""),
            "quantity": line.quantity,
            "picked": line.picked,
            "short": line.short,
        }
        for line in lines
        if line.quantity
    ]


_GONE = {
    "name": {"en": "", "zh": ""},
    "title": {"en": "", "zh": ""},
    "sku": "",
    "gtin": "",
    "picture": "",
}
"""Goods that the catalogue does not know any more."""


def _goods(
    connection: Connection, till: Till, lines: Iterable[FulfilmentLineRow]
) -> dict[UUID, dict[str, Any]]:
    """Return what the goods are called in both languages, and how they look."""
    ids = list(dict.fromkeys(line.variant_id for line in lines))
    english = variants_by_ids(connection, variant_ids=ids, locale="en")
    chinese = variants_by_ids(connection, variant_ids=ids, locale="zh")
    return {
        each.id: {
            "name": {"en": each.product_name, "zh": chinese[each.id].product_name},
            "title": {"en": each.title, "zh": chinese[each.id].title},
            "sku": each.sku,
            "gtin": each.gtin or "",
            "picture": _picture_url(till, each),
        }
        for each in english.values()
    }


def _picture_url(till: Till, sold: SoldVariant) -> str:
    """Return the address of a small picture, which a browser keeps for good once it has seen it."""
    if sold.picture is None:
        return ""
    small = (each for each in sold.picture.derivatives if each.width >= _PICTURE_WIDTH)
    fitting = min(small, key=lambda each: each.width, default=None)
    return f"/media/{till.merchant.id}/{fitting.name if fitting else sold.picture.name}"
