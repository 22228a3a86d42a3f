"""Admit merchants to the park with all that they need in order to sell, and see how far they are."""
