"""What clerks see: the till."""

from commerce.web.application import Application


def register(app: Application) -> None:
    """Mount the till."""
