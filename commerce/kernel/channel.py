"""Where something is sold: the shop, the till or a program."""

from enum import StrEnum


class Channel(StrEnum):
    """A counter. Both counters and the interface sell the same stock."""

    WEB = "web"
    TILL = "till"
    API = "api"
