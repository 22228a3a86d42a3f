"""Where a request comes from, as throttling and the security log need it."""

import hmac
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from commerce.kernel.vault import Vault

_LONGEST_AGENT = 300
_MARK = "quayside network of an unpaid order"
_MARK_LETTERS = 32


@dataclass(frozen=True, slots=True)
class Origin:
    """The address, the browser, and the device if an account signed in from it before.

    Attributes:
        address: IP address of the client, as the trusted proxies report it.
        user_agent: what the browser calls itself; shown in lists of devices, never trusted.
        known_as: the staff account that this device has proved before, if any. Strangers who
            guess at that account from elsewhere do not lock this device out.
    """

    address: str
    user_agent: str = ""
    known_as: UUID | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "user_agent", self.user_agent[:_LONGEST_AGENT])

    @property
    def network(self) -> str:
        """The address, or the /64 network of an IPv6 address: one household has all of it."""
        try:
            address = ip_address(self.address)
        except ValueError:
            return self.address
        if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
            return str(ip_network((address, 64), strict=False))
        return self.address

    def mark(self, vault: Vault, *, within: UUID) -> str:
        """Return what stands for the network at one merchant, and tells nobody its address.

        Addresses are few enough to try them all, so the digest is keyed with the installation's
        secret; it differs between merchants, whose shoppers nobody shall compare.
        """
        known = within.bytes + self.network.encode()
        return hmac.digest(vault.derive(_MARK), known, "sha256").hex()[:_MARK_LETTERS]
