"""Make the first operator of a park, who admits merchants and invites colleagues.

The command prints a link that works once: whoever opens it chooses a password.
"""

import json
from contextlib import closing

import click

from commerce.cli.first_steps import operators
from commerce.cli.installation import reach_installed, settings_of_installation
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.settings import Settings
from commerce.park.permissions import Role
from commerce.park.service.park_invitations import ParkInvitation, invite_park_staff


@click.command()
@click.argument("email")
@click.option(
    "--name", help="What colleagues call them; the first part of the address if left out."
)
@click.option("--another", is_flag=True, help="Also where somebody runs the park already.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(email: str, name: str | None, *, another: bool, as_json: bool) -> None:
    """Invite EMAIL to run the park, and print the link with which they choose a password.

    Operators invite further ones at /park/; `--another` is for the day nobody of them can sign in.
    """
    settings = settings_of_installation()
    with (
        reach_installed(settings) as url,
        closing(Database(url, connections=1, name="quayside new-operator")) as database,
    ):
        with database.reading(Scope.park()) as connection:
            running = operators(connection)
        if running and not another:
            raise click.ClickException(
                f"{running[0].email} runs this park and invites others at "
                f"{settings.public_url}/park/staff/. If nobody can sign in: --another"
            )
        try:
            invitation = _invite(database, email, name)
        except CommerceError as error:
            raise click.ClickException(str(error)) from error
    link = invitation_link(settings, invitation.token)
    if as_json:
        click.echo(json.dumps({"email": invitation.email, "link": link}, ensure_ascii=False))
        return
    click.echo(f"{invitation.email} runs the park after opening this link, once, within 7 days:")
    click.echo(link)


def invitation_link(settings: Settings, token: str) -> str:
    """Return the address at which an invitation is accepted."""
    return f"{settings.public_url}/signin/invitation/{token}"


def _invite(database: Database, email: str, name: str | None) -> ParkInvitation:
    with database.transaction(Scope.park()) as session:
        return invite_park_staff(
            session,
            email=email,
            name=name or email.partition("@")[0],
            role=Role.PARK_OPERATOR,
            invited_by=None,
            now=utc_now(),
        )
