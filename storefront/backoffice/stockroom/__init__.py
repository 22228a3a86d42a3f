"""Stock work: purchases, transfers, counts, what is set aside, shelves, lots, filling up."""
