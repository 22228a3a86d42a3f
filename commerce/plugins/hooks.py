"""The hooks a plugin may implement; found through entry points of group `quayside.plugins`.

    from commerce.plugins.hooks import hookimpl

    @hookimpl
    def payment_provider(environment): return MyProvider()

`environment` holds the process's variables, so that a sandbox plugin finds its simulator. Each
hook makes one object that lives as long as the process and serves every merchant; whatever belongs
to one merchant comes with the call.
"""

from collections.abc import Mapping
from typing import Protocol

import pluggy

from commerce.plugins.carriers import CarrierProvider
from commerce.plugins.payments import PaymentProvider
from commerce.plugins.terminals import TerminalProvider

PROJECT = "quayside"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks(Protocol):
    """Every hook there is. A plugin implements the ones it has something for."""

    @hookspec
    def payment_provider(self, environment: Mapping[str, str]) -> PaymentProvider | None:
        """Return a provider that takes money in the shop; None where the installation has none."""
        ...

    @hookspec
    def terminal_provider(self, environment: Mapping[str, str]) -> TerminalProvider:
        """Return a provider that takes money at the till."""
        ...

    @hookspec
    def carrier_provider(self, environment: Mapping[str, str]) -> CarrierProvider:
        """Return a provider that books labels and follows parcels."""
        ...
