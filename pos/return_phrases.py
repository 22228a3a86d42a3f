"""The words that the till says about goods that come back, by their English form."""

RETURN_PHRASES: tuple[str, ...] = (
    "%(amount)s goes back the way it was paid.",
    "Announced as %(number)s",
    "Another order",
    "Back on the shelf",
    "Broken",
    "Find the order",
    "Goes back",
    "No order is known by this.",
    "Nothing of it can come back: it is back already, or was never handed over.",
    "Or scan the code on the receipt.",
    "Put aside",
    "Receipt, order number or e-mail address",
    "Return %(number)s is done.",
    "Return",
    "Returns come with the network.",
    "Returns × %(count)s",
    "Take back and pay back",
    "Take goods back",
    "This receipt is not of this shift. Its goods can be taken back all the same.",
    "up to %(count)s",
)
