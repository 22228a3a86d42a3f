"""Outgoing mail: what was promised to be sent, and whether it was."""
