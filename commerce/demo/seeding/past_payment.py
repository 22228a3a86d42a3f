"""What the sandbox would have said of a past payment, under a name that the sandbox understands."""

from commerce.payments.rows import Finding, PaymentRow, PaymentState


def paid_in_full(payment: PaymentRow) -> Finding:
    """Return that the payment went through.

    The sandbox was not there when the past was made up. The name of the payment tells it what it
    needs in order to give the money back: `demo_<currency>_<minor units>_<reference>`, read by
    `integrations/sandbox/card_processor/past.py`.
    """
    return Finding(
        state=PaymentState.CAPTURED,
        handle=f"demo_{payment.currency}_{payment.amount_minor}_{payment.id.hex}",
        authorised_minor=payment.amount_minor,
        captured_minor=payment.amount_minor,
    )
