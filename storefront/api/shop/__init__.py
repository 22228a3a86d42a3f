"""The shopper's journey by a program: browse, gather, order, pay, follow."""
