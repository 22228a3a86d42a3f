"""The way to the first sale in words: what each step asks for, and where its field is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from commerce.admission.checklist import NEEDED, Around, Checklist, Step
from commerce.park.permissions import Permission
from commerce.plugins.registry import Registry
from commerce.web.identity.current import staff_here
from commerce.web.services import services
from storefront.backoffice.speech import gettext as _


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step as both sides read it; `url` is empty for whoever cannot take it."""

    name: str
    text: str
    done: bool
    needed: bool
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a step is taken at the desk, what the button says, and who may."""

    view: str
    action: str
    permission: Permission
    values: Mapping[str, str] = field(default_factory=dict)


def around() -> Around:
    """Return what this installation offers its merchants."""
    registry = services().part(Registry)
    return Around(
        online=tuple(registry.payments),
        trial=tuple(each.id for each in registry.ways_to_pay if each.sandbox),
        mails=services().settings.mail_url is not None,
    )


def shown_steps(
    checklist: Checklist,
    *,
    may: Callable[[Permission], bool],
    link: Callable[..., str] | None,
) -> tuple[ShownStep, ...]:
    """Return the checklist in words; `link` leads to the merchant's own pages, if the reader has any."""
    told, ways = _told(), _ways()
    steps = []
    for step in Step:
        way, is_done = ways[step], step in checklist.done
        name, text = told[step]
        shown = ShownStep(name=name, text=text, done=is_done, needed=step in NEEDED)
        if link is not None and not is_done and may(way.permission):
            shown = replace(shown, action=way.action, url=link(way.view, **way.values))
        steps.append(shown)
    return tuple(steps)


def _told() -> dict[Step, tuple[str, str]]:
    return {
        Step.OWNER: (_("The owner"), _("accepts the invitation and signs in.")),
        Step.PLACE: (_("A place"), _("says where the goods lie: a store or a warehouse.")),
        Step.STORE: (
            _("The store"),
            _(
                "has an address and opening hours, so that customers find it. A warehouse needs none."
            ),
        ),
        Step.PRODUCT: (
            _("A first product"),
            _("goes on sale: by hand, or from a Shopify or WooCommerce file."),
        ),
        Step.PRICE: (_("Prices"), _("for all that is on sale; without one nobody can buy it.")),
        Step.STOCK: (_("Stock"), _("is counted, or goods are sold without counting.")),
        Step.DELIVERY: (
            _("Delivery"),
            _("says how goods travel: parcels with a price and days, pickup in a store."),
        ),
        Step.PAYMENT: (_("Payment"), _("lets customers pay online; test cards work at once.")),
        Step.REAL_PAYMENT: (
            _("Real payments"),
            _("move money: real cards with your Stripe keys. Test cards move none."),
        ),
        Step.TAX: (_("Tax"), _("needs a rate for the country that the shop is at home in.")),
        Step.PIN: (
            _("Till PIN"),
            _("lets somebody in at the tills: each person’s own page under Staff sets one."),
        ),
        Step.COIN: (
            _("Smallest coin"),
            _(
                "says what cash is rounded to at the tills. Smaller amounts than your coins cannot be given back."
            ),
        ),
        Step.POLICIES: (
            _("Terms and privacy"),
            _("stand in the shop and beside “Order and pay”. Most countries ask for them."),
        ),
        Step.MAIL: (
            _("Mail"),
            _(
                "leaves through a mail server, which the park sets up. Until then letters are files."
            ),
        ),
    }


def _ways() -> dict[Step, _Way]:
    settings = Permission.MANAGE_SETTINGS
    return {
        Step.OWNER: _Way("staff", _("See the staff"), Permission.VIEW_STAFF),
        Step.PLACE: _Way("new_place", _("Add a place"), Permission.MANAGE_STORES),
        Step.STORE: _Way("stores", _("See the stores"), Permission.MANAGE_STORES),
        Step.PRODUCT: _Way("products", _("Add a product"), Permission.EDIT_PRODUCTS),
        Step.PRICE: _Way("products", _("Set the prices"), Permission.EDIT_PRODUCTS),
        Step.STOCK: _Way("stock", _("Fill the shelves"), Permission.ADJUST_STOCK),
        Step.DELIVERY: _Way("delivery_option", _("Set up delivery"), settings, {"code": "new"}),
        Step.PAYMENT: _Way("payment_methods", _("Set up payments"), settings),
        Step.REAL_PAYMENT: _Way("payment_methods", _("Set up payments"), settings),
        Step.TAX: _Way("taxes", _("See the rates"), settings),
        Step.PIN: _Way(
            "person", _("Set a PIN"), Permission.MANAGE_STAFF, {"staff_id": str(staff_here().id)}
        ),
        Step.COIN: _Way("rounding", _("Set the coin"), settings),
        Step.POLICIES: _Way("policies", _("Write the policies"), settings),
        Step.MAIL: _Way("mail", _("See the letters"), settings),
    }
