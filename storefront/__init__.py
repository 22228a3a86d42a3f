"""What shoppers and merchants see."""

from commerce.web.application import Application


def register(app: Application) -> None:
    """Mount the shop, the accounts, the desk and the interface."""
