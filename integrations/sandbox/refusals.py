"""How a simulator says no."""


class RefusedRequestError(Exception):
    """The simulator does not do that; `code` says why, `status` is the answer's."""

    def __init__(self, code: str, status: int = 409) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
