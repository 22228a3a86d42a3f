"""Card payments at the till through the card simulator's readers; no money moves."""
