"""What shoppers and merchants see."""

from commerce.web.application import Application
from storefront import account, api, backoffice, park, shop


def register(app: Application) -> None:
    """Mount the shop, the accounts, the desks of merchants and park, and the interface."""
    for part in (shop, account, backoffice, park, api):
        part.register(app)
