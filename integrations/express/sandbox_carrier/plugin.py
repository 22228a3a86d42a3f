"""Sends parcels with the carrier simulator: offers, labels as PDF and ZPL, scans. No parcel moves.

For a demo and for tests. Scans come by the clock, or by the button in the simulator's yard.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from urllib.parse import quote

from commerce.plugins.calls import CallContext
from commerce.plugins.carriers import (
    BookLabel,
    CancelLabel,
    CarrierProvider,
    LabelDocument,
    LabelFormat,
    LabelSnapshot,
    ServiceOffer,
)
from commerce.plugins.hooks import hookimpl
from commerce.plugins.manifest import Manifest, PluginKind
from commerce.plugins.parcels import Parcel
from commerce.plugins.payments import WebhookMessage, reference_handle, reference_of
from commerce.plugins.results import Ok, Result, Retryable, Unknown, Value
from commerce.plugins.tracking import TrackingNews, TrackingScan
from commerce.plugins.wording import Wording
from integrations.express.sandbox_carrier.reading import (
    read_document,
    read_label,
    read_news,
    read_offers,
    read_scans,
)
from integrations.express.sandbox_carrier.settings import ADDRESS_VARIABLE, SandboxCarrierSettings
from integrations.express.sandbox_carrier.wording import REFUSALS, refused
from integrations.simulated.proof import is_genuine
from integrations.simulated.wire import Heard, Wire, read_said

MANIFEST = Manifest(
    id="sandbox-carrier",
    version="1.0.0",
    kinds=frozenset({PluginKind.CARRIER}),
    name=Wording("Test carrier", "测试快递"),
    settings=SandboxCarrierSettings,
    cannot_do=(
        Wording("It moves no parcel.", "不会真实寄送包裹。"),
        Wording("It collects nothing from your door.", "不提供上门取件。"),
    ),
    sandbox=True,
    webhooks=True,
    refusals=REFUSALS,
)
_NAME = re.compile(r"\w{1,80}", re.ASCII)


class SandboxCarrier:
    """The simulator's labels and parcels."""

    manifest = MANIFEST

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._wire = Wire(environment, variable=ADDRESS_VARIABLE, refused=refused)

    def offers(self, call: CallContext, parcel: Parcel) -> Result[tuple[ServiceOffer, ...]]:
        """Ask in which ways a parcel can go."""
        heard = self._wire.ask(call, "/offers", {"parcel": asdict(parcel)})
        return _asked(read_said(heard, lambda said: read_offers(said.body), handle=""))

    def book(self, call: CallContext, request: BookLabel) -> Result[LabelSnapshot]:
        """Buy a label."""
        handle = reference_handle(request.reference)
        wish = asdict(request) | {"reference": str(request.reference)}
        key = f"book:{call.idempotency_key}"
        return _label(self._wire.send(call, "/labels", wish, key=key, handle=handle), handle)

    def label(self, call: CallContext, handle: str) -> Result[LabelSnapshot]:
        """Ask how a label stands, by the simulator's name or by our reference."""
        reference = reference_of(handle)
        if reference is None:
            heard = self._look(call, "/labels/{}", handle)
        else:
            heard = self._wire.look(call, "/labels", reference=str(reference))
        return _asked(_label(heard, handle))

    def cancel(self, call: CallContext, request: CancelLabel) -> Result[LabelSnapshot]:
        """Give a label back."""
        heard = self._wire.send(
            call,
            f"/labels/{quote(request.handle, safe='')}/cancel",
            {},
            key=f"cancel:{call.idempotency_key}",
            handle=request.handle,
        )
        return _label(heard, request.handle)

    def document(self, call: CallContext, handle: str, form: LabelFormat) -> Result[LabelDocument]:
        """Return a label as it is printed."""
        heard = self._look(call, "/labels/{}/document", handle, format=form.value)
        return _asked(read_said(heard, lambda said: read_document(said.body, form), handle=""))

    def track(self, call: CallContext, number: str) -> Result[tuple[TrackingScan, ...]]:
        """Return every scan of a parcel."""
        heard = self._look(call, "/parcels/{}/scans", number)
        return _asked(read_said(heard, lambda said: read_scans(said.body), handle=""))

    def _look(self, call: CallContext, path: str, name: str, **query: str) -> Heard:
        """Ask for what has this name; the carrier gave no such name as would change the path."""
        if not _NAME.fullmatch(name):
            return refused("not-found", call.locale)
        return self._wire.look(call, path.format(name), **query)

    def read_webhook(
        self, call: CallContext, message: WebhookMessage
    ) -> Result[tuple[TrackingNews, ...]]:
        """Check the signature (HMAC-SHA256, 300 s) and read the one piece of news of a message."""
        if not is_genuine(call, message):
            return refused("webhook-refused", call.locale)
        try:
            return Ok((read_news(json.loads(message.body)),))
        except (ValueError, RecursionError):
            return refused("webhook-refused", call.locale)


def _label(heard: Heard, handle: str) -> Result[LabelSnapshot]:
    return read_said(heard, lambda said: read_label(said.body), handle=handle)


def _asked(result: Result[Value]) -> Result[Value]:
    """Asking again is harmless, whatever went wrong."""
    return Retryable("unusable-answer") if isinstance(result, Unknown) else result


@hookimpl
def carrier_provider(environment: Mapping[str, str]) -> CarrierProvider:
    """Offer the simulator's labels."""
    return SandboxCarrier(environment)
