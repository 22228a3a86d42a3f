import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.customers import queries, service
from commerce.customers.addresses import Address
from commerce.customers.errors import (
    AccountExistsError,
    AccountLinkSpentError,
    AddressBookFullError,
    AddressFaultError,
    PasswordNewMeanwhileError,
    UnknownAddressError,
    UnknownCustomerError,
)
from commerce.customers.rows import (
    AccountLinkIssued,
    AddressBookEntry,
    ConsentPurpose,
    CustomerRow,
    LinkPurpose,
)
from commerce.customers.service import addresses as address_verbs
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.kernel.mail import MailAddressError
from commerce.kernel.vault import Vault
from commerce.mail.queries import latest_mail
from commerce.mail.sending import Postman
from commerce.mail.service import queue_mail
from commerce.park.origin import Origin
from commerce.park.password_rules import FreshPassword
from commerce.park.service.shopper_sessions import OpenedShopperSession, find_shopper
from tests.support.park import create_merchant
from tests.support.wide import wide

HERE = Origin("198.51.100.7", "tests")
WANTED = "wanted@example.com"
HOME = Address(
    "CN", "林小雨", ("南京东路 100 号",), region="上海市", city="黄浦区", phone="13800138000"
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def merchant(database: Database) -> UUID:
    return create_merchant(database)


@pytest.fixture(scope="module")
def password() -> FreshPassword:
    return FreshPassword("a teapot by the window")


def remember(
    database: Database,
    merchant: UUID,
    *,
    email: str = "lin@example.com",
    name: str = "林小雨",
    phone: str | None = "13800138000",
) -> CustomerRow:
    with database.transaction(Scope.merchant(merchant)) as session:
        return service.remember_customer(
            session, merchant_id=merchant, email=email, name=name, phone=phone, locale="zh-CN"
        )


def link_for(
    database: Database,
    merchant: UUID,
    customer: UUID,
    *,
    purpose: LinkPurpose = LinkPurpose.OPEN,
    now: datetime | None = None,
) -> AccountLinkIssued:
    with database.transaction(Scope.merchant(merchant)) as session:
        return service.issue_account_link(
            session,
            merchant_id=merchant,
            customer_id=customer,
            purpose=purpose,
            now=now or utc_now(),
        )


def redeem(database: Database, merchant: UUID, token: str, password: FreshPassword) -> CustomerRow:
    with database.transaction(Scope.merchant(merchant)) as session:
        return service.redeem_account_link(
            session, merchant_id=merchant, token=token, password=password, now=utc_now()
        )


def open_account(database: Database, merchant: UUID, password: FreshPassword) -> CustomerRow:
    person = remember(database, merchant)
    link = link_for(database, merchant, person.id)
    return redeem(database, merchant, link.token, password)


def sign_in(
    database: Database, merchant: UUID, clear: str, *, email: str = "lin@example.com"
) -> OpenedShopperSession | None:
    now = utc_now()
    with database.transaction(Scope.park()) as session:
        attempt = service.begin_shopper_sign_in(
            session, merchant_id=merchant, email=email, origin=HERE, now=now
        )
    proof = service.check_shopper_password(attempt, clear)
    with database.transaction(Scope.park()) as session:
        return service.finish_shopper_sign_in(
            session, attempt=attempt, proof=proof, origin=HERE, now=now
        )


def signed_in(database: Database, merchant: UUID, opened: OpenedShopperSession) -> bool:
    with database.reading(Scope.merchant(merchant)) as connection:
        found = find_shopper(connection, merchant_id=merchant, token=opened.token, now=utc_now())
    return found is not None


def add(database: Database, merchant: UUID, customer: UUID, *, usual: bool = False) -> UUID:
    with database.transaction(Scope.merchant(merchant)) as session:
        entry = service.add_address(
            session,
            merchant_id=merchant,
            customer_id=customer,
            address=HOME,
            language="zh",
            usual=usual,
        )
    return entry.id


def book(database: Database, merchant: UUID, customer: UUID) -> tuple[AddressBookEntry, ...]:
    with database.reading(Scope.merchant(merchant)) as connection:
        return queries.address_book(connection, customer_id=customer)


def test_a_guest_who_comes_back_is_the_same_person_with_what_was_given_last(
    database: Database, merchant: UUID
) -> None:
    first = remember(database, merchant, email=f" Lin{wide('@')}Example.com")
    again = remember(database, merchant, name="Lin Xiaoyu", phone=None)

    assert again.id == first.id
    assert (again.email, again.name, again.phone) == (
        "lin@example.com",
        "Lin Xiaoyu",
        "+8613800138000",
    )
    assert (again.locale, again.has_account) == ("zh", False)


def test_the_same_address_is_another_person_at_another_merchant(
    database: Database, merchant: UUID
) -> None:
    rival = create_merchant(database, slug="rival")
    person = remember(database, merchant)

    assert remember(database, rival).id != person.id
    with (
        database.reading(Scope.merchant(rival)) as connection,
        pytest.raises(UnknownCustomerError),
    ):
        queries.get_customer(connection, customer_id=person.id)


def test_people_without_an_address_are_not_remembered(database: Database, merchant: UUID) -> None:
    with pytest.raises(MailAddressError):
        remember(database, merchant, email="lin")


def test_a_guest_becomes_an_account_by_the_link_that_was_mailed(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    guest = remember(database, merchant)
    link = link_for(database, merchant, guest.id)
    assert link.email == "lin@example.com"
    assert link.token not in repr(link)

    account = redeem(database, merchant, link.token, password)

    assert account.id == guest.id
    assert account.has_account
    with pytest.raises(AccountLinkSpentError):
        redeem(database, merchant, link.token, password)
    with pytest.raises(AccountExistsError):
        link_for(database, merchant, guest.id)


def test_a_link_works_for_a_while_and_only_the_newest(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    guest = remember(database, merchant)
    old = link_for(database, merchant, guest.id, now=utc_now() - timedelta(days=8))
    with pytest.raises(AccountLinkSpentError):
        redeem(database, merchant, old.token, password)

    second = link_for(database, merchant, guest.id)
    third = link_for(database, merchant, guest.id)

    with database.transaction(Scope.merchant(merchant)) as session:
        now = utc_now()
        assert (
            service.account_link_is_good(session, merchant_id=merchant, token=second.token, now=now)
            is None
        )
        found = service.account_link_is_good(
            session, merchant_id=merchant, token=third.token, now=now
        )
    assert found is not None
    assert found.id == guest.id


def test_a_link_opens_nothing_at_another_merchant(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    rival = create_merchant(database, slug="rival")
    link = link_for(database, merchant, remember(database, merchant).id)

    with pytest.raises(AccountLinkSpentError):
        redeem(database, rival, link.token, password)


def test_the_table_of_links_does_not_hold_what_opens_them(
    database: Database, merchant: UUID
) -> None:
    link = link_for(database, merchant, remember(database, merchant).id)

    with database.reading(Scope.merchant(merchant)) as connection:
        kept = connection.execute(text("SELECT digest FROM account_link")).scalar_one()
    assert link.token.encode() not in bytes(kept)


def test_nobody_changes_an_account_by_typing_its_address_at_the_checkout(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    account = open_account(database, merchant, password)

    stranger = remember(database, merchant, name="Mallory", phone="13900139000")

    assert stranger.id == account.id
    assert (stranger.name, stranger.phone) == (account.name, account.phone)


def test_a_shopper_signs_in_with_the_password_and_with_nothing_else(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    open_account(database, merchant, password)

    opened = sign_in(database, merchant, "a teapot by the window", email=" LIN@example.com ")

    assert opened is not None
    assert signed_in(database, merchant, opened)
    assert sign_in(database, merchant, "a teapot by the door") is None
    assert sign_in(database, merchant, "a teapot by the window", email="b@example.com") is None
    rival = create_merchant(database, slug="rival")
    assert sign_in(database, rival, "a teapot by the window") is None


def test_a_guest_has_nothing_to_sign_in_to(database: Database, merchant: UUID) -> None:
    remember(database, merchant)

    assert sign_in(database, merchant, "") is None


def test_whoever_guesses_too_often_waits_even_with_the_right_password(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    open_account(database, merchant, password)
    for _ in range(service.sign_in.MISSES_OF_ACCOUNT):
        assert sign_in(database, merchant, "wrong") is None

    assert sign_in(database, merchant, "a teapot by the window") is None


def test_a_new_password_ends_every_session(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    account = open_account(database, merchant, password)
    opened = sign_in(database, merchant, "a teapot by the window")
    assert opened is not None

    link = link_for(database, merchant, account.id, purpose=LinkPurpose.RESET)
    redeem(database, merchant, link.token, FreshPassword("a kettle on the stove"))

    assert not signed_in(database, merchant, opened)
    assert sign_in(database, merchant, "a teapot by the window") is None
    assert sign_in(database, merchant, "a kettle on the stove") is not None


def prove(database: Database, merchant: UUID, customer: UUID) -> service.ProvenShopper:
    with database.transaction(Scope.park()) as session:
        attempt = service.begin_shopper_proof(
            session, merchant_id=merchant, customer_id=customer, now=utc_now()
        )
    proof = service.check_shopper_password(attempt, "a teapot by the window")
    with database.transaction(Scope.park()) as session:
        proven = service.finish_shopper_proof(session, attempt=attempt, proof=proof)
    assert proven is not None
    return proven


def test_of_two_who_change_one_account_at_once_the_second_has_to_sign_in_again(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    account = open_account(database, merchant, password)
    first, second = (prove(database, merchant, account.id) for _ in range(2))
    other = FreshPassword("a kettle on the stove")
    entered = Event()

    def change_late() -> None:
        with database.transaction(Scope.merchant(merchant)) as session:
            entered.set()
            service.hold_proof(session, second)

    with ThreadPoolExecutor(1) as late:
        with database.transaction(Scope.merchant(merchant)) as session:
            service.hold_proof(session, first)
            told = late.submit(change_late)
            assert entered.wait(10)
            service.set_password(
                session,
                merchant_id=merchant,
                customer_id=account.id,
                password=other,
                now=utc_now(),
            )
        with pytest.raises(PasswordNewMeanwhileError):
            told.result(10)


def test_two_accounts_that_want_one_address_do_not_both_get_it(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    def account_of(email: str) -> UUID:
        person = remember(database, merchant, email=email)
        return redeem(
            database, merchant, link_for(database, merchant, person.id).token, password
        ).id

    def issue(customer: UUID) -> str:
        with database.transaction(Scope.merchant(merchant)) as session:
            return service.issue_email_link(
                session, merchant_id=merchant, customer_id=customer, email=WANTED, now=utc_now()
            ).token

    def move(customer: UUID, token: str) -> bool:
        try:
            with database.transaction(Scope.merchant(merchant)) as session:
                service.redeem_email_link(
                    session, merchant_id=merchant, customer_id=customer, token=token, now=utc_now()
                )
        except AccountExistsError:
            return False
        return True

    links = [(each, issue(each)) for each in map(account_of, ("a@example.com", "b@example.com"))]
    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(lambda each: move(*each), links))
    assert sorted(outcomes) == [False, True]
    remember(database, merchant, email=WANTED)
    with database.reading(Scope.merchant(merchant)) as connection:
        assert len(queries.search_customers(connection)) == 2


def test_there_is_no_password_to_reset_without_an_account(
    database: Database, merchant: UUID
) -> None:
    guest = remember(database, merchant)
    with pytest.raises(UnknownCustomerError):
        link_for(database, merchant, guest.id, purpose=LinkPurpose.RESET)


def test_an_address_book_has_one_usual_address(database: Database, merchant: UUID) -> None:
    person = remember(database, merchant)
    first = add(database, merchant, person.id)
    second = add(database, merchant, person.id)
    third = add(database, merchant, person.id, usual=True)

    entries = book(database, merchant, person.id)

    assert [entry.id for entry in entries] == [third, first, second]
    assert [entry.is_default for entry in entries] == [True, False, False]
    assert entries[0].address.phone == "+8613800138000"


def test_addresses_change_and_go(database: Database, merchant: UUID) -> None:
    person = remember(database, merchant)
    address_id = add(database, merchant, person.id)
    moved = Address("US", "Lin", ("1 Main St",), city="Austin", region="TX", postcode="73301")
    with database.transaction(Scope.merchant(merchant)) as session:
        service.change_address(
            session,
            merchant_id=merchant,
            customer_id=person.id,
            address_id=address_id,
            address=moved,
            language="en",
            usual=True,
        )
    assert [entry.address.city for entry in book(database, merchant, person.id)] == ["AUSTIN"]

    with database.transaction(Scope.merchant(merchant)) as session:
        service.remove_address(
            session, merchant_id=merchant, customer_id=person.id, address_id=address_id
        )
        with pytest.raises(UnknownAddressError):
            service.remove_address(
                session, merchant_id=merchant, customer_id=person.id, address_id=address_id
            )
        with pytest.raises(UnknownAddressError):
            service.change_address(
                session,
                merchant_id=merchant,
                customer_id=person.id,
                address_id=address_id,
                address=moved,
                language="en",
            )
    assert book(database, merchant, person.id) == ()


def test_nobody_keeps_an_address_that_cannot_be_delivered_to(
    database: Database, merchant: UUID
) -> None:
    person = remember(database, merchant)
    with (
        pytest.raises(AddressFaultError),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        service.add_address(
            session,
            merchant_id=merchant,
            customer_id=person.id,
            address=Address("CN", "", ()),
            language="zh",
        )


def test_an_address_book_has_an_end(
    database: Database, merchant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address_verbs, "MOST_ADDRESSES", 1)
    person = remember(database, merchant)
    add(database, merchant, person.id)

    with pytest.raises(AddressBookFullError):
        add(database, merchant, person.id)
    with pytest.raises(UnknownCustomerError):
        add(database, merchant, new_id())


def test_a_person_changes_what_they_say_about_themselves(
    database: Database, merchant: UUID
) -> None:
    person = remember(database, merchant)
    with database.transaction(Scope.merchant(merchant)) as session:
        changed = service.change_customer(
            session,
            merchant_id=merchant,
            customer_id=person.id,
            name="Lin  Xiaoyu",
            phone="+49 30 901820",
            locale="en",
        )

    assert (changed.name, changed.phone, changed.locale) == ("Lin Xiaoyu", "+4930901820", "en")


def consent(database: Database, merchant: UUID, customer: UUID, *, given: bool) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        service.record_consent(
            session,
            merchant_id=merchant,
            customer_id=customer,
            purpose=ConsentPurpose.MARKETING_EMAIL,
            given=given,
            wording="新品与优惠,每月不超过两封邮件",
            channel="web",
        )


def test_consent_leaves_proof_and_so_does_taking_it_back(
    database: Database, merchant: UUID
) -> None:
    person = remember(database, merchant)
    assert not person.wants_marketing

    consent(database, merchant, person.id, given=True)
    with database.reading(Scope.merchant(merchant)) as connection:
        assert queries.get_customer(connection, customer_id=person.id).wants_marketing
    consent(database, merchant, person.id, given=False)

    with database.reading(Scope.merchant(merchant)) as connection:
        assert not queries.get_customer(connection, customer_id=person.id).wants_marketing
        proof = queries.consents_of(connection, customer_id=person.id)
    assert [(row.given, row.wording) for row in proof] == [
        (True, "新品与优惠,每月不超过两封邮件"),
        (False, "新品与优惠,每月不超过两封邮件"),
    ]


def test_staff_find_people_by_what_they_say(database: Database, merchant: UUID) -> None:
    lin = remember(database, merchant)
    remember(database, merchant, email="wang@example.com", name="王伟", phone="13900139000")

    with database.reading(Scope.merchant(merchant)) as connection:
        for words in ("小雨", "LIN@", "8000", "+86 138 0013 8000", "138-0013 80", "0138 0013"):
            found = queries.search_customers(connection, words=words)
            assert [person.id for person in found] == [lin.id]
        assert len(queries.search_customers(connection)) == 2
        assert queries.search_customers(connection, words="%") == ()
        by_email = queries.customer_by_email(connection, email="LIN@example.com ")
        assert by_email is not None
        assert by_email.id == lin.id
        assert queries.customer_by_email(connection, email="nonsense") is None


def test_a_person_takes_everything_along(database: Database, merchant: UUID) -> None:
    person = remember(database, merchant)
    add(database, merchant, person.id)
    consent(database, merchant, person.id, given=True)

    with database.reading(Scope.merchant(merchant)) as connection:
        exported = json.dumps(
            queries.export_customer(connection, customer_id=person.id), ensure_ascii=False
        )

    for known in ("林小雨", "lin@example.com", "+8613800138000", "南京东路 100 号", "每月不超过"):
        assert known in exported


def test_whoever_wants_to_be_forgotten_is_forgotten_everywhere(
    database: Database, merchant: UUID, password: FreshPassword
) -> None:
    person = open_account(database, merchant, password)
    add(database, merchant, person.id)
    consent(database, merchant, person.id, given=True)
    link_for(database, merchant, person.id, purpose=LinkPurpose.RESET)
    opened = sign_in(database, merchant, "a teapot by the window")
    assert opened is not None
    send_a_letter(database, merchant)

    with database.transaction(Scope.merchant(merchant)) as session:
        known = service.erase_customer(
            session, merchant_id=merchant, customer_id=person.id, now=utc_now()
        )
        service.erase_customer(session, merchant_id=merchant, customer_id=person.id, now=utc_now())

    assert known == "lin@example.com"
    assert not signed_in(database, merchant, opened)
    assert sign_in(database, merchant, "a teapot by the window") is None
    with database.reading(Scope.merchant(merchant)) as connection:
        exported = queries.export_customer(connection, customer_id=person.id)
        assert (exported["name"], exported["email"], exported["phone"]) == ("", None, None)
        assert exported["addresses"] == []
        assert [proof["given"] for proof in exported["consents"]] == [True]
        assert queries.search_customers(connection) == ()
        assert connection.execute(text("SELECT count(*) FROM account_link")).scalar_one() == 0
        assert [letter.recipient for letter in latest_mail(connection)] == [""]


def test_the_forgotten_can_agree_to_nothing_and_come_back_as_somebody_new(
    database: Database, merchant: UUID
) -> None:
    person = remember(database, merchant)
    with database.transaction(Scope.merchant(merchant)) as session:
        service.erase_customer(session, merchant_id=merchant, customer_id=person.id, now=utc_now())

    with pytest.raises(UnknownCustomerError):
        consent(database, merchant, person.id, given=True)
    with pytest.raises(UnknownCustomerError):
        add(database, merchant, person.id)
    assert remember(database, merchant).id != person.id


def send_a_letter(database: Database, merchant: UUID) -> None:
    class Void:
        def send(self, message: object) -> None:
            """Let the letter go."""

    with database.transaction(Scope.merchant(merchant)) as session:
        mail = queue_mail(
            session,
            merchant_id=merchant,
            template="order-confirmed",
            about=new_id(),
            to="lin@example.com",
            locale="zh",
            subject="您的订单",
            text="谢谢",
        )
    postman = Postman(
        database, Void(), "shop@quayside.example", Vault(b"a secret of this test, 32 bytes")
    )
    postman.send(merchant_id=merchant, mail_id=mail.id)
