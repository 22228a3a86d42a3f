"""Returns: goods of an order that come back, line by line, and what becomes of each unit.

This room keeps the record: what was asked, what came, what was found, what was given back. The verbs
that move goods and money as well stand in `commerce.checkout.returns`.
"""
