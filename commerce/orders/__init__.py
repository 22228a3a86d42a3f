"""The one order record of every channel."""
