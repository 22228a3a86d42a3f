"""Payments through Stripe by its official library."""
