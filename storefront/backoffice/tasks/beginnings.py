"""What a new merchant does first."""

from collections.abc import Iterator

from commerce.park.permissions import Permission
from commerce.web.identity.current import may
from storefront.backoffice.desk import link
from storefront.backoffice.readings import Troubles
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.tasks.task import Task


def beginnings(counted: Troubles) -> Iterator[Task]:
    """What a new merchant does first, in this order."""
    if not counted.has_location and may(Permission.MANAGE_STORES):
        yield Task(
            "info",
            _("Begin"),
            _("Say where your goods lie:"),
            _("a store or a warehouse, with its address."),
            _("Add a place"),
            link("new_place"),
        )
    if not counted.has_active and may(Permission.EDIT_PRODUCTS):
        yield Task(
            "info",
            _("Begin"),
            _("Put your first product on sale:") if not counted.has_products else _("Publish:"),
            _("by hand, or all at once from a Shopify or WooCommerce file.")
            if not counted.has_products
            else _("your products are drafts that nobody sees yet."),
            _("Add a product") if not counted.has_products else _("See the drafts"),
            link("new_product") if not counted.has_products else link("products", state="draft"),
        )
    if not counted.has_payment and may(Permission.MANAGE_SETTINGS):
        yield Task(
            "info",
            _("Begin"),
            _("Choose how customers pay:"),
            _("test cards work at once, real cards with your Stripe keys."),
            _("Set up payments"),
            link("payment_methods"),
        )
    if not counted.has_delivery and may(Permission.MANAGE_SETTINGS):
        yield Task(
            "info",
            _("Begin"),
            _("Say how goods travel:"),
            _("parcels with a price and a date, pickup in a store."),
            _("Set up delivery"),
            link("delivery"),
        )
