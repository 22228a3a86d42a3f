"""Promotions: what is taken off, of what, when and for whom; and the codes that open them."""
