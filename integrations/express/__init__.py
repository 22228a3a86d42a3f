"""Carriers that bring parcels to the door."""
