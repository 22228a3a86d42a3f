"""Cart, quote and placement: where prices, stock and payments meet."""
