"""What checkout refuses."""

from commerce.kernel.errors import CommerceError, FieldProblem
from commerce.kernel.money import Money


class CartClosedError(CommerceError):
    """The cart has become an order already."""

    code = "cart-closed"
    status = 409
    template = "This cart has already been ordered. Start a new one."


class EmptyCartError(CommerceError):
    """There is nothing to order."""

    code = "empty-cart"
    status = 422
    template = "The cart is empty. Add something first."


class TotalChangedError(CommerceError):
    """The price that was agreed to is not the price any more. Nothing was charged."""

    code = "total-changed"
    status = 409
    template = "The total has changed from %(agreed)s to %(now)s. Look at it again and confirm."

    def __init__(self, *, agreed: Money, now: Money) -> None:
        super().__init__(agreed=agreed, now=now)
        self.agreed = agreed
        self.now = now


class NotForSaleError(CommerceError):
    """A variant that cannot be bought: withdrawn, or without a price in this currency."""

    code = "not-for-sale"
    status = 422
    template = "Something in the cart is no longer for sale. Remove it and go on."

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.names = names

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """One problem for each thing that is not for sale."""
        return tuple(
            FieldProblem(
                pointer="/lines",
                code="not-for-sale",
                template="“%(name)s” is no longer for sale.",
                name=name,
            )
            for name in self.names
        )


class MissingDetailsError(CommerceError):
    """Something is missing that an order needs."""

    code = "missing-details"
    status = 422
    template = "Some details are still missing."

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__()
        self._problems = problems

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """One problem for each field."""
        return self._problems


class NoDeliveryError(CommerceError):
    """Nothing brings these goods there."""

    code = "no-delivery"
    status = 422
    template = "We cannot deliver this cart there. Choose another country or a pickup."


class QuantityError(CommerceError):
    """A quantity outside 1 to 999."""

    code = "quantity"
    status = 422
    template = "Choose a quantity from 1 to 999."


class FullCartError(CommerceError):
    """A cart that holds as many different things as a cart can."""

    code = "full-cart"
    status = 422
    template = "This cart holds %(most)s different things, the most it can. Order these first."


class NotUnpaidError(CommerceError):
    """The order is paid or cancelled, so it can be neither changed nor called off by its shopper."""

    code = "not-unpaid"
    status = 409
    template = "This order has been paid or cancelled meanwhile. It can no longer be changed here."


class BegunAlreadyError(CommerceError):
    """Somebody has begun to get the order ready, so its shopper cannot call it off alone any more."""

    code = "begun-already"
    status = 409
    template = (
        "We have begun to get this order ready, so it can no longer be cancelled here. "
        "You can send the goods back, or write to us."
    )


class UnpaidByEmailError(CommerceError):
    """As many orders of this buyer, or with this e-mail address from here, await payment as may at once."""

    code = "unpaid-by-email"
    status = 409
    template = (
        "%(most)s of your orders are not paid yet. "
        "Pay or cancel one of them, or order this in %(hours)s hours."
    )


class UnpaidByPlaceError(CommerceError):
    """As many orders from this network await payment as may at once."""

    code = "unpaid-by-place"
    status = 409
    template = (
        "%(most)s orders from your internet connection are not paid yet. "
        "Pay or cancel one of them, or order this in %(hours)s hours."
    )


class UnpaidUnitsError(CommerceError):
    """More units would await payment from one network than may at once."""

    code = "unpaid-units"
    status = 409
    template = (
        "At most %(most)s units may wait for their money at once. "
        "Order fewer or pay what you ordered before, then order the rest."
    )


class NothingToRefundError(CommerceError):
    """A refund of nothing."""

    code = "nothing-to-refund"
    status = 422
    template = "Give an amount above zero."


class RestockBeyondSoldError(CommerceError):
    """More goods were to come back than had left."""

    code = "restock-beyond-sold"
    status = 409
    template = "More goods cannot come back than have left. Check the quantities."


class GiveUpBeyondOwedError(CommerceError):
    """More goods were given up than an order still waits for."""

    code = "give-up-beyond-owed"
    status = 409
    template = "More goods cannot be given up than still wait to leave. Check the quantities."


class GoodsHaveLeftError(CommerceError):
    """An order was to be cancelled of which a part is on its way."""

    code = "goods-have-left"
    status = 409
    template = "Some of the goods have left already. Take them back and refund them instead."


class StaysBeyondReadyError(CommerceError):
    """What is to stay on the pickup shelf is not a part of what lies there."""

    code = "stays-beyond-ready"
    status = 409
    template = "Less lies ready, or nothing would be handed over. Look at the pickup again."


class CollectedAlreadyError(CommerceError):
    """A pickup code was shown again after the goods were handed over."""

    code = "collected-already"
    status = 409
    template = "These goods have been handed over already. Look at the order’s timeline."


class StillOwedError(CommerceError):
    """An order was to be closed before everything was sent."""

    code = "still-owed"
    status = 409
    template = "Some of the goods have not left yet. Send them or refund them first."


class NoPlaceError(CommerceError):
    """Goods were to leave, and the merchant has no place that they could leave from."""

    code = "no-place"
    status = 409
    template = "There is no place yet from which goods can leave. Add one first."


class OpenOrdersError(CommerceError):
    """A person cannot be forgotten while somebody still owes them goods."""

    code = "open-orders"
    status = 409
    template = "Send or cancel these orders first: %(numbers)s."


class OrdersToCloseError(OpenOrdersError):
    """A person cannot be forgotten before somebody closed what was given up of their orders."""

    code = "orders-to-close"
    template = (
        "Nothing is left to send of these orders: open each and choose “Close the order” first: "
        "%(numbers)s."
    )


class CashNeedsDrawerError(CommerceError):
    """Cash would be given back, and no drawer is named that pays it."""

    code = "cash-needs-drawer"
    status = 409
    template = (
        "Part of it was paid in cash. Choose the open register that pays it out, or a store whose till "
        "pays it later: it will stand in that register’s Z report."
    )


class RefundEndedError(CommerceError):
    """Cash that a till was to pay back was paid, or is not to be paid any more."""

    code = "refund-ended"
    status = 409
    template = "This refund was paid or called off meanwhile. Nothing is to be handed over."


class UnknownCodeError(CommerceError):
    """No promotion of the shop has the code that was typed."""

    code = "unknown-promotion-code"
    template = "There is no code “%(typed)s”. Check its spelling."


class FullCodesError(CommerceError):
    """A cart holds as many codes as it may."""

    code = "too-many-codes"
    template = "A cart takes %(most)s codes at most. Remove one first."


class FullValueError(CommerceError):
    """So many gift cards lie beside one cart that no further one is taken."""

    code = "too-many-gift-cards"
    status = 409
    template = "An order takes at most %(most)s gift cards. Take one away first."


class ValueChangedError(CommerceError):
    """Gift cards and credit pay another amount than the shopper was shown."""

    code = "gift-card-amount-changed"
    status = 409
    template = "Gift cards and credit now pay %(now)s of it, not %(agreed)s. Nothing was charged."
