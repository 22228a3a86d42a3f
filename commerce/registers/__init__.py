"""Registers, shifts, till sales, the journal and receipts."""
