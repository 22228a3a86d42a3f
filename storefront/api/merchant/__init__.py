"""What a merchant's own programs read and change: products, stock, orders."""
