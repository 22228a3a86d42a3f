"""The public JSON interface, version 1."""

from commerce.web.application import Application
from storefront.api import contract, pace, problems
from storefront.api.interface import Interface, catch
from storefront.api.merchant import (
    editing,
    fulfilling,
    orders,
    pictures,
    prices,
    products,
    stock,
)
from storefront.api.shop import (
    browse,
    carts,
    following,
    gift_cards,
    paying,
    placing,
    policies,
    sending,
)


def register(app: Application) -> None:
    """Mount the interface on `app`, with its contract at `/api/openapi.json`."""
    interface = Interface("api", __name__, url_prefix="/api/v1")
    for part in (
        browse,
        policies,
        carts,
        gift_cards,
        sending,
        placing,
        paying,
        following,
        products,
        editing,
        prices,
        pictures,
        stock,
        orders,
        fulfilling,
    ):
        part.add_to(interface)
    pace.install(interface)
    about = Interface("api_contract", __name__, url_prefix="/api")
    problems.add_to(about)
    about.add_url_rule("/openapi.json", "read_contract", contract.read_contract)
    for each in (interface, about):
        catch(each)
        app.register_api(each)
