"""What is refused of a return."""

from commerce.kernel.errors import CommerceError


class NothingToReturnError(CommerceError):
    """A return without a unit."""

    code = "nothing-to-return"
    status = 422
    template = "Choose what you give back: at least one piece."


class ReturnBeyondDeliveredError(CommerceError):
    """More units than were delivered and have not come back yet."""

    code = "return-beyond-delivered"
    status = 409
    template = (
        "No more can come back than was delivered and is not on its way back. Check the quantities."
    )


class UnknownReasonError(CommerceError):
    """A reason that is not on the list, or not any more."""

    code = "unknown-return-reason"
    status = 422
    template = "Choose a reason from the list."


class ReturnTooLateError(CommerceError):
    """The days in which goods of this order are taken back are over, or not for this order."""

    code = "return-too-late"
    status = 409
    template = (
        "The time to give this order back is over. Write to the shop if something is wrong with it."
    )


class ReturnAskedTooOftenError(CommerceError):
    """A shopper has asked for returns of one order and taken them back again and again."""

    code = "return-asked-too-often"
    status = 409
    template = (
        "Returns of this order were asked for and taken back too often. "
        "Write to the shop if you want to give something back."
    )


class ReturnWayError(CommerceError):
    """A way that the merchant does not offer."""

    code = "return-way"
    status = 422
    template = "Choose how it comes back from the list."


class ReturnMovedOnError(CommerceError):
    """A return is not in the state that a step needs."""

    code = "return-moved-on"
    status = 409
    template = "This return has moved on meanwhile. Look at it again."


class ReturnCountError(CommerceError):
    """What was received or found does not add up to what was asked or received."""

    code = "return-count"
    status = 422
    template = (
        "The pieces do not add up. Every piece that came is either taken back or handed back."
    )


class RefundBeyondReturnError(CommerceError):
    """More money than the goods that came back were sold for."""

    code = "refund-beyond-return"
    status = 422
    template = "No more goes back than was paid for these goods. Give less, or the same."


class ReturnAnswerError(CommerceError):
    """The customer is refused something, and nobody says why."""

    code = "return-answer"
    status = 422
    template = "Say why: the customer reads it."
