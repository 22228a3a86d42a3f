"""Prices, price lists, taxes and currencies."""
