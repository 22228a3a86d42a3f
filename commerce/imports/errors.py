"""What an import refuses as a whole; faults of single rows are problems, not errors."""

from commerce.kernel.errors import CommerceError, NotFoundError


class UnreadableFileError(CommerceError):
    """The file is no table that can be read."""

    code = "unreadable-file"
    template = "This file cannot be read. Save it as CSV (UTF-8) and try again."


class BrokenTableError(UnreadableFileError):
    """The CSV is malformed from some row on."""

    code = "broken-table"
    template = (
        "From row %(row)s on the file cannot be read. "
        "A quotation mark is probably missing; save the file again from your spreadsheet."
    )


class FileTooLargeError(CommerceError):
    """The file has more bytes than an import takes."""

    code = "file-too-large"
    status = 413
    template = "The file is too large: at most %(most)s MB. Split it and import the parts."


class TooManyRowsError(FileTooLargeError):
    """The file has more rows than an import takes."""

    code = "too-many-rows"
    template = "The file has too many rows: at most %(most)s. Split it and import the parts."


class TooManyColumnsError(FileTooLargeError):
    """A row has more columns than an import takes."""

    code = "too-many-columns"
    template = "The file has too many columns: at most %(most)s. Remove those that are not needed."


class CellTooLongError(FileTooLargeError):
    """A cell holds more text than an import takes."""

    code = "cell-too-long"
    template = "A cell holds too much text: at most %(most)s characters. Shorten it."


class UnknownDialectError(CommerceError):
    """The first row names no columns that we know."""

    code = "unknown-columns"
    template = (
        "The first row does not name the columns of a Shopify or WooCommerce product file. "
        "Missing: %(missing)s."
    )


class RepeatedColumnError(CommerceError):
    """Two columns have the same name, so it is unclear which one counts."""

    code = "repeated-column"
    template = "The column “%(column)s” is there twice. Remove one of them."


class PictureUnavailableError(CommerceError):
    """A picture could not be had or kept, for a reason that lies with us."""

    code = "picture-unavailable"
    status = 503
    template = "The picture could not be kept just now. Import the file again to try once more."


class ImportNotFoundError(NotFoundError):
    """There is no such import."""

    code = "import-not-found"
    template = "This import is not in the list."


class ImportNotUndoableError(CommerceError):
    """The import was taken back before."""

    code = "import-not-undoable"
    status = 409
    template = "This import has been taken back already."


class UploadGoneError(ImportNotFoundError):
    """The file that was sent is not kept any more."""

    code = "upload-gone"
    template = "This file is no longer kept. Send it again."


class ImportTakenOverError(CommerceError):
    """Somebody else went on with the import, or stopped it; nothing of this step stays."""

    code = "import-taken-over"
    status = 409
    template = "This import was stopped, or goes on elsewhere."


class ImportBrokenError(CommerceError):
    """The import met something that nobody thought of."""

    code = "import-broken"
    status = 500
    template = (
        "The import broke off for a reason that lies with us. Go on with it, or take back what "
        "came in; whoever runs the installation finds the reason in the log."
    )


class LookBrokenError(CommerceError):
    """Looking through a file met something that nobody thought of."""

    code = "look-broken"
    status = 500
    template = (
        "The file could not be checked for a reason that lies with us. Send it again; if it fails "
        "once more, tell whoever runs the installation."
    )
