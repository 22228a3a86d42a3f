"""Payments, captures and refunds, whatever provider carries them."""
