"""The library's client for one call: a key, the deadline, no retries of its own.

Whether to try again is the host's decision, so the library makes one HTTP request per call. The
library can print request bodies at level DEBUG and writes a telemetry file to the home folder;
both are switched off here for the whole process.
"""

import logging
import re
from collections.abc import Mapping

import requests
import stripe

from commerce.plugins.calls import CallContext

ADDRESS_VARIABLE = "QUAYSIDE_STRIPE_ADDRESS"
"""Another place than Stripe itself, such as a simulator; the installation's to say, never a
merchant's, for whoever chooses the address chooses where the server connects to."""

_ADDRESS = re.compile(r"https?://[a-zA-Z0-9.\-\[\]:]+")
_CONNECT_SECONDS = 3.0
_CONNECTIONS = 16


def quieten() -> None:
    """Keep payment data out of logs and telemetry out of the home folder."""
    stripe.enable_telemetry = False
    stripe.log = None
    logging.getLogger("stripe").setLevel(logging.WARNING)


def new_session() -> requests.Session:
    """Return the pool of connections that all calls of this process share."""
    session = requests.Session()
    adapter = requests.adapters.HTTPAdapter(pool_connections=4, pool_maxsize=_CONNECTIONS)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def address_in(environment: Mapping[str, str]) -> str:
    """Return where Stripe answers instead of at its own address; empty for Stripe itself.

    Raises:
        ValueError: the variable holds something else than scheme, host and port.
    """
    address = environment.get(ADDRESS_VARIABLE, "").rstrip("/")
    if address and not _ADDRESS.fullmatch(address):
        raise ValueError(f"{ADDRESS_VARIABLE} is not an address such as http://127.0.0.1:8421")
    return address


def client_for(
    call: CallContext, session: requests.Session, *, key: str, address: str = "", account: str = ""
) -> stripe.StripeClient:
    """Return a client that speaks with `key`, for `account` if given, until the call's deadline."""
    timeout = (min(_CONNECT_SECONDS, call.seconds_left), call.seconds_left)
    return stripe.StripeClient(
        key,
        stripe_account=account or None,
        base_addresses={"api": address} if address else None,
        http_client=stripe.RequestsClient(timeout=timeout, session=session),
        max_network_retries=0,
    )
