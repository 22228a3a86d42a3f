"""Send letters after the transaction that needed them, and try again while the server is away."""

from uuid import UUID

from sqlalchemy.orm import Session

from commerce.kernel.durable import Durable, Work, process
from commerce.kernel.mail import MailUnreachableError
from commerce.mail.rows import QueuedMail
from commerce.mail.sending import Postman
from commerce.mail.service import begin_again

# About two days altogether: longer than a mail server is away on a bad weekend.
_PAUSES_SECONDS = (5, 30, 300, 1800, *(3600 for _ in range(47)))


@process("mail.send")
def send_mail(work: Work, *, merchant_id: str, mail_id: str) -> None:
    """Send one letter, as often as it takes and no longer than two days."""
    postman = work.part(Postman)

    def try_once() -> bool:
        try:
            postman.send(merchant_id=UUID(merchant_id), mail_id=UUID(mail_id))
        except MailUnreachableError:
            return False
        return True

    for attempt, pause in enumerate(_PAUSES_SECONDS, start=1):
        if work.step(f"send {attempt}", try_once):
            return
        work.sleep(pause)


def post_again(session: Session, *, durable: Durable, merchant_id: UUID, mail_id: UUID) -> None:
    """Send a letter about an order once more; two who ask at once send it once.

    Raises:
        UnknownMailError: there is no such letter about an order, or it has left.
    """
    tries = begin_again(session, merchant_id=merchant_id, mail_id=mail_id)
    durable.enqueue(
        session,
        send_mail,
        key=f"{mail_id}:again:{tries}",
        merchant_id=str(merchant_id),
        mail_id=str(mail_id),
    )


def post(session: Session, *, durable: Durable, merchant_id: UUID, mail: QueuedMail) -> None:
    """Start the sending of a queued letter with the caller's commit; once, however often asked."""
    durable.enqueue(
        session,
        send_mail,
        key=str(mail.id),
        merchant_id=str(merchant_id),
        mail_id=str(mail.id),
    )
