"""Merchants, staff, roles and sign-in."""
