"""What failed behind the counter: a task at the desk with a button that tries again, once."""

from urllib.parse import unquote
from uuid import UUID

import pytest
from sqlalchemy import text

from commerce.imports.process import run_import
from commerce.kernel.database import Scope
from commerce.kernel.ids import new_id
from commerce.mail.queries import latest_mail
from commerce.mail.rows import MailState
from commerce.mail.service import queue_mail
from commerce.park.permissions import Role
from tests.storefront.desk import Desk
from tests.support.park import create_merchant


def refused_letter(
    desk: Desk, *, template: str = "order-confirmation", subject: str = "Your order"
) -> UUID:
    """Write a letter that the receiver's server has turned away."""
    about = new_id()
    with desk.shop.database.transaction(desk.shop.scope) as session:
        mail = queue_mail(
            session,
            merchant_id=desk.shop.merchant.id,
            template=template,
            about=about,
            to="lin@exmaple.com",
            locale="en",
            subject=subject,
            text="Thank you",
            order_id=about if template == "order-confirmation" else None,
        )
        session.execute(
            text(
                "UPDATE outgoing_mail SET state = 'failed', attempts = 1,"
                " last_error = 'no such host' WHERE id = :id"
            ),
            {"id": mail.id},
        )
    return mail.id


def failed_import(desk: Desk) -> str:
    """Let an import break off in the worker; return the name of its run."""
    key = str(new_id())
    with desk.shop.database.transaction(desk.shop.scope) as session:
        desk.durable.enqueue(
            session,
            run_import,
            key=key,
            merchant_id=str(desk.shop.merchant.id),
            upload_id=key,
            actor_id=key,
        )
    run = f"{run_import.name}:{key}"
    with desk.shop.database.transaction(Scope.park()) as session:
        session.execute(
            text("UPDATE dbos.workflow_status SET status = 'ERROR' WHERE workflow_uuid = :run"),
            {"run": run},
        )
    return run


def runs(desk: Desk, beginning: str) -> list[str]:
    with desk.shop.database.reading(Scope.park()) as connection:
        return list(
            connection.scalars(
                text(
                    "SELECT workflow_uuid FROM dbos.workflow_status"
                    " WHERE starts_with(workflow_uuid, :run) ORDER BY 1"
                ),
                {"run": beginning},
            )
        )


def letter(desk: Desk) -> tuple[str, MailState]:
    with desk.shop.database.reading(desk.shop.scope) as connection:
        (only,) = latest_mail(connection)
    return only.recipient, only.state


def test_a_letter_that_could_not_be_sent_is_a_task_and_is_sent_again_once(desk: Desk) -> None:
    mail = refused_letter(desk)
    client = desk.as_role(Role.MANAGER)
    page = client.get(f"{desk.root}/").text
    assert "Mail to lin@exmaple.com" in page
    assert f"/failures/letters/{mail}" in page
    for _again in range(2):
        answer = client.post(f"{desk.root}/failures/letters/{mail}", data={"to": "lin@example.com"})
        assert answer.status_code == 303
    assert letter(desk) == ("lin@example.com", MailState.QUEUED)
    assert runs(desk, "mail.send:") == [f"mail.send:{mail}:again:1"]
    assert "Mail to" not in client.get(f"{desk.root}/").text


def test_a_letter_goes_to_no_nonsense(desk: Desk) -> None:
    mail = refused_letter(desk)
    client = desk.as_role(Role.MANAGER)
    for nonsense in ("nobody", "a@b.example\r\nBcc: c@d.example"):
        answer = client.post(
            f"{desk.root}/failures/letters/{mail}", data={"to": nonsense}, follow_redirects=True
        )
        assert "notice bad" in answer.text
    assert letter(desk) == ("lin@exmaple.com", MailState.FAILED)
    assert runs(desk, "mail.send:") == []


@pytest.mark.parametrize("template", ["staff-invitation", "staff-reset", "account-reset"])
def test_a_letter_for_one_person_alone_goes_to_nobody_else(desk: Desk, template: str) -> None:
    mail = refused_letter(desk, template=template)
    url = f"{desk.root}/failures/letters/{mail}"
    for role in (Role.MANAGER, Role.OWNER):
        client = desk.as_role(role)
        for form in ({"to": "thief@example.com"}, {}):
            assert client.post(url, data=form).status_code == 404
        assert f'action="{url}"' not in client.get(f"{desk.root}/failures/").text
        assert f'action="{url}"' not in client.get(f"{desk.root}/").text
    assert letter(desk) == ("lin@exmaple.com", MailState.FAILED)
    assert runs(desk, "mail.send:") == []


def test_letters_to_colleagues_are_for_those_who_manage_them(desk: Desk) -> None:
    mail = refused_letter(desk, template="staff-invitation", subject="You are invited")
    url = f"{desk.root}/failures/letters/{mail}/give-up"
    manager, owner = desk.as_role(Role.MANAGER), desk.as_role(Role.OWNER)
    for page in (f"{desk.root}/", f"{desk.root}/failures/"):
        assert "lin@exmaple.com" not in manager.get(page).text
        assert "lin@exmaple.com" in owner.get(page).text
    assert manager.post(url).status_code == 404
    assert letter(desk)[1] is MailState.FAILED

    invite = f"{desk.root}/staff/invite?email=lin@exmaple.com"
    assert invite in unquote(owner.get(f"{desk.root}/failures/").text)
    assert 'value="lin@exmaple.com"' in owner.get(invite).text
    assert owner.post(url).status_code == 303
    assert letter(desk)[1] is MailState.GIVEN_UP


def test_a_letter_that_was_given_up_is_no_task_any_more(desk: Desk) -> None:
    mail = refused_letter(desk)
    client = desk.as_role(Role.OWNER)
    client.post(f"{desk.root}/failures/letters/{mail}/give-up")
    assert letter(desk)[1] is MailState.GIVEN_UP
    assert "Nothing has failed" in client.get(f"{desk.root}/failures/").text


def test_a_process_that_broke_off_is_a_task_and_starts_once_more(desk: Desk) -> None:
    run = failed_import(desk)
    client = desk.as_role(Role.MANAGER)
    assert "broke off before its end." in client.get(f"{desk.root}/").text
    assert "what is done already stays as it is" in client.get(f"{desk.root}/failures/").text
    for _again in range(2):
        assert client.post(f"{desk.root}/failures/", data={"run": run}).status_code == 303
    assert runs(desk, run) == [run, f"{run}:again:1"]
    assert "broke off" not in client.get(f"{desk.root}/").text


def test_another_merchant_sees_and_starts_nothing_of_ours(desk: Desk) -> None:
    run, mail = failed_import(desk), refused_letter(desk)
    elsewhere = create_merchant(desk.shop.database, slug="harbour-imports")
    client = desk.as_role(Role.OWNER, merchant_id=elsewhere)
    page = client.get("/desk/harbour-imports/failures/").text
    assert "Nothing has failed" in page
    client.post("/desk/harbour-imports/failures/", data={"run": run})
    answer = client.post(f"/desk/harbour-imports/failures/letters/{mail}")
    assert answer.status_code == 404
    assert runs(desk, run) == [run]
    assert letter(desk)[1] is MailState.FAILED
