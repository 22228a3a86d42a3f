from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.kernel.bearer import ORDER_PLACE, Opens, token_of
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.durable import Work
from commerce.kernel.ids import new_id
from commerce.kernel.mail import MailAddressError, MailRefusedError, MailUnreachableError
from commerce.kernel.parts import Parts
from commerce.kernel.settings import read_settings
from commerce.kernel.vault import Vault
from commerce.mail import queries
from commerce.mail.errors import MailHeaderError, UnknownMailError
from commerce.mail.links import PLACE, SecretLink
from commerce.mail.rows import MailRow, MailState, QueuedMail
from commerce.mail.sending import Postman
from commerce.mail.service import begin_again, erase_mail_to, give_up_letter, queue_mail
from commerce.mail.tidying import forget_old_letters
from tests.support.park import create_merchant

VAULT = Vault(b"a secret of these tests, 32 bytes")
LINK = "https://quayside.example/signin/reset/a-token"


@dataclass
class FakeMailer:
    """Keeps what it sends; `trouble` is raised instead, once each, from the first to the last."""

    trouble: list[Exception] = field(default_factory=list)
    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(message)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def merchant(database: Database) -> UUID:
    return create_merchant(database)


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def postman(database: Database, mailer: FakeMailer) -> Postman:
    return Postman(database, mailer, sender="Quayside <shop@quayside.example>", vault=VAULT)


def queue(
    database: Database,
    merchant: UUID,
    *,
    about: UUID | None = None,
    template: str = "order-confirmed",
    to: str = "lin@example.com",
    subject: str = "Your order",
    headers: dict[str, str] | None = None,
    link: str = "",
    order_id: UUID | None = None,
) -> QueuedMail:
    with database.transaction(Scope.merchant(merchant)) as session:
        return queue_mail(
            session,
            merchant_id=merchant,
            template=template,
            about=about or new_id(),
            to=to,
            locale="en",
            subject=subject,
            text=f"Choose one: {PLACE}" if link else "Thank you.",
            html=f'<a href="{PLACE}">Your order</a>' if link else "<p>Thank you.</p>",
            sender_name="Porcelain Road",
            reply_to="help@porcelain.example",
            headers=headers,
            link=SecretLink(link, VAULT) if link else None,
            order_id=order_id,
        )


def stored(database: Database) -> str:
    """Return all that the mail room keeps, as a copy of the database would show it."""
    with database.reading(Scope.park()) as connection:
        rows = connection.execute(text("SELECT m::text FROM outgoing_mail m")).scalars()
        return "\n".join(rows)


def sealed_links(database: Database) -> list[bytes | None]:
    with database.reading(Scope.park()) as connection:
        query = text("SELECT sealed_link FROM outgoing_mail ORDER BY id")
        return list(connection.execute(query).scalars())


def letters(database: Database, merchant: UUID, state: MailState | None = None) -> list[MailRow]:
    with database.reading(Scope.merchant(merchant)) as connection:
        return list(queries.latest_mail(connection, state=state))


def test_a_letter_about_one_thing_is_queued_once(database: Database, merchant: UUID) -> None:
    order = new_id()

    first = queue(database, merchant, about=order)
    again = queue(database, merchant, about=order)
    other = queue(database, merchant, about=order, template="order-sent")

    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert again.id == first.id
    with database.reading(Scope.merchant(merchant)) as connection:
        about = queries.mail_about(connection, about=order)
    assert [letter.template for letter in about] == ["order-confirmed", "order-sent"]


def test_a_letter_leaves_once_and_is_known_to_have_left(
    database: Database, merchant: UUID, postman: Postman, mailer: FakeMailer
) -> None:
    mail = queue(database, merchant, headers={"List-Unsubscribe": "<https://shop.example/u>"})

    assert postman.send(merchant_id=merchant, mail_id=mail.id) is MailState.SENT
    assert postman.send(merchant_id=merchant, mail_id=mail.id) is MailState.SENT

    (message,) = mailer.sent
    assert message["To"] == "lin@example.com"
    assert message["From"] == "Porcelain Road <shop@quayside.example>"
    assert message["Reply-To"] == "help@porcelain.example"
    assert message["List-Unsubscribe"] == "<https://shop.example/u>"
    (row,) = letters(database, merchant, MailState.SENT)
    assert row.attempts == 1
    assert row.sent_at is not None


def test_a_link_that_lets_its_holder_in_is_read_by_nobody_but_the_reader(
    database: Database, merchant: UUID, postman: Postman, mailer: FakeMailer
) -> None:
    mail = queue(database, merchant, link=LINK)
    assert "a-token" not in stored(database)
    mailer.trouble = [MailUnreachableError(answer="busy")]
    with pytest.raises(MailUnreachableError):
        postman.send(merchant_id=merchant, mail_id=mail.id)
    assert "a-token" not in stored(database)

    assert postman.send(merchant_id=merchant, mail_id=mail.id) is MailState.SENT

    (message,) = mailer.sent
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        assert LINK in body.get_content()
    assert sealed_links(database) == [None]


def test_a_link_is_gone_with_a_letter_that_is_refused_or_given_up(
    database: Database, merchant: UUID, postman: Postman, mailer: FakeMailer
) -> None:
    refused = queue(database, merchant, link=LINK)
    mailer.trouble = [MailRefusedError(answer="550 no such person")]
    postman.send(merchant_id=merchant, mail_id=refused.id)
    given_up = queue(database, merchant, link=LINK)
    with database.transaction(Scope.merchant(merchant)) as session:
        give_up_letter(session, merchant_id=merchant, mail_id=given_up.id, staff=True)

    assert sealed_links(database) == [None, None]
    assert postman.send(merchant_id=merchant, mail_id=refused.id) is MailState.FAILED
    assert mailer.sent == [], "a letter whose link is gone would lead nowhere"


def test_a_link_opens_in_its_own_letter_only(
    database: Database, merchant: UUID, postman: Postman, mailer: FakeMailer
) -> None:
    queue(database, merchant, link=LINK)
    other = queue(database, merchant, to="thief@example.com", link="https://quayside.example/other")
    with database.transaction(Scope.merchant(merchant)) as session:
        session.execute(
            text(
                "UPDATE outgoing_mail SET sealed_link = "
                "(SELECT sealed_link FROM outgoing_mail ORDER BY id LIMIT 1)"
            )
        )

    assert postman.send(merchant_id=merchant, mail_id=other.id) is MailState.FAILED
    assert mailer.sent == []


def test_a_letter_waits_while_the_server_is_away(
    database: Database, merchant: UUID, postman: Postman, mailer: FakeMailer
) -> None:
    mail = queue(database, merchant)
    mailer.trouble = [MailUnreachableError(answer="busy")]

    with pytest.raises(MailUnreachableError):
        postman.send(merchant_id=merchant, mail_id=mail.id)
    (waiting,) = letters(database, merchant, MailState.QUEUED)
    assert "busy" in waiting.last_error

    assert postman.send(merchant_id=merchant, mail_id=mail.id) is MailState.SENT
    (row,) = letters(database, merchant)
    assert (row.attempts, row.last_error) == (2, "")


def test_a_letter_refused_for_good_is_shown_as_failed(
    database: Database, merchant: UUID, postman: Postman, mailer: FakeMailer
) -> None:
    mail = queue(database, merchant)
    mailer.trouble = [MailRefusedError(answer="550 no such person")]

    assert postman.send(merchant_id=merchant, mail_id=mail.id) is MailState.FAILED

    (row,) = letters(database, merchant, MailState.FAILED)
    assert "no such person" in row.last_error


def test_a_letter_that_was_leaving_when_the_worker_died_leaves_as_the_same_letter(
    database: Database, merchant: UUID, postman: Postman, mailer: FakeMailer
) -> None:
    mail = queue(database, merchant)
    mailer.trouble = [SystemError("the worker is killed after the server took the letter")]
    with pytest.raises(SystemError):
        postman.send(merchant_id=merchant, mail_id=mail.id)
    assert len(letters(database, merchant, MailState.SENDING)) == 1

    assert postman.send(merchant_id=merchant, mail_id=mail.id) is MailState.SENT

    (message,) = mailer.sent
    assert message["Message-ID"] == f"<{mail.id}@quayside.example>"


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("Hello\r\nBcc: spy@example.com", {}),
        ("Hello\nBcc: spy@example.com", {}),
        ("Hello", {"X-Order": "1\r\nBcc: spy@example.com"}),
        ("Hello", {"X-Order\r\nBcc": "spy@example.com"}),
        ("Hello", {"Bcc": "spy@example.com"}),
        ("Hello", {"Content-Type": "text/html"}),
    ],
)
def test_no_letter_carries_headers_that_somebody_smuggled_in(
    database: Database, merchant: UUID, subject: str, headers: dict[str, str]
) -> None:
    with pytest.raises(MailHeaderError):
        queue(database, merchant, subject=subject, headers=headers)
    assert letters(database, merchant) == []


def test_a_letter_to_nobody_is_not_queued(database: Database, merchant: UUID) -> None:
    with pytest.raises(MailAddressError):
        queue(database, merchant, to="nobody")


def test_one_merchants_letters_are_not_anothers(
    database: Database, merchant: UUID, postman: Postman
) -> None:
    rival = create_merchant(database, slug="rival")
    mail = queue(database, merchant)

    assert letters(database, rival) == []
    with pytest.raises(UnknownMailError):
        postman.send(merchant_id=rival, mail_id=mail.id)


def test_letters_forget_a_person_who_wants_to_be_forgotten_and_wait_no_longer(
    database: Database, merchant: UUID, postman: Postman
) -> None:
    sent = queue(database, merchant, to="Lin@example.com")
    postman.send(merchant_id=merchant, mail_id=sent.id)
    queue(database, merchant, to="other@example.com")
    waiting = queue(database, merchant, to="lin@example.com")

    with database.transaction(Scope.merchant(merchant)) as session:
        erase_mail_to(session, merchant_id=merchant, address="lin@example.com")

    assert [row.recipient for row in letters(database, merchant)] == ["", "other@example.com", ""]
    assert postman.send(merchant_id=merchant, mail_id=waiting.id) is MailState.GIVEN_UP


def forget_at(database: Database, moment: datetime, **environment: str) -> None:
    settings = read_settings({"QUAYSIDE_SECRET": "x" * 32, **environment})
    with travelling(moment):
        forget_old_letters.run(Work(database=database, settings=settings, parts=Parts([])))


def test_the_words_of_an_old_letter_are_forgotten_and_its_record_stays(
    database: Database, merchant: UUID, postman: Postman, mailer: FakeMailer
) -> None:
    order, written = new_id(), utc_now()
    sent = queue(database, merchant, about=order, order_id=order)
    postman.send(merchant_id=merchant, mail_id=sent.id)
    mailer.trouble = [MailRefusedError(answer="550 no such person")]
    refused = queue(database, merchant, to="mei@example.com", order_id=order, link=LINK)
    postman.send(merchant_id=merchant, mail_id=refused.id)
    queue(database, merchant, template="account-open", to="ada@example.com")

    forget_at(database, written + timedelta(days=119))
    assert "Thank you" in stored(database)
    forget_at(database, written + timedelta(days=29), LETTER_DAYS="30")
    assert "Thank you" in stored(database)

    forget_at(database, written + timedelta(days=121))
    kept = stored(database)
    for gone in ("Thank you", "Choose one", "lin@example.com", "mei@", "ada@", "no such person"):
        assert gone not in kept
    told = {each.recipient: each for each in letters(database, merchant)}
    assert set(told) == {"l…@example.com", "m…@example.com", ""}
    first = told["l…@example.com"]
    assert (first.template, first.order_id, first.state) == (
        "order-confirmed",
        order,
        MailState.SENT,
    )
    assert first.sent_at is not None
    assert told["m…@example.com"].state is MailState.GIVEN_UP
    with pytest.raises(UnknownMailError), database.transaction(Scope.merchant(merchant)) as session:
        begin_again(session, merchant_id=merchant, mail_id=refused.id)
    forget_at(database, written + timedelta(days=900))
    assert stored(database) == kept


def test_a_letter_about_an_order_gets_the_orders_token_when_it_leaves(
    database: Database, merchant: UUID, postman: Postman, mailer: FakeMailer
) -> None:
    order = new_id()
    with database.transaction(Scope.merchant(merchant)) as session:
        mail = queue_mail(
            session,
            merchant_id=merchant,
            template="order-confirmation",
            about=order,
            to="lin@example.com",
            locale="en",
            subject="Your order",
            text=f"https://shop.example/order/{ORDER_PLACE}",
            html=f'<a href="https://shop.example/order/{ORDER_PLACE}">Order</a>',
            order_id=order,
        )
    token = token_of(VAULT, Opens.ORDER, order)
    assert postman.send(merchant_id=merchant, mail_id=mail.id) is MailState.SENT
    assert token not in stored(database)
    (message,) = mailer.sent
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        assert f"/order/{token}" in body.get_content()
