"""What the interface itself refuses, before the business is asked."""

from commerce.kernel.errors import CommerceError, FieldProblem, NotFoundError


class ApiKeyNeededError(CommerceError):
    """The call carries no key, or one that is unknown, revoked or past its end."""

    code = "api-key-needed"
    status = 401
    template = "Send a valid API key in the header “Authorization: Bearer …”."


class TooManyCallsError(CommerceError):
    """The key calls faster than it may; the headers RateLimit and Retry-After say when to go on."""

    code = "too-many-calls"
    status = 429
    template = "This key calls too often. Go on in %(seconds)s seconds."


class MalformedJsonError(CommerceError):
    """The body is not JSON (RFC 8259), or nested too deep."""

    code = "malformed-json"
    status = 400
    template = "The body cannot be read as JSON. Check its brackets, quotes and commas."


class JsonNeededError(CommerceError):
    """The body is something else than JSON, by its Content-Type."""

    code = "json-needed"
    status = 415
    template = "Send the body as JSON, with the header “Content-Type: application/json”."


class BodyTooLargeError(CommerceError):
    """The body is larger than any sensible call."""

    code = "body-too-large"
    status = 413
    template = "The body is too large. Send at most %(most)s KiB."


class PreconditionNeededError(CommerceError):
    """Something would be overwritten that the call does not say it has read."""

    code = "precondition-needed"
    status = 428
    template = "Read it first, and send its ETag as If-Match; “If-Match: *” overwrites regardless."


class PreconditionFailedError(CommerceError):
    """Something else stands there than the program has read."""

    code = "precondition-failed"
    status = 412
    template = "It has changed since you read it, or is not there. Read it again, then change it."


class AlreadyThereError(CommerceError):
    """Something stands where a program wanted to make something new (If-None-Match: *)."""

    code = "already-there"
    status = 412
    template = "It is there already. Read it, and send its ETag as If-Match to change it."


class FormNeededError(CommerceError):
    """The body is something else than a form with a file, by its Content-Type."""

    code = "form-needed"
    status = 415
    template = "Send the body as a form, with the header “Content-Type: multipart/form-data”."


class _NamesFieldsError(CommerceError):
    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__()
        self._problems = problems

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """Every field at fault."""
        return self._problems


class InvalidBodyError(_NamesFieldsError):
    """Fields of the body are missing, unknown or out of bounds; `errors` names each."""

    code = "invalid-body"
    status = 422
    template = "Some fields of the body are not right. Correct those that “errors” names."


class InvalidQueryError(_NamesFieldsError):
    """Parameters of the query are unknown, doubled or out of bounds; `errors` names each."""

    code = "invalid-query"
    status = 422
    template = "Some parameters of the query are not right. Correct those that “errors” names."


class _NamesLinesError(NotFoundError):
    def __init__(self, problems: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__()
        self._problems = problems

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """Every line at fault, where the call has lines."""
        return self._problems


class UnknownVariantError(_NamesLinesError):
    """The merchant has no such variant."""

    code = "variant-not-found"
    template = "There is no such variant in this catalogue."


class UnknownLocationError(_NamesLinesError):
    """The merchant has no such place."""

    code = "unknown-location"
    template = "There is no such location."


class ProviderSilentError(CommerceError):
    """The payment provider gave no answer in time; nothing was charged that the next call misses."""

    code = "payment-provider-silent"
    status = 503
    template = (
        "The payment provider does not answer at the moment. "
        "Send the same call with the same key again in a few seconds."
    )


class CurrencyNotSoldError(CommerceError):
    """Nothing is priced in this currency."""

    code = "currency-not-sold"
    template = "This shop has no prices in %(currency)s. It sells in: %(currencies)s."


class UnknownCountryError(CommerceError):
    """No mail can be addressed to this country, or it has no such region."""

    code = "unknown-destination"
    template = "“%(place)s” is not a place that mail can be sent to."


class OrderNotPayableError(CommerceError):
    """The order does not wait for a payment."""

    code = "order-not-payable"
    status = 409
    template = "Order %(number)s does not wait for a payment. Read it to see how it stands."
