"""What the order record refuses."""

from commerce.kernel.errors import CommerceError


class IllegalTransitionError(CommerceError):
    """An order is not in the state that a step needs."""

    code = "illegal-transition"
    status = 409
    template = (
        "Order %(number)s has moved on, so this can no longer be done to it. Look at it again."
    )


class EmptyOrderError(CommerceError):
    """An order without lines."""

    code = "empty-order"
    status = 422
    template = "There is nothing in this order. Add at least one product."
