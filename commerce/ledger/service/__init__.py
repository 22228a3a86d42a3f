"""What the worker writes into the books: what providers report."""

from commerce.ledger.service.compare import compare_balances
from commerce.ledger.service.take_in import take_in

__all__ = ["compare_balances", "take_in"]
