"""What waits in the stock rooms today: the page a clerk opens on a telephone."""

from datetime import date
from uuid import UUID

from flask import Response

from commerce.inventory.queries import (
    count_sheets,
    purchases,
    reorder_proposals,
    transfers,
    waiting_work,
)
from commerce.inventory.rows import (
    PurchaseRow,
    PurchaseState,
    TransferRow,
    TransferState,
)
from commerce.park.permissions import Permission
from commerce.web.identity import current_scope, needs
from commerce.web.identity.current import may
from commerce.web.services import services
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.stockroom.counts import sheet_state
from storefront.backoffice.stockroom.frame import place_names, show, today_here
from storefront.backoffice.stockroom.posts import own_places

_MOST = 200
_SHOWN = 12


@needs(Permission.VIEW_STOCK)
def stock_work() -> Response:
    """Show what is to be taken in, sent off, counted and looked through, at the reader's places."""
    today = today_here()
    with services().database.reading(current_scope()) as connection:
        own = own_places(connection)
        waiting = waiting_work(connection, today=today, places=own)
        moving = transfers(connection, states=(TransferState.DRAFT, TransferState.SENT), most=_MOST)
        bought = purchases(connection, states=(PurchaseState.ORDERED,), most=_MOST)
        sheets = count_sheets(connection, states=("open",), most=_MOST)
        proposals = reorder_proposals(connection) if may(Permission.ORDER_STOCK) else ()
        names = place_names(connection)

    def is_mine(place: UUID) -> bool:
        return own is None or place in own

    arriving: list[TransferRow | PurchaseRow] = [
        *(t for t in moving if t.state is TransferState.SENT and is_mine(t.destination_id)),
        *(p for p in bought if is_mine(p.location_id)),
    ]
    arriving.sort(key=lambda each: (each.expected_on or date.max, each.number))
    return show(
        "work.html",
        title=_("To do in the stock rooms"),
        tab="stock_work",
        waiting=waiting,
        arriving=arriving[:_SHOWN],
        arrivals=len(arriving),
        leaving=[t for t in moving if t.state is TransferState.DRAFT and is_mine(t.origin_id)][
            :_SHOWN
        ],
        sheets=[each for each in sheets if is_mine(each.location_id)][:_SHOWN],
        state_of=sheet_state,
        proposals=len(proposals),
        names=names,
        today=today,
        own=[names[each] for each in own if each in names] if own else [],
    )
