"""What can go wrong before the first page is served."""


class BrowserFilesError(Exception):
    """The browser's files cannot be fetched or found; the message says what to do next."""
