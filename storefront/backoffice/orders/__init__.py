"""Orders: the list with its filters, one order with everything about it, what can be done to it."""
