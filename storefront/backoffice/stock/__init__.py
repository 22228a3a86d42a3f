"""Stock: every variant at every place, the ledger of one level, what the tills sold against the books."""
