"""Locations, levels, the stock ledger, holds and availability."""
