"""What every page about money has: its tabs, its words."""

from typing import Any

from flask import Response

from storefront.backoffice.desk import Crumb, draw, link
from storefront.backoffice.money.words import (
    account_name,
    dispute_reason,
    dispute_state,
    entry_name,
    line_name,
    payout_state,
    provider_names,
    signed,
    written_rate,
)
from storefront.backoffice.speech import gettext as _


def draw_money(
    template: str, *, title: str, tab: str, inside: bool = False, **context: Any
) -> Response:
    """Draw a page about money; one that stands `inside` another has a trail instead of tabs."""
    trail = (Crumb(_("Money"), link("money")),) if inside else ()
    if inside and tab != "money":
        trail = (*trail, Crumb(_tab_names()[tab], link(tab)))
    return draw(
        f"money/{template}",
        title=title,
        room="money",
        trail=trail,
        tabs=() if inside else _tabs(tab),
        providers=provider_names(),
        account_name=account_name,
        entry_name=entry_name,
        line_name=line_name,
        payout_state=payout_state,
        dispute_state=dispute_state,
        dispute_reason=dispute_reason,
        signed=signed,
        written_rate=written_rate,
        **context,
    )


def _tab_names() -> dict[str, str]:
    return {
        "money": _("Where it is"),
        "payouts": _("Payouts"),
        "disputes": _("Disputes"),
        "statement": _("Statement"),
    }


def _tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": link(view), "current": view == current}
        for view, label in _tab_names().items()
    ]
