"""What needs somebody at the desk, from refunds that failed to products without a weight."""
