"""What the catalogue refuses."""

from commerce.kernel.errors import CommerceError, FieldProblem, NotFoundError


class ProductNotFoundError(NotFoundError):
    """There is no such product in this shop."""

    code = "product-not-found"
    template = "This product is not in the catalogue. It may have been removed."


class CategoryNotFoundError(NotFoundError):
    """There is no category with this path or id."""

    code = "category-not-found"
    template = "There is no category “%(category)s”. Make it first, or choose another."


class MediaNotFoundError(NotFoundError):
    """There is no such picture."""

    code = "media-not-found"
    template = "This picture is not there any more."


class InvalidProductError(CommerceError):
    """A product cannot be kept as it is; every fault is named with its field."""

    code = "invalid-product"
    template = "The product has faults. Correct the marked fields and save again."

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        self._problems = problems
        super().__init__()

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """One entry per fault."""
        return self._problems

    def __str__(self) -> str:
        return " ".join(str(problem) for problem in self._problems)


class HandleTakenError(CommerceError):
    """Another product has this handle."""

    code = "handle-taken"
    status = 409
    template = "Another product already has the address “%(handle)s”. Choose another one."


class SkuTakenError(CommerceError):
    """Another variant has this SKU."""

    code = "sku-taken"
    status = 409
    template = "Another variant already has the SKU “%(sku)s”. Each SKU names one variant."


class GtinTakenError(CommerceError):
    """Another variant has this GTIN."""

    code = "gtin-taken"
    status = 409
    template = "Another variant already has the barcode “%(gtin)s”. Each barcode names one variant."


class CategoryNotEmptyError(CommerceError):
    """A category with branches cannot be removed."""

    code = "category-not-empty"
    status = 409
    template = "“%(category)s” still has categories below it. Move or remove them first."


class CategoryTakenError(CommerceError):
    """Another category has this path, or the move would make a circle."""

    code = "category-taken"
    status = 409
    template = "There already is a category “%(category)s”, or it would stand inside itself."


class InvalidCodeError(CommerceError):
    """A tariff code is not digits, or has the wrong number of them."""

    code = "invalid-tariff-code"
    template = (
        "“%(given)s” is not a tariff code. Give 6 to 13 digits; dots and spaces are left out."
    )


class ImageRefusedError(CommerceError):
    """An uploaded file is not a picture that the shop can keep."""

    code = "image-refused"
    template = "This picture cannot be used."


class ImageTooLargeError(ImageRefusedError):
    """The file has too many bytes or too many pixels."""

    code = "image-too-large"
    status = 413
    template = (
        "This picture is too large. Give at most %(megabytes)s MB and %(megapixels)s megapixels."
    )


class ImageFormatError(ImageRefusedError):
    """The file is no JPEG, PNG, WebP, AVIF or GIF, whatever its name says."""

    code = "image-format"
    status = 415
    template = (
        "Only JPEG, PNG, WebP, AVIF and GIF pictures can be used; this file is something else."
    )


class ImageNameError(ImageRefusedError):
    """The file's name promises another format than its content has."""

    code = "image-name"
    status = 415
    template = (
        "The file is called .%(extension)s but holds a %(format)s picture. Rename or export it."
    )


class ImageDamagedError(ImageRefusedError):
    """The file begins like a picture and cannot be read to its end."""

    code = "image-damaged"
    template = (
        "This picture is damaged and cannot be read. Export it again and upload the new file."
    )


class MediaQuotaError(CommerceError):
    """The merchant's pictures take all the room that they may."""

    code = "media-quota"
    status = 409
    template = "There is no room for more pictures. Remove some, or ask the park for more."


class MediaCountError(MediaQuotaError):
    """The merchant has as many pictures as it may."""

    code = "media-count"
    template = (
        "Your shop has %(most)s pictures, as many as it may keep. "
        "Remove some, or ask the park for more."
    )


class MediaRoomError(MediaQuotaError):
    """The merchant's pictures take as many bytes as they may."""

    code = "media-room"
    template = (
        "With this picture your shop would keep more than %(most)s GB. "
        "Remove some pictures, or ask the park for more."
    )


class CatalogueChangedError(CommerceError):
    """Someone else changed the catalogue at the same moment."""

    code = "catalogue-changed"
    status = 409
    template = "Someone else has just used the same address, SKU or barcode. Look again and save."


class InvalidCursorError(CommerceError):
    """A page of a list was asked for by a mark that this list did not make."""

    code = "invalid-cursor"
    status = 400
    template = "This page of the list cannot be found. Start again from the first page."
