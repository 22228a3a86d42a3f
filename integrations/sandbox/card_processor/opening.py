"""The payment that a request of the processor's interface describes."""

from typing import Any

from integrations.sandbox.card_processor.bank import Bank
from integrations.sandbox.card_processor.records import Payment
from integrations.sandbox.door import asked, asked_address, asked_count, asked_text, asking_key


def opened(bank: Bank, **facts: Any) -> Payment:
    """Begin the payment that the request describes."""
    wish = asked()
    return bank.open(
        api_key=asking_key(),
        reference=asked_text("reference"),
        amount=asked_count("amount"),
        currency=asked_text("currency"),
        order_number=asked_text("order_number"),
        description=str(wish.get("description", "")),
        manual_capture=wish.get("capture") == "manual",
        return_url=asked_address("return_url"),
        cancel_url=asked_address("cancel_url"),
        webhook_url=asked_address("webhook_url"),
        locale=str(wish.get("locale", "")),
        expires_at=int(wish.get("expires_at") or 0),
        **facts,
    )
