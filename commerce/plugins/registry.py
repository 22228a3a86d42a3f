"""Finds the installed plugins and refuses those that do not fit."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, TypeVar

import pluggy

from commerce.plugins.carriers import CarrierProvider
from commerce.plugins.errors import PluginMissingError
from commerce.plugins.hooks import PROJECT, Hooks
from commerce.plugins.manifest import CONTRACT, Manifest, PluginKind
from commerce.plugins.payments import CardMoney, PaymentProvider
from commerce.plugins.terminals import TerminalProvider

GROUP = "quayside.plugins"

_TAKES_MONEY = frozenset({PluginKind.PAYMENT, PluginKind.TERMINAL})

_log = logging.getLogger(__name__)


class _Described(Protocol):
    @property
    def manifest(self) -> Manifest: ...


Provider = TypeVar("Provider", bound=_Described)


@dataclass(frozen=True, slots=True)
class PluginFault:
    """A plugin that is installed and was left out, and why."""

    entry_point: str
    reason: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The providers of this process by plugin id, in the order of their ids."""

    payments: Mapping[str, PaymentProvider]
    terminals: Mapping[str, TerminalProvider]
    faults: tuple[PluginFault, ...] = ()
    carriers: Mapping[str, CarrierProvider] = field(default_factory=dict)

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """What every plugin says of itself, by id; one that does two things appears once."""
        everyone: tuple[_Described, ...] = (
            *self.payments.values(),
            *self.terminals.values(),
            *self.carriers.values(),
        )
        by_id = {each.manifest.id: each.manifest for each in everyone}
        return tuple(by_id[plugin] for plugin in sorted(by_id))

    @property
    def ways_to_pay(self) -> tuple[Manifest, ...]:
        """What every plugin that takes money says of itself, by id."""
        return tuple(each for each in self.manifests if each.kinds & _TAKES_MONEY)

    def payment(self, plugin: str) -> PaymentProvider:
        """Return the payment provider `plugin`.

        Raises:
            PluginMissingError: there is none of that name.
        """
        return _found(self.payments, plugin)

    def terminal(self, plugin: str) -> TerminalProvider:
        """Return the card reader's provider `plugin`.

        Raises:
            PluginMissingError: there is none of that name.
        """
        return _found(self.terminals, plugin)

    def carrier(self, plugin: str) -> CarrierProvider:
        """Return the carrier `plugin`.

        Raises:
            PluginMissingError: there is none of that name.
        """
        return _found(self.carriers, plugin)

    def card_money(self, plugin: str) -> CardMoney:
        """Return whichever provider carries payments of `plugin`, shop or till.

        Raises:
            PluginMissingError: there is none of that name.
        """
        everyone: dict[str, CardMoney] = {**self.terminals, **self.payments}
        return _found(everyone, plugin)


def load_plugins(
    environment: Mapping[str, str], *, found: Iterable[EntryPoint] | None = None
) -> Registry:
    """Load every installed plugin; one that fails to load is left out and told, never fatal.

    The order is that of the plugin ids, whatever order the installation lists them in. `found`
    replaces the installed entry points.
    """
    faults: list[PluginFault] = []
    payments: dict[str, PaymentProvider] = {}
    terminals: dict[str, TerminalProvider] = {}
    carriers: dict[str, CarrierProvider] = {}
    points = entry_points(group=GROUP) if found is None else found
    for point in sorted(points, key=lambda each: each.name):
        try:
            offered = _offer(point, environment)
            new_payments = _accepted(payments, offered.payments, PluginKind.PAYMENT)
            new_terminals = _accepted(terminals, offered.terminals, PluginKind.TERMINAL)
            new_carriers = _accepted(carriers, offered.carriers, PluginKind.CARRIER)
        except Exception as fault:  # noqa: BLE001 - one broken plugin must not stop the shop
            faults.append(PluginFault(point.name, f"{type(fault).__name__}: {fault}"))
            _log.warning("plugin %s was left out: %s", point.name, faults[-1].reason)
        else:
            payments |= new_payments
            terminals |= new_terminals
            carriers |= new_carriers
    return Registry(_by_id(payments), _by_id(terminals), tuple(faults), _by_id(carriers))


@dataclass(frozen=True, slots=True)
class _Offer:
    payments: list[PaymentProvider]
    terminals: list[TerminalProvider]
    carriers: list[CarrierProvider]


def _offer(point: EntryPoint, environment: Mapping[str, str]) -> _Offer:
    # A manager of its own: a plugin that fails halfway leaves nothing behind.
    hooks = pluggy.PluginManager(PROJECT)
    hooks.add_hookspecs(Hooks)
    hooks.register(point.load(), name=point.name)
    hooks.check_pending()
    return _Offer(
        payments=hooks.hook.payment_provider(environment=environment),
        terminals=hooks.hook.terminal_provider(environment=environment),
        carriers=hooks.hook.carrier_provider(environment=environment),
    )


def _accepted(
    known: Mapping[str, Provider], offered: list[Provider], kind: PluginKind
) -> dict[str, Provider]:
    accepted: dict[str, Provider] = {}
    for provider in offered:
        manifest = provider.manifest
        if manifest.contract != CONTRACT:
            raise ValueError(
                f"{manifest.id} speaks version {manifest.contract} of the contract, not {CONTRACT}"
            )
        if kind not in manifest.kinds:
            raise ValueError(f"{manifest.id} offers a {kind} that its manifest does not name")
        if manifest.id in known or manifest.id in accepted:
            raise ValueError(f"there are two plugins called {manifest.id}")
        accepted[manifest.id] = provider
    return accepted


def _by_id(providers: dict[str, Provider]) -> dict[str, Provider]:
    return {plugin: providers[plugin] for plugin in sorted(providers)}


def _found(providers: Mapping[str, Provider], plugin: str) -> Provider:
    try:
        return providers[plugin]
    except KeyError:
        raise PluginMissingError(plugin=plugin) from None
