"""The list of what is to be picked, packed and handed over, the most urgent first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from commerce.fulfilment.queries import TaskRow, left_behind, task_counts, tasks, to_take_out
from commerce.fulfilment.rows import FulfilmentState
from commerce.inventory.queries import locations
from commerce.kernel.clock import utc_now
from commerce.park.permissions import Permission
from commerce.park.queries.staff import list_colleagues
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.languages import language
from commerce.web.services import services
from storefront.backoffice.desk import draw, link
from storefront.backoffice.forms import typed_id
from storefront.backoffice.orders.rows import place_names
from storefront.backoffice.packing.words import due_label, kind_name, part_state
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.posts import own_places
from storefront.backoffice.words import Label

_MOST = 100
_TO_DO = (FulfilmentState.OPEN, FulfilmentState.PICKING, FulfilmentState.PACKED)
_ON_SHELF = (FulfilmentState.READY,)


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A part of an order as the list shows it."""

    task: TaskRow
    place: str
    clerk: str
    kind: str
    state: Label
    due: Label
    out: int = 0
    """Units that have to be taken out again."""


@needs(Permission.FULFIL_ORDERS)
def packing() -> Response:
    """List what is to be done, at one place or at all."""
    place, shelf = typed_id(request.args.get("place")), "shelf" in request.args
    with services().database.reading(current_scope()) as connection:
        own = own_places(connection)
        if "place" not in request.args and own is not None and len(own) == 1:
            (place,) = own
        names = place_names(locations(connection))
        counts = task_counts(connection)
        found = tasks(
            connection,
            states=_ON_SHELF if shelf else _TO_DO,
            location_id=place,
            most=_MOST,
        )
        people = clerks(connection) if found else {}
        behind = () if shelf else left_behind(connection, location_id=place)
        out = to_take_out(connection, order_ids={each.order_id for each in found})
    return draw(
        "packing/list.html",
        title=_("Pick and pack"),
        room="packing",
        rows=[_shown(task, names, people, out.get(task.id, {})) for task in found],
        behind=[(each, names.get(each.location_id, "")) for each in behind],
        places=_places(counts, names, place, shelf=shelf),
        views=_views(counts, place, shelf=shelf),
        shelf=shelf,
        crowded=len(found) == _MOST,
    )


def clerks(connection: Connection) -> Mapping[UUID, str]:
    """Return what everybody is called who may have a part in hand."""
    people = list_colleagues(connection, merchant_id=current_merchant().id)
    return {each.staff_id: each.name_in(language()) for each in people}


def _shown(
    task: TaskRow,
    names: Mapping[UUID, str],
    people: Mapping[UUID, str],
    out: Mapping[UUID, int],
) -> ShownTask:
    return ShownTask(
        task=task,
        place=names.get(task.location_id, ""),
        clerk=people.get(task.clerk_id, "") if task.clerk_id else "",
        kind=kind_name(task.kind),
        state=part_state(task.state),
        due=due_label(task.due_at, utc_now()),
        out=sum(out.values()),
    )


def _places(
    counts: Mapping[tuple[UUID, bool], int],
    names: Mapping[UUID, str],
    chosen: UUID | None,
    *,
    shelf: bool,
) -> list[dict[str, Any]]:
    """Return the places with something to do; none to choose from where there is but one."""
    here = {place: count for (place, is_ready), count in counts.items() if is_ready is shelf}
    if chosen is not None:
        here.setdefault(chosen, 0)
    if len(here) < 2 and chosen is None:  # noqa: PLR2004 - one place needs no choice
        return []
    kept = {"shelf": 1} if shelf else {}
    every = {
        "label": _("All places"),
        "url": link("packing", place="", **kept),
        "current": chosen is None,
        "count": sum(here.values()),
    }
    return [
        every,
        *(
            {
                "label": names.get(place, ""),
                "url": link("packing", place=place, **kept),
                "current": place == chosen,
                "count": here[place],
            }
            for place in names
            if place in here
        ),
    ]


def _views(
    counts: Mapping[tuple[UUID, bool], int], place: UUID | None, *, shelf: bool
) -> list[dict[str, Any]]:
    def parts(*, ready: bool) -> int:
        return sum(
            count
            for (where, is_ready), count in counts.items()
            if is_ready is ready and place in {None, where}
        )

    kept = {"place": place} if place else {}
    return [
        {
            "label": _("To do"),
            "url": link("packing", **kept),
            "current": not shelf,
            "count": parts(ready=False),
        },
        {
            "label": _("On the pickup shelf"),
            "url": link("packing", shelf=1, **kept),
            "current": shelf,
            "count": parts(ready=True),
        },
    ]
