"""The pages of the settings, as tabs."""

from typing import Any

from commerce.park.permissions import Permission
from commerce.web.identity.current import may
from storefront.backoffice.desk import link
from storefront.backoffice.speech import gettext as _


def tabs(current: str) -> list[dict[str, Any]]:
    """Return the tabs that the person may open."""
    entries = (
        ("settings", _("Shop"), Permission.MANAGE_SETTINGS),
        ("payment_methods", _("Ways to pay"), Permission.MANAGE_SETTINGS),
        ("taxes", _("Tax"), Permission.MANAGE_SETTINGS),
        ("delivery", _("Delivery"), Permission.MANAGE_SETTINGS),
        ("carriers", _("Carriers"), Permission.MANAGE_SETTINGS),
        ("sourcing", _("Sourcing"), Permission.MANAGE_SETTINGS),
        ("price_lists", _("Price lists"), Permission.MANAGE_SETTINGS),
        ("policies", _("Policies"), Permission.MANAGE_SETTINGS),
        ("return_terms", _("Returns"), Permission.MANAGE_SETTINGS),
        ("rates", _("Exchange rates"), Permission.MANAGE_SETTINGS),
        ("rounding", _("Rounding"), Permission.MANAGE_SETTINGS),
        ("till_rules", _("Till rules"), Permission.MANAGE_SETTINGS),
        ("mail", _("Mail"), Permission.MANAGE_SETTINGS),
        ("api_keys", _("API keys"), Permission.MANAGE_API_KEYS),
    )
    return [
        {"label": label, "url": link(view), "current": view == current}
        for view, label, permission in entries
        if may(permission)
    ]
