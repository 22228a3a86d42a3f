"""The six answers of a provider; every call returns exactly one and raises nothing.

`match` on them is exhaustive:

    match result:
        case Ok(value): ...
        case Pending(): ...
        case ActionRequired(): ...
        case Refused(): ...
        case Retryable(): ...
        case Unknown(): ...
        case _: assert_never(result)
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeAlias, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Ok(Generic[Value]):
    """It is done; `value` says how things stand now."""

    value: Value


@dataclass(frozen=True, slots=True)
class Pending:
    """The provider works on it. Ask by `handle`, not before `poll_after` has passed."""

    handle: str
    poll_after: timedelta = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the person's browser to `url`, a page of the provider."""

    url: str


@dataclass(frozen=True, slots=True)
class ClientConfirmation:
    """Let the provider's own script in the page confirm with `client_secret`.

    The secret opens this one payment. It is handed to its payer and never stored or logged.
    """

    publishable_key: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ActionRequired:
    """A person must act before it can go on; afterwards ask by `handle`.

    Attributes:
        handle: the provider's name for the payment.
        action: what the person does.
        expires_at: when the provider stops waiting, in UTC, if it says so.
    """

    handle: str
    action: Redirect | ClientConfirmation
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done and asking again changes nothing.

    Attributes:
        code: stable and kebab-case, for programs.
        message: what the person is told, in the language of the call; never a provider's trace.
        field: the setting or field of the request at fault, when one is.
    """

    code: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Retryable:
    """Nothing was done, for certain. The same call may be made again once `after` has passed."""

    code: str
    after: timedelta = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was sent and no usable answer came: it may be done or not.

    Never retried blindly: `status(handle)` tells. When the provider never named the payment, the
    handle is the one that `reference_handle` makes of our own reference.
    """

    handle: str
    code: str = "no-answer"


Result: TypeAlias = Ok[Value] | Pending | ActionRequired | Refused | Retryable | Unknown
"""What a provider may answer; `Result[PaymentSnapshot]` carries a snapshot when it is `Ok`."""
