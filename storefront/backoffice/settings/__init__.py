"""Settings: the shop's facts, payments, tax, delivery, prices, mail, keys."""
