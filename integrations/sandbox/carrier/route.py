"""Which scans a parcel meets on its way, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.carrier.tariff import HOME

_HUB = "Harbour Hub, Shanghai"


@dataclass(frozen=True, slots=True)
class Stop:
    """One scan that is to come."""

    stage: str
    place: str
    country: str
    detail: str


def route_of(parcel: Mapping[str, Any]) -> tuple[Stop, ...]:
    """Return the scans of a parcel in the order in which they come."""
    sender, recipient = parcel["sender"], parcel["recipient"]
    here, there = _town(sender), _town(recipient)
    begins = (
        Stop("announced", here, sender["country"], "Label made"),
        Stop("accepted", here, sender["country"], "Parcel taken over from the sender"),
        Stop("in_transit", _HUB, HOME, "Sorted at the hub"),
    )
    ends = (
        Stop("out_for_delivery", there, recipient["country"], "With the courier"),
        Stop("delivered", there, recipient["country"], "Handed over at the door"),
    )
    return (*begins, *_border(sender["country"], recipient["country"], there), *ends)


def _border(origin: str, destination: str, there: str) -> tuple[Stop, ...]:
    if origin == destination:
        return ()
    return (
        Stop("in_customs", _HUB, origin, "Cleared for export"),
        Stop("in_customs", there, destination, "Cleared by customs of the destination"),
    )


def _town(address: Mapping[str, Any]) -> str:
    """Return the town, where the address names one; a street is nobody's business on the way."""
    return str(address["city"] or address["region"])
