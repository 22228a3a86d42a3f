"""Card payments in the shop through the card simulator; no money moves."""
