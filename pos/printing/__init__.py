"""Receipts on paper: what to print as bytes, and the printers that take them."""
