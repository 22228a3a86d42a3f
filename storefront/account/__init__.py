"""The shopper's account."""

from flask import Flask


def register(app: Flask) -> None:
    """Mount the account on `app`."""
