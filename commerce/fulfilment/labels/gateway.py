"""Carriers over the installed plugins, each called with its merchant's settings.

Every verb is called outside of any transaction. It raises `CarrierUnavailableError` where the
merchant has no such carrier, or its plugin is not installed or configured any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from commerce.fulfilment.errors import CarrierUnavailableError
from commerce.fulfilment.labels.accounts import carrier_secrets
from commerce.fulfilment.labels.queries import carrier_accounts
from commerce.fulfilment.labels.rows import LabelRow
from commerce.kernel.channel import Channel
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.kernel.vault import Vault
from commerce.plugins.carriage import CarrierCalls
from commerce.plugins.carriers import (
    BookLabel,
    CancelLabel,
    LabelDocument,
    LabelFormat,
    LabelSnapshot,
    ServiceOffer,
)
from commerce.plugins.errors import PluginMissingError, PluginSettingsRefusedError
from commerce.plugins.host import Caller
from commerce.plugins.parcels import Parcel
from commerce.plugins.payments import WebhookMessage, reference_handle
from commerce.plugins.results import Result
from commerce.plugins.tracking import TrackingNews, TrackingScan

_AT_A_COUNTER = 5.0
"""Seconds that a clerk waits for offers or a paper; a booking may take longer, nobody waits for it."""


@dataclass(frozen=True, slots=True)
class CarrierGateway:
    """Reaches the plugin of a carrier, with its merchant's settings."""

    calls: CarrierCalls
    database: Database
    vault: Vault

    def offers(
        self, *, merchant_id: UUID, plugin: str, parcel: Parcel, locale: str
    ) -> Result[tuple[ServiceOffer, ...]]:
        """Ask in which ways a parcel can go."""
        caller = self._caller(merchant_id, plugin, locale=locale, patience=_AT_A_COUNTER)
        return self.calls.offers(caller, plugin=plugin, parcel=parcel)

    def try_out(self, *, merchant_id: UUID, plugin: str, locale: str) -> Result[LabelSnapshot]:
        """Ask about a label that does not exist: whoever knows the keys says that it does not."""
        caller = self._caller(merchant_id, plugin, locale=locale, patience=_AT_A_COUNTER)
        return self.calls.label(caller, plugin=plugin, handle=reference_handle(new_id()))

    def book(self, *, merchant_id: UUID, plugin: str, request: BookLabel) -> Result[LabelSnapshot]:
        """Buy a label; its id is the idempotency key, so twice books once."""
        caller = self._caller(merchant_id, plugin)
        return self.calls.book(caller, plugin=plugin, request=request, key=str(request.reference))

    def look_up(self, *, merchant_id: UUID, label: LabelRow) -> Result[LabelSnapshot]:
        """Ask what became of a label."""
        caller = self._caller(merchant_id, label.plugin)
        handle = label.handle or reference_handle(label.id)
        return self.calls.label(caller, plugin=label.plugin, handle=handle)

    def cancel(self, *, merchant_id: UUID, label: LabelRow, handle: str) -> Result[LabelSnapshot]:
        """Give a label back."""
        return self.calls.cancel(
            self._caller(merchant_id, label.plugin),
            plugin=label.plugin,
            request=CancelLabel(handle=handle),
            key=str(label.id),
        )

    def document(
        self, *, merchant_id: UUID, label: LabelRow, form: LabelFormat
    ) -> Result[LabelDocument]:
        """Ask for a label as it is printed."""
        caller = self._caller(merchant_id, label.plugin, patience=_AT_A_COUNTER)
        return self.calls.document(
            caller, plugin=label.plugin, handle=label.handle or "", form=form
        )

    def track(self, *, merchant_id: UUID, label: LabelRow) -> Result[tuple[TrackingScan, ...]]:
        """Ask for the scans of a label's parcel."""
        caller = self._caller(merchant_id, label.plugin)
        return self.calls.track(caller, plugin=label.plugin, number=label.tracking_number)

    def read_webhook(
        self, *, merchant_id: UUID, plugin: str, headers: Mapping[str, str], body: bytes
    ) -> Result[tuple[TrackingNews, ...]]:
        """Return what a carrier's message speaks of."""
        message = WebhookMessage(headers=headers, body=body)
        return self.calls.read_webhook(
            self._caller(merchant_id, plugin), plugin=plugin, message=message
        )

    def _caller(
        self, merchant_id: UUID, plugin: str, *, locale: str = "en", patience: float = 12.0
    ) -> Caller:
        with self.database.reading(Scope.merchant(merchant_id)) as connection:
            # Also one that is switched off by now: its labels are still to be followed.
            known = {each.plugin: each for each in carrier_accounts(connection, with_disabled=True)}
        carrier = known.get(plugin)
        if carrier is None:
            raise CarrierUnavailableError
        secrets = carrier_secrets(self.vault, merchant_id=merchant_id, carrier=carrier)
        try:
            manifest = self.calls.registry.carrier(plugin).manifest
            settings = manifest.read_settings({**carrier.settings, **secrets})
        except (PluginMissingError, PluginSettingsRefusedError):
            raise CarrierUnavailableError from None
        return Caller(
            merchant_id=merchant_id,
            channel=Channel.WEB,
            locale=locale,
            settings=settings,
            patience=patience,
        )
