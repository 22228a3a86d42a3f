"""The error catalogue's one root: a stable code, a status and a sentence that says what to do.

`template` is an English sentence and at the same time the key of its translation. `commerce.web`
renders every error in one place, as a page, an htmx fragment or problem+json (RFC 9457).
"""

from typing import Any, ClassVar, Self


class CommerceError(Exception):
    """Something the business refuses, told to the person who can act on it."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    template: ClassVar[str] = "That is not possible."

    def __init__(self, **params: Any) -> None:
        self.params = params
        self._pointer: str | None = None
        super().__init__(self.template % params if params else self.template)

    def at(self, pointer: str) -> Self:
        """Say at which field the fault lies; only who read the request knows what it is called there."""
        self._pointer = pointer
        return self

    @property
    def problems(self) -> tuple["FieldProblem", ...]:
        """The single fields at fault, if the error can name them."""
        if self._pointer is None:
            return ()
        told = {"code": self.code, "template": self.template, **self.params}
        return (FieldProblem(pointer=self._pointer, **told),)


class FieldProblem:
    """One field at fault: a JSON pointer (RFC 6901) and a sentence with its parameters."""

    __slots__ = ("code", "params", "pointer", "template")

    def __init__(self, *, pointer: str, code: str, template: str, **params: Any) -> None:
        self.pointer = pointer
        self.code = code
        self.template = template
        self.params = params

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template


class SettingsContradictError(CommerceError):
    """Settings that cannot be kept together; one field says which and why."""

    def __init__(self, problem: FieldProblem) -> None:
        super().__init__()
        self._problem = problem

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """The setting at fault."""
        return (self._problem,)

    def __str__(self) -> str:
        return str(self._problem)


class NotFoundError(CommerceError):
    """There is no such thing here, or it is none of the asker's business."""

    code = "not-found"
    status = 404
    template = "There is nothing at this address."


class PermissionDeniedError(CommerceError):
    """The person is known but may not do this."""

    code = "permission-denied"
    status = 403
    template = "Your role does not allow this. Ask whoever manages the staff for access."
