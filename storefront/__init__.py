"""What shoppers and merchants see."""

from commerce.web.application import Application
from storefront import account, api, backoffice, shop


def register(app: Application) -> None:
    """Mount the shop, the accounts, the desk and the interface."""
    for part in (shop, account, backoffice, api):
        part.register(app)
