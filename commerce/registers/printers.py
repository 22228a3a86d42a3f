"""Where a till's printer may stand: in the networks that the installation names, and nowhere else.

A merchant types the address, and our own server connects to it: without a rule that would be a way to
knock at everything that the server can reach (ASVS 5.0 1.3.6).
"""

import ipaddress
from collections.abc import Iterable

from commerce.kernel.settings import Settings


def may_stand_at(settings: Settings, addresses: Iterable[str], *, port: int) -> bool:
    """Return whether a printer may be asked at all of these IP addresses of one name.

    One that is not allowed shows a name that plays tricks. IPv4 inside IPv6 counts as what it is
    inside. Ports of our own servers are nobody's printer, wherever they are.
    """
    return port not in settings.own_ports and all(_is_allowed(settings, each) for each in addresses)


def is_refused(settings: Settings, host: str, *, port: int) -> bool:
    """Return whether what was typed can never be a printer's place; a name is judged when it is asked."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return port in settings.own_ports
    return not may_stand_at(settings, [host], port=port)


def _is_allowed(settings: Settings, address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    return any(ip in network for network in settings.printer_networks)
