"""The public JSON interface, version 1."""
