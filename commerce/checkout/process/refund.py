"""Give money back through the provider that took it."""

from uuid import UUID

from commerce.checkout.process.confirm import announce_refund
from commerce.kernel.database import Scope
from commerce.kernel.durable import Durable, Work, process
from commerce.kernel.errors import NotFoundError
from commerce.orders.rows import Actor, EventKind
from commerce.orders.service import tell
from commerce.payments.gateway import Gateways, RefundAnswer
from commerce.payments.queries import payment_by_id, refund_by_id
from commerce.payments.rows import PaymentRow, RefundRow
from commerce.payments.service import settle_refund

_ASK_AGAIN_SECONDS = (5, 30, 120, 600, 3600, 3600, 3600, 3600, 3600, 3600, 3600, 3600)


@process("payment.refund")
def refund_payment(work: Work, *, merchant_id: str, refund_id: str) -> None:
    """Ask the provider until it has said yes or no; the same key each time, so it pays once."""
    merchant, refund = UUID(merchant_id), UUID(refund_id)
    said: dict[str, str | bool | None] = {}
    for attempt, pause in enumerate((*_ASK_AGAIN_SECONDS, 0), start=1):
        said = work.step(f"ask {attempt}", lambda: _ask(work, merchant, refund), attempts=3)
        if said["done"] is not None or pause == 0:
            break
        work.sleep(pause)
    work.step("record", lambda: _record(work, merchant, refund, said))


def _ask(work: Work, merchant_id: UUID, refund_id: UUID) -> dict[str, str | bool | None]:
    payment, refund = _rows(work, merchant_id, refund_id)
    gateway = work.part(Gateways).payments
    answer = gateway.refund(merchant_id=merchant_id, payment=payment, refund=refund)
    return {
        "done": answer.done,
        "handle": answer.handle,
        "detail": answer.detail,
        "refusal": answer.refusal,
    }


def _record(
    work: Work, merchant_id: UUID, refund_id: UUID, said: dict[str, str | bool | None]
) -> None:
    payment, refund = _rows(work, merchant_id, refund_id)
    answer = RefundAnswer(
        done=bool(said["done"]),
        handle=None if said["handle"] is None else str(said["handle"]),
        detail=str(said["detail"] or ""),
        # A process that was asked before this was told knows of no code.
        refusal=str(said.get("refusal") or ""),
    )
    with work.database.transaction(Scope.merchant(merchant_id)) as session:
        ended = settle_refund(
            session,
            merchant_id=merchant_id,
            refund_id=refund_id,
            done=bool(answer.done),
            handle=answer.handle,
            detail=answer.detail,
            refusal=answer.refusal,
        )
        if ended and answer.done:
            announce_refund(
                session,
                durable=work.part(Durable),
                merchant_id=merchant_id,
                refund_id=refund_id,
            )
        if ended:
            tell(
                session,
                merchant_id=merchant_id,
                order_id=payment.order_id,
                kind=EventKind.REFUNDED if answer.done else EventKind.REFUND_FAILED,
                actor=Actor.PROVIDER,
                amount_minor=refund.amount_minor,
                currency=refund.currency,
                detail=answer.detail,
                refusal=answer.refusal,
                plugin=payment.plugin,
            )


def _rows(work: Work, merchant_id: UUID, refund_id: UUID) -> tuple[PaymentRow, RefundRow]:
    with work.database.reading(Scope.merchant(merchant_id)) as connection:
        refund = refund_by_id(connection, refund_id=refund_id)
        payment = (
            None if refund is None else payment_by_id(connection, payment_id=refund.payment_id)
        )
    if refund is None or payment is None:
        raise NotFoundError
    return payment, refund
