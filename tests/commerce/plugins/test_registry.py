"""Finding plugins: in a sure order, and none that does not fit."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from commerce.plugins.errors import PluginMissingError
from commerce.plugins.hooks import hookimpl
from commerce.plugins.manifest import CONTRACT, Manifest, PluginKind, PluginSettings
from commerce.plugins.registry import GROUP, load_plugins
from commerce.plugins.wording import Wording


class NoSettings(PluginSettings):
    pass


class Provider:
    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest


def a_manifest(
    plugin: str, *, contract: int = CONTRACT, kind: PluginKind = PluginKind.PAYMENT
) -> Manifest:
    return Manifest(
        id=plugin,
        version="1.2.3",
        contract=contract,
        kinds=frozenset({kind}),
        name=Wording(plugin, plugin),
        settings=NoSettings,
    )


@pytest.fixture
def modules() -> Iterator[dict[str, ModuleType]]:
    made: dict[str, ModuleType] = {}
    yield made
    for name in made:
        del sys.modules[name]


def install(modules: dict[str, ModuleType], name: str, manifest: Manifest) -> EntryPoint:
    module = ModuleType(f"installed_{name}")

    @hookimpl
    def payment_provider(environment: dict[str, str]) -> Provider:
        return Provider(manifest)

    module.payment_provider = payment_provider  # type: ignore[attr-defined]
    modules[module.__name__] = sys.modules[module.__name__] = module
    return EntryPoint(name, module.__name__, GROUP)


def test_plugins_come_in_the_order_of_their_ids(modules: dict[str, ModuleType]) -> None:
    points = [
        install(modules, "a", a_manifest("zebra")),
        install(modules, "c", a_manifest("anchor")),
        install(modules, "b", a_manifest("mast")),
    ]

    registry = load_plugins({}, found=points)

    assert list(registry.payments) == ["anchor", "mast", "zebra"]
    assert [manifest.id for manifest in registry.manifests] == ["anchor", "mast", "zebra"]


def test_a_plugin_of_another_contract_is_left_out_and_named(
    modules: dict[str, ModuleType],
) -> None:
    points = [
        install(modules, "new", a_manifest("new", contract=CONTRACT + 1)),
        install(modules, "good", a_manifest("good")),
    ]

    registry = load_plugins({}, found=points)

    assert list(registry.payments) == ["good"]
    assert registry.faults[0].entry_point == "new"
    assert "of the contract" in registry.faults[0].reason


def test_a_plugin_that_cannot_be_imported_stops_no_other(modules: dict[str, ModuleType]) -> None:
    points = [
        EntryPoint("broken", "no_such_module_anywhere", GROUP),
        install(modules, "good", a_manifest("good")),
    ]

    registry = load_plugins({}, found=points)

    assert list(registry.payments) == ["good"]
    assert registry.faults[0].reason.startswith("ModuleNotFoundError")


def test_of_two_plugins_with_one_id_the_first_by_entry_point_stays(
    modules: dict[str, ModuleType],
) -> None:
    points = [
        install(modules, "second", a_manifest("same")),
        install(modules, "first", a_manifest("same")),
    ]

    registry = load_plugins({}, found=points)

    assert [fault.entry_point for fault in registry.faults] == ["second"]


def test_a_plugin_offers_only_what_its_manifest_names(modules: dict[str, ModuleType]) -> None:
    point = install(modules, "odd", a_manifest("odd", kind=PluginKind.TERMINAL))

    assert load_plugins({}, found=[point]).payments == {}


def test_a_hook_that_does_not_exist_is_a_fault(modules: dict[str, ModuleType]) -> None:
    point = install(modules, "typo", a_manifest("typo"))

    @hookimpl
    def paymnt_provider(environment: dict[str, str]) -> Provider:
        return Provider(a_manifest("typo"))

    modules["installed_typo"].paymnt_provider = paymnt_provider  # type: ignore[attr-defined]
    assert load_plugins({}, found=[point]).faults


def test_a_provider_that_is_not_installed_is_named() -> None:
    with pytest.raises(PluginMissingError, match="harbour-pay"):
        load_plugins({}, found=[]).payment("harbour-pay")


def test_our_own_plugins_load() -> None:
    points = [
        EntryPoint(name, f"integrations.payments.{name}.plugin", GROUP)
        for name in ("sandbox_card", "sandbox_reader", "stripe")
    ]

    registry = load_plugins({}, found=points)

    assert registry.faults == ()
    assert list(registry.payments) == ["sandbox-card", "stripe"]
    assert list(registry.terminals) == ["sandbox-reader"]
    assert registry.card_money("sandbox-reader") is registry.terminal("sandbox-reader")
