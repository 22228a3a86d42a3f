"""Sourcing at the desk: the rules by which places serve orders, tried before they count, and why each order went where it did."""
