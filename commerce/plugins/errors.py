"""What goes wrong around plugins, as opposed to what their providers refuse."""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.kernel.errors import CommerceError, FieldProblem


class NothingSentError(Exception):
    """A plugin raises it when it gives up and knows that nothing left this machine."""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One setting at fault, by its dotted path."""

    setting: str
    reason: str
    kind: str = ""
    """Pydantic's name of the fault, such as `string_too_short`; pages say it in their language."""


class PluginSettingsRefusedError(CommerceError):
    """The settings of a plugin do not fit its schema."""

    code = "plugin-settings-refused"
    status = 422
    template = "The settings of “%(plugin)s” cannot be used yet. Correct the marked fields."

    def __init__(self, faults: Sequence[SettingProblem], *, plugin: str) -> None:
        super().__init__(plugin=plugin)
        self.faults = tuple(faults)

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """Each setting at fault, by JSON pointer."""
        return tuple(
            FieldProblem(
                pointer="/" + fault.setting.replace(".", "/"),
                code="setting-refused",
                template="%(reason)s",
                reason=fault.reason,
            )
            for fault in self.faults
        )


class PluginMissingError(CommerceError):
    """No plugin of that name is installed, or it could not be loaded."""

    code = "plugin-missing"
    status = 409
    template = "“%(plugin)s” is not installed here. Choose another provider or install its plugin."


class CallConflictError(CommerceError):
    """One idempotency key was used for two different wishes."""

    code = "provider-call-conflict"
    status = 409
    template = (
        "This request was already made to “%(plugin)s” with other contents. "
        "Look at its outcome before you try something else."
    )
