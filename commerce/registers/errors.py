"""What a till is refused."""

from commerce.kernel.errors import CommerceError
from commerce.kernel.money import Money


class CommandConflictError(CommerceError):
    """A command id came again with another content: the till's outbox is damaged."""

    code = "command-conflict"
    status = 409
    template = (
        "This sale was already sent with other content. "
        "Call the manager: nothing was booked a second time."
    )


class RegisterClosedError(CommerceError):
    """The register has no open shift."""

    code = "register-closed"
    status = 409
    template = "This register is closed. Open it with a float first."


class RegisterOpenError(CommerceError):
    """The register has an open shift already."""

    code = "register-open"
    status = 409
    template = "This register is already open. Go on selling, or close it first."


class PriceChangedError(CommerceError):
    """The till's total is not the server's. Nothing was sold."""

    code = "price-changed"
    status = 409
    template = "A price has changed: the total is now %(now)s. Tell the customer and take it again."

    def __init__(self, *, shown: Money, now: Money) -> None:
        super().__init__(shown=shown, now=now)
        self.now = now


class OtherCurrencyError(CommerceError):
    """A sale in another currency than the drawer's."""

    code = "other-currency"
    status = 422
    template = "This register takes %(currency)s. Load the till’s page again."


class UnsellableError(CommerceError):
    """Something in the basket is withdrawn or has no price at this till."""

    code = "not-sold-at-till"
    status = 422
    template = "“%(name)s” cannot be sold here: it has no price or was withdrawn."


class DiscountError(CommerceError):
    """A discount without a reason, or more than the line is worth."""

    code = "discount"
    status = 422
    template = "A discount needs a reason and cannot be more than the price."


class SaleNotOpenError(CommerceError):
    """A sale that is completed or abandoned already."""

    code = "sale-not-open"
    status = 409
    template = "This sale is already finished."


class SaleReturnedError(CommerceError):
    """Part of the sale was given back before, at the desk or at another till."""

    code = "sale-returned"
    status = 409
    template = (
        "Something of this sale was given back already, so it cannot be voided as a whole. "
        "Give the rest back on the order’s page."
    )


class SaleNotVoidableError(CommerceError):
    """Only a completed sale of the open shift can be voided."""

    code = "sale-not-voidable"
    status = 409
    template = "Only a sale of the current shift can be voided. Take a return instead."


class OverpaidError(CommerceError):
    """The tenders add up to more than the sale."""

    code = "overpaid"
    status = 422
    template = "The tenders are more than the total. Take %(too_much)s off."


class OpenSalesError(CommerceError):
    """The shift cannot be closed while a sale is half paid."""

    code = "open-sales"
    status = 409
    template = "%(count)s sales are not finished. Complete or abandon them before closing."


class CashNotTakenError(CommerceError):
    """The merchant's tills take no cash."""

    code = "cash-not-taken"
    status = 409
    template = "This shop takes no cash. Take another tender."


class ParkingFullError(CommerceError):
    """A store has so many baskets set aside that nobody finds one among them."""

    code = "parking-full"
    status = 409
    template = "%(most)s baskets are parked at this store. Take some up before parking another."


class DrawerCurrencyError(CommerceError):
    """A refund in another currency than the drawer holds."""

    code = "drawer-currency"
    status = 422
    template = "The drawer of this register holds %(currency)s. Choose another register."


class DrawerShortError(CommerceError):
    """More cash was to be taken out than the drawer can hold by its book."""

    code = "drawer-short"
    status = 409
    template = "The drawer does not hold that much. Take out less, or count and close it first."


class CashRoundingError(CommerceError):
    """Cash was rounded to other coins than the merchant's rule says now."""

    code = "cash-rounding"
    status = 409
    template = "In cash it is %(now)s: the smallest coin has changed. Take the cash again."
