"""Parcels through the carrier simulator; nothing moves."""
