"""Tables of the park: its merchants and the people who work for them."""

from commerce.park.models.merchant import Merchant

__all__ = ["Merchant"]
