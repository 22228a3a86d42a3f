"""What one can do to the catalogue."""
