"""Takes cards at the till through the simulator's readers. No money moves.

Each merchant's account has two readers. They tap a card by themselves after about a second, or wait
for one to be presented, decline, or are switched off; the simulator's interface sets which.
"""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

from commerce.plugins.calls import CallContext
from commerce.plugins.hooks import hookimpl
from commerce.plugins.manifest import Manifest, PluginKind
from commerce.plugins.payments import PaymentSnapshot, Stage, reference_handle
from commerce.plugins.results import Ok, Pending, Result, Retryable
from commerce.plugins.terminals import Reader, StartReading, TerminalProvider
from commerce.plugins.wording import Wording
from integrations.payments.sandbox_card.money import SandboxMoney
from integrations.payments.sandbox_card.settings import SandboxSettings
from integrations.payments.sandbox_card.wording import REFUSALS
from integrations.simulated.wire import Said

MANIFEST = Manifest(
    id="sandbox-reader",
    version="1.0.0",
    kinds=frozenset({PluginKind.TERMINAL}),
    name=Wording("Test card reader", "测试刷卡器"),
    settings=SandboxSettings,
    cannot_do=(
        Wording("It moves no money.", "不会真实扣款。"),
        Wording("It takes no card without the network.", "断网时无法刷卡。"),
    ),
    sandbox=True,
    refusals=REFUSALS,
)
_POLL = timedelta(milliseconds=400)


class SandboxReader(SandboxMoney):
    """The sandbox's card readers."""

    manifest = MANIFEST

    def readers(self, call: CallContext) -> Result[tuple[Reader, ...]]:
        """Return the merchant's readers by label."""
        heard = self._wire.look(call, "/readers")
        if not isinstance(heard, Said):
            return heard
        try:
            found = [
                Reader(id=str(each["id"]), label=str(each["label"]), online=bool(each["online"]))
                for each in heard.body["readers"]
            ]
        except (KeyError, TypeError):
            return Retryable("unusable-answer")
        return Ok(tuple(sorted(found, key=lambda reader: reader.label)))

    def start(self, call: CallContext, request: StartReading) -> Result[PaymentSnapshot]:
        """Let a reader ask for a card."""
        handle = reference_handle(request.reference)
        heard = self._wire.send(
            call,
            f"/readers/{quote(request.reader, safe='')}/payments",
            {
                "reference": str(request.reference),
                "amount": request.amount.amount_minor,
                "currency": request.amount.currency,
                "order_number": request.order_number,
            },
            key=f"start:{call.idempotency_key}",
            handle=handle,
        )
        return _waiting(self._payment(call, heard, handle=handle))

    def status(self, call: CallContext, handle: str) -> Result[PaymentSnapshot]:
        """Ask whether a card was presented yet."""
        return _waiting(super().status(call, handle))


def _waiting(result: Result[PaymentSnapshot]) -> Result[PaymentSnapshot]:
    match result:
        case Ok(value) if value.stage is Stage.ACTION_REQUIRED:
            return Pending(value.handle, _POLL)
        case _:
            return result


@hookimpl
def terminal_provider(environment: Mapping[str, str]) -> TerminalProvider:
    """Offer the sandbox's card readers."""
    return SandboxReader(environment)
