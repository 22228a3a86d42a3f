"""Which addresses of the internet a merchant's file may send us to (ASVS v5.0.0-1.3.6)."""

import ipaddress
import socket
from collections.abc import Callable

from integrations.http_images.faults import PrivateServerError, UnknownServerError

Resolve = Callable[[str, int], list[str]]
Judge = Callable[[str, int], bool]
"""Says whether an IP address and a port may be asked."""

_PORTS = frozenset({80, 443})
# Global by the register, yet an IPv4 address of our own network may hide inside them.
_TRANSLATED = tuple(
    ipaddress.ip_network(each)
    for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


def resolved(host: str, port: int) -> list[str]:
    """Return the IP addresses of `host`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str, port: int) -> bool:
    """Return whether `address` is one of the open internet and `port` one of the web.

    IPv4 inside IPv6 counts as what it is inside.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in _TRANSLATED):
            return False
        ip = ip.ipv4_mapped or ip
    return port in _PORTS and ip.is_global and not ip.is_multicast and not ip.is_reserved


def permitted_address(host: str, port: int, *, resolve: Resolve, judge: Judge) -> str:
    """Return the one address to connect to.

    All addresses of a name must be permitted: one that is not shows a name that plays tricks.

    Raises:
        UnknownServerError: there is no address.
        PrivateServerError: an address is private, or the port is not the web's.
    """
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise UnknownServerError(host=host) from error
    if not addresses or not all(judge(address, port) for address in addresses):
        raise PrivateServerError(host=host)
    return addresses[0]
