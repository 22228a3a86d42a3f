"""What stands on a label, line by line."""

from collections.abc import Mapping
from typing import Any

from integrations.sandbox.carrier.records import Label
from integrations.sandbox.carrier.tariff import service_of

_HAN_FIRST = frozenset({"CN", "HK", "MO", "TW"})


def address_lines(address: Mapping[str, Any]) -> list[str]:
    """Return an address as it is written where it goes; from the province down in Chinese."""
    town = [address["region"], address["city"], address["district"]]
    if address["country"] in _HAN_FIRST:
        place = ["".join(dict.fromkeys(filter(None, town))), *address["lines"], address["postcode"]]
    else:
        line = " ".join(filter(None, (address["postcode"], address["city"], address["region"])))
        place = [*address["lines"], address["district"], line]
    return [line for line in (address["organisation"], *place, address["country"]) if line]


def service_name(label: Label) -> str:
    """Return what the service is called."""
    service = service_of(label.service)
    return service.name if service else label.service


def customs_lines(label: Label, *, most: int = 4) -> list[str]:
    """Return the contents of a parcel that crosses a border; nothing for one that does not."""
    parcel = label.parcel
    if parcel["sender"]["country"] == parcel["recipient"]["country"]:
        return []
    told = [
        f"{piece['quantity']} x {piece['description'][:34]}"
        + (f"  HS {piece['hs_code']}" if piece["hs_code"] else "")
        + (f"  {piece['origin_country']}" if piece["origin_country"] else "")
        for piece in parcel["contents"]
    ]
    left = len(told) - most
    return [*told[:most], f"and {left} more"] if left > 0 else told
