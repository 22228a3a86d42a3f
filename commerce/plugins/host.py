"""Makes calls for the business: written down first, in time, bounded, and never raising.

A call stands between two transactions: claim (commit), call, result (commit). No transaction is
open while a plugin runs.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from commerce.kernel.channel import Channel
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.plugins.breaker import Breaker
from commerce.plugins.bulkhead import Bulkhead, NoRoomError, TooLateError
from commerce.plugins.calls import CallContext
from commerce.plugins.errors import NothingSentError
from commerce.plugins.manifest import PluginSettings
from commerce.plugins.record import Answered, CallKey, Claim, InFlight, claim, finish
from commerce.plugins.results import (
    ActionRequired,
    Ok,
    Pending,
    Refused,
    Result,
    Retryable,
    Unknown,
)
from commerce.plugins.storage import fingerprint, from_json, state_of, to_json

Value = TypeVar("Value")

_log = logging.getLogger(__name__)
_RESULTS = (Ok, Pending, ActionRequired, Refused, Retryable, Unknown)
# Answers of a provider in good health that says "not now".
_HEALTHY = frozenset({"in-flight", "reader-busy", "reader-offline", "rate-limited"})
_SLACK = timedelta(seconds=5)
# Who makes the wish of somebody else at the same moment (a double click) waits for that answer: most
# come within a second. Few may wait at once, so that a slow provider cannot hold every thread.
_TURN_SECONDS = 3.0
_LOOK_AGAIN_SECONDS = 0.05
_MOST_IN_TURN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """For whom a call is made, and how long that person waits (`patience`, in seconds)."""

    merchant_id: UUID
    channel: Channel
    locale: str
    settings: PluginSettings = field(repr=False)
    patience: float = 12.0
    account: str = ""
    """The merchant's account under the park's own."""

    def context(self, *, idempotency_key: str = "", attempt: int = 1) -> CallContext:
        """Return what travels with the call, whose time begins now."""
        return CallContext(
            tenant=self.merchant_id,
            channel=self.channel,
            locale=self.locale,
            deadline=monotonic() + self.patience,
            idempotency_key=idempotency_key,
            attempt=attempt,
            now=utc_now(),
            settings=self.settings,
            account=self.account,
        )


@dataclass(frozen=True, slots=True)
class NeverArrived:
    """The provider was asked about an earlier try and knows nothing of it: send it again."""


Settled: TypeAlias = Result[Value] | NeverArrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish(Generic[Value]):
    """A call that changes something at a provider.

    Attributes:
        request: what is asked; the same key for another request is a conflict.
        value: what an `Ok` carries.
        handle: by which to ask when no answer comes.
        send: makes the call.
        settle: asks what became of an earlier try whose answer is not known.
    """

    plugin: str
    operation: str
    idempotency_key: str
    request: object
    value: type[Value]
    handle: str
    send: Callable[[CallContext], Result[Value]]
    settle: Callable[[CallContext], Settled[Value]]


class PluginHost:
    """Stands between the business and every plugin; one for the life of a process."""

    def __init__(
        self,
        database: Database,
        *,
        breaker: Breaker | None = None,
        bulkhead: Bulkhead | None = None,
    ) -> None:
        self._database = database
        self._breaker = breaker or Breaker()
        self._bulkhead = bulkhead or Bulkhead()
        self._turn = BoundedSemaphore(_MOST_IN_TURN)

    def fulfil(self, caller: Caller, wish: Wish[Value]) -> Result[Value]:
        """Carry a wish out once, however often it is made.

        A wish that was answered is answered again from the record. After `Unknown`, and after a
        process died in the middle, the same wish first asks what became of it and is sent again,
        under the same key, only if it never arrived. After `Retryable` it is sent again. While
        somebody else makes it, their answer is waited for, for a moment.

        Raises:
            CallConflictError: the key was used for another request.
        """
        claimed = self._claimed_in_turn(caller, wish)
        match claimed:
            case Answered(known):
                return from_json(known, wish.value)
            case InFlight():
                return Retryable("in-flight", timedelta(seconds=1))
            case Claim():
                result = self._made(caller, wish, claimed)
                self._finish(claimed, result)
                return result

    def ask(
        self, caller: Caller, *, plugin: str, work: Callable[[CallContext], Result[Value]]
    ) -> Result[Value]:
        """Make a call that changes nothing; it is not recorded and never `Unknown`."""
        context = caller.context()
        result = self._guarded(context, plugin, handle="", work=lambda: work(context))
        return Retryable(result.code) if isinstance(result, Unknown) else result

    def read(
        self, caller: Caller, *, plugin: str, work: Callable[[CallContext], Result[Value]]
    ) -> Result[Value]:
        """Let a plugin read what came to us; no network, so neither breaker nor thread.

        Whoever can reach the address may send garbage: it must not open the circuit of a provider
        that works, nor fill its places.
        """
        try:
            return work(caller.context())
        except Exception as fault:  # noqa: BLE001 - no plugin's fault reaches the business
            _log.error("plugin %s raised %s", plugin, _place(fault))
            return Retryable("plugin-fault")

    def _made(self, caller: Caller, wish: Wish[Value], claimed: Claim) -> Result[Value]:
        context = caller.context(idempotency_key=wish.idempotency_key, attempt=claimed.attempt)
        if claimed.doubtful:
            settled = self._settled(context, wish)
            if not isinstance(settled, NeverArrived):
                return settled
        return self._guarded(context, wish.plugin, wish.handle, lambda: wish.send(context))

    def _settled(self, context: CallContext, wish: Wish[Value]) -> Settled[Value]:
        found: list[NeverArrived] = []

        def asked() -> Result[Value]:
            settled = wish.settle(context)
            if isinstance(settled, NeverArrived):
                found.append(settled)
                return Refused("never-arrived", "")
            return settled

        result = self._guarded(context, wish.plugin, wish.handle, asked)
        if found:
            return found[0]
        # Not being able to ask leaves it as unknown as it was.
        return Unknown(wish.handle) if isinstance(result, Retryable) else result

    def _guarded(
        self,
        context: CallContext,
        plugin: str,
        handle: str,
        work: Callable[[], Result[Value]],
    ) -> Result[Value]:
        """Run a plugin; whatever it does, the answer is one of the six."""
        circuit = (plugin, context.tenant)
        wait = self._breaker.seconds_to_wait(circuit)
        if wait:
            return Retryable("circuit-open", timedelta(seconds=wait))
        try:
            result = self._bulkhead.run(plugin, work, seconds=context.seconds_left)
        except NoRoomError:
            return Retryable("busy", timedelta(seconds=1))
        except NothingSentError:
            result = Retryable("nothing-sent")
        except TooLateError:
            result = Unknown(handle)
        except Exception as fault:  # noqa: BLE001 - no plugin's fault reaches the business
            _log.error("plugin %s raised %s", plugin, _place(fault))
            result = Unknown(handle, "plugin-fault")
        if not _is_result(result):
            _log.error("plugin %s answered %s", plugin, type(result).__name__)
            result = Unknown(handle, "plugin-nonsense")
        self._note(circuit, result)
        return result

    def _note(self, circuit: tuple[str, UUID], result: Result[Any]) -> None:
        match result:
            case Unknown():
                self._breaker.failed(circuit)
            case Retryable(code=code) if code not in _HEALTHY:
                self._breaker.failed(circuit)
            case _:
                self._breaker.succeeded(circuit)

    def _claimed_in_turn(self, caller: Caller, wish: Wish[Value]) -> Claim | Answered | InFlight:
        claimed = self._claim(caller, wish)
        if not isinstance(claimed, InFlight) or not self._turn.acquire(blocking=False):
            return claimed
        try:
            until = monotonic() + min(_TURN_SECONDS, caller.patience)
            while isinstance(claimed, InFlight) and monotonic() < until:
                sleep(_LOOK_AGAIN_SECONDS)
                claimed = self._claim(caller, wish)
        finally:
            self._turn.release()
        return claimed

    def _claim(self, caller: Caller, wish: Wish[Value]) -> Claim | Answered | InFlight:
        key = CallKey(
            merchant_id=caller.merchant_id,
            plugin=wish.plugin,
            operation=wish.operation,
            idempotency_key=wish.idempotency_key,
            request_hash=fingerprint(wish.request),
        )
        lapse = timedelta(seconds=caller.patience) + _SLACK
        with self._database.transaction(Scope.merchant(caller.merchant_id)) as session:
            return claim(session, key, lapse=lapse)

    def _finish(self, claimed: Claim, result: Result[Any]) -> None:
        with self._database.transaction(Scope.merchant(claimed.merchant_id)) as session:
            finish(session, claimed, state=state_of(result), result=to_json(result))


def _is_result(answer: object) -> bool:
    return isinstance(answer, _RESULTS)


def _place(fault: Exception) -> str:
    """Return where a fault arose; its text may hold what the plugin was given and stays out."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{where}"
