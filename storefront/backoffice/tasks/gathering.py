"""What needs somebody at the desk, the gravest first, each with the way to the field that mends it."""

from collections.abc import Mapping

from sqlalchemy import Connection

from commerce.checkout.owing import Owing
from commerce.park.permissions import Permission
from commerce.web.identity.current import may
from storefront.backoffice.readings import troubles
from storefront.backoffice.tasks import disputes, failures, goods, orders, returns, stock, stockwork
from storefront.backoffice.tasks.task import Task

_MOST = 8


def open_tasks(connection: Connection, *, waiting: Mapping[Owing, int]) -> tuple[Task, ...]:
    """Return what the person at the desk may mend, at most a handful.

    `waiting` is how many paid orders owe what.
    """
    counted = troubles(connection)
    found = [
        *(disputes.to_answer(connection) if may(Permission.VIEW_MONEY) else ()),
        *(orders.refunds(connection) if may(Permission.REFUND_ORDERS) else ()),
        *(orders.robbed(connection) if may(Permission.EDIT_ORDERS) else ()),
        *(orders.declined(connection) if may(Permission.EDIT_ORDERS) else ()),
        *(orders.to_pack(waiting.get(Owing.GOODS, 0)) if may(Permission.FULFIL_ORDERS) else ()),
        *(orders.to_deliver(connection) if may(Permission.FULFIL_ORDERS) else ()),
        *(returns.returns(connection) if may(Permission.VIEW_ORDERS) else ()),
        *(orders.to_close(waiting.get(Owing.NOTHING, 0)) if may(Permission.FULFIL_ORDERS) else ()),
        *(failures.letters(connection) if may(Permission.EDIT_ORDERS) else ()),
        *(failures.processes(connection) if may(Permission.EDIT_ORDERS) else ()),
        *(stock.discrepancies(counted) if may(Permission.ADJUST_STOCK) else ()),
        *(stockwork.stockwork(connection) if may(Permission.WORK_STOCK) else ()),
        *(stock.variances(counted) if may(Permission.APPROVE_AT_TILL) else ()),
        *(goods.imports(connection) if may(Permission.EDIT_PRODUCTS) else ()),
        *(goods.gaps(counted) if may(Permission.EDIT_PRODUCTS) else ()),
        *(goods.deliveries(connection) if may(Permission.MANAGE_SETTINGS) else ()),
        *(goods.pictures(counted) if may(Permission.EDIT_PRODUCTS) else ()),
        *(stock.pads(counted) if may(Permission.APPROVE_AT_TILL) else ()),
    ]
    return tuple(found[:_MOST])
