"""Money: what is where, what providers paid out and kept, what is disputed, and the books of a period."""
