"""The business: it knows no screen and no plugin."""
