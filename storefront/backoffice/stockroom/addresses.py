"""Which address leads to which page of stock work."""

from flask import Blueprint

from storefront.backoffice.stockroom import (
    approving,
    arriving,
    aside,
    asking,
    buying,
    counting,
    counts,
    lots,
    ordering,
    purchases,
    receiving,
    reorder,
    sending,
    shelves,
    suppliers,
    transfers,
    work,
)

_POST, _BOTH = ["POST"], ["GET", "POST"]


def add_stockwork(desk: Blueprint) -> None:
    """Add the pages of stock work to the desk."""
    desk.add_url_rule("/stock/work", "stock_work", work.stock_work)
    _add_purchases(desk)
    _add_transfers(desk)
    _add_counts(desk)
    _add_shelves(desk)


def _add_purchases(desk: Blueprint) -> None:
    one = "/stock/purchases/<uuid:purchase_id>"
    desk.add_url_rule("/stock/purchases/", "purchases", purchases.purchase_list)
    desk.add_url_rule("/stock/purchases/new", "new_purchase", buying.new_purchase, methods=_BOTH)
    desk.add_url_rule(one, "purchase", purchases.purchase)
    desk.add_url_rule(f"{one}/edit", "edit_purchase", buying.edit_purchase, methods=_BOTH)
    desk.add_url_rule(f"{one}/paper", "purchase_paper", purchases.purchase_paper)
    desk.add_url_rule(f"{one}/order", "order_purchase", ordering.order, methods=_POST)
    desk.add_url_rule(f"{one}/expect", "expect_purchase", ordering.expect, methods=_POST)
    desk.add_url_rule(f"{one}/close", "close_purchase", ordering.close, methods=_POST)
    desk.add_url_rule(f"{one}/receive", "receive_purchase", receiving.receive, methods=_BOTH)
    desk.add_url_rule("/stock/suppliers/", "suppliers", suppliers.supplier_list)
    desk.add_url_rule("/stock/suppliers/new", "new_supplier", suppliers.new_supplier, methods=_BOTH)
    desk.add_url_rule(
        "/stock/suppliers/<uuid:supplier_id>", "supplier", suppliers.supplier, methods=_BOTH
    )


def _add_transfers(desk: Blueprint) -> None:
    one = "/stock/transfers/<uuid:transfer_id>"
    desk.add_url_rule("/stock/transfers/", "transfers", transfers.transfer_list)
    desk.add_url_rule("/stock/transfers/new", "new_transfer", asking.new_transfer, methods=_BOTH)
    desk.add_url_rule(one, "transfer", transfers.transfer)
    desk.add_url_rule(f"{one}/edit", "edit_transfer", asking.edit_transfer, methods=_BOTH)
    desk.add_url_rule(f"{one}/paper", "transfer_paper", transfers.transfer_paper)
    desk.add_url_rule(f"{one}/send", "send_transfer", sending.send, methods=_BOTH)
    desk.add_url_rule(f"{one}/expect", "expect_transfer", sending.expect, methods=_POST)
    desk.add_url_rule(f"{one}/cancel", "cancel_transfer", sending.cancel, methods=_POST)
    desk.add_url_rule(f"{one}/receive", "receive_transfer", arriving.receive, methods=_BOTH)
    desk.add_url_rule(f"{one}/settle", "settle_transfer", arriving.settle, methods=_POST)


def _add_counts(desk: Blueprint) -> None:
    one = "/stock/counts/<uuid:sheet_id>"
    desk.add_url_rule("/stock/counts/", "counts", counts.sheet_list)
    desk.add_url_rule("/stock/counts/", "open_count", counts.open_sheet, methods=_POST)
    desk.add_url_rule(one, "count_sheet", counting.sheet)
    desk.add_url_rule(one, "write_count", counting.write, methods=_POST)
    desk.add_url_rule(f"{one}/review", "review_count", approving.review)
    desk.add_url_rule(f"{one}/approve", "approve_count", approving.approve, methods=_POST)
    desk.add_url_rule(f"{one}/strike", "strike_lines", approving.strike, methods=_POST)
    desk.add_url_rule(f"{one}/drop", "drop_count", approving.drop, methods=_POST)


def _add_shelves(desk: Blueprint) -> None:
    lot = "/stock/lots/<uuid:variant_id>"
    desk.add_url_rule("/stock/aside", "set_aside", aside.aside)
    desk.add_url_rule("/stock/aside", "put_aside", aside.put_aside, methods=_POST)
    desk.add_url_rule("/stock/aside/bring-in", "bring_in", aside.bring_in, methods=_POST)
    desk.add_url_rule("/stock/aside/decide", "decide_aside", aside.decide, methods=_POST)
    desk.add_url_rule("/stock/shelves", "shelves", shelves.shelves)
    desk.add_url_rule("/stock/shelves", "put_on_shelf", shelves.put_on_shelf, methods=_POST)
    desk.add_url_rule("/stock/lots", "lots", lots.lots)
    desk.add_url_rule(f"{lot}/keep", "switch_lots", lots.switch_lots, methods=_POST)
    desk.add_url_rule(f"{lot}/relabel", "relabel_lot", lots.relabel_lot, methods=_POST)
    desk.add_url_rule("/stock/reorder", "reorder", reorder.reorder)
    desk.add_url_rule("/stock/reorder", "draft_proposals", reorder.draft, methods=_POST)
    desk.add_url_rule("/stock/reorder/rule", "reorder_rule", reorder.rule, methods=_BOTH)
    desk.add_url_rule(
        "/stock/reorder/<uuid:variant_id>/<uuid:location_id>/drop",
        "drop_reorder_rule",
        reorder.drop,
        methods=_POST,
    )
