"""The web shop's pages."""
