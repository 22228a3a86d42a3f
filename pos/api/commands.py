"""The one door for everything that money depends on: commands, named by the till, done once."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from commerce.kernel.errors import CommerceError
from commerce.registers.service import once
from commerce.web.identity import register
from commerce.web.services import services
from pos.api.bodies import Body, Command, NamedDeed, checked, read_body
from pos.authority import authority_of
from pos.deeds import DEEDS
from pos.deeds.deed import AnyDeed
from pos.device import Till, current_till


class UnknownDeedError(CommerceError):
    """A kind of command that this server does not know: the page is newer or older than it."""

    code = "unknown-command"
    status = 422
    template = "This till and the server are of different versions. Load the page again."


def install(blueprint: Blueprint) -> None:
    """Add this view."""
    blueprint.add_url_rule("/api/commands", "api_commands", obey, methods=["POST"])


@register
def obey() -> Response:
    """Do a command, or answer as it was answered before; only the first time prints."""
    till, command = current_till(), read_body(Command)
    deed, body = understood(command)
    answer, is_new = _done(till, command, deed, body)
    more = deed.after(till, answer) if is_new else {}
    return jsonify(id=str(command.id), kind=command.kind, answer={**answer, **more})


def understood(command: NamedDeed) -> tuple[AnyDeed, Body]:
    """Return what a command asks for, and its content in the shape of its kind.

    Raises:
        UnknownDeedError, WrongBodyError: this server cannot read it.
    """
    deed = DEEDS.get(command.kind)
    if deed is None:
        raise UnknownDeedError
    return deed, checked(lambda: deed.body.model_validate(command.body))


def _done(till: Till, command: Command, deed: AnyDeed, body: Body) -> tuple[dict[str, Any], bool]:
    done: list[bool] = []

    def write(session: Session) -> dict[str, Any]:
        done.clear()

        said = body.model_dump(mode="json")

        def work() -> dict[str, Any]:
            done.append(True)
            authority = authority_of(
                session,
                till,
                command_id=command.id,
                kind=command.kind,
                body=said,
                badge=command.badge,
                approval=command.approval,
                happened=command.happened and deed.is_settled(body),
                waited=timedelta(seconds=command.waited),
            )
            return deed.do(session, authority, body)

        return once(
            session,
            merchant_id=till.merchant.id,
            register_id=till.register.id,
            command_id=command.id,
            kind=command.kind,
            body=said,
            work=work,
        )

    answer = services().database.run(till.scope, write)
    return answer, bool(done)
