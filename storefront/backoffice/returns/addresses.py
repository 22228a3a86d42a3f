"""Which address leads to which page about returns."""

from flask import Blueprint

from storefront.backoffice.returns import beginning, listing, showing, steps, terms

_POST = ["POST"]


def add_returns(desk: Blueprint) -> None:
    """Give every page about returns its address."""
    one, order = "/returns/<uuid:return_id>", "/orders/<uuid:order_id>/return"
    desk.add_url_rule("/returns/", "returns", listing.returns)
    desk.add_url_rule(order, "begin_return", beginning.begin_return)
    desk.add_url_rule(order, "agree_return", beginning.agree_return, methods=_POST)
    desk.add_url_rule(one, "one_return", showing.one_return)
    for name, step in (
        ("approve", steps.approve),
        ("refuse", steps.refuse),
        ("cancel", steps.cancel),
        ("receive", steps.receive),
        ("inspect", steps.inspect),
        ("pay", steps.pay_back),
    ):
        desk.add_url_rule(f"{one}/{name}", f"{name}_return", step, methods=_POST)
    desk.add_url_rule("/settings/returns", "return_terms", terms.return_terms)
    desk.add_url_rule("/settings/returns", "set_return_terms", terms.set_terms, methods=_POST)
