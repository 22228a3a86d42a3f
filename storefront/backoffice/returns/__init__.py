"""Returns at the desk: what comes back, from the wish to the money."""
