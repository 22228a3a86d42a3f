"""Promotions: what is taken off a price, for whom, when and why."""
