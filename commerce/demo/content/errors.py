"""What can be wrong with the demo content."""

from typing import ClassVar

from commerce.kernel.errors import CommerceError


class DemoContentError(CommerceError):
    """The demo content contradicts itself; every fault is named, one a line."""

    code: ClassVar[str] = "demo-content-faulty"
    status: ClassVar[int] = 500
    template: ClassVar[str] = "The demo content has faults. Mend these lines: %(listed)s"

    def __init__(self, *, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__(listed="\n".join(faults))
