"""Customers: the list, one person, and what a person may ask of those who keep data."""
