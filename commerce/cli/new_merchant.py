"""Admit a merchant to the park, and print the link with which its owner begins.

The merchant gets a place for its goods, a price list, ways to pay that move no money yet, and the
park's tax rates. What is left to do stands on the first page of its desk.
"""

import json
from contextlib import closing

import click

from commerce.admission.admit import admit_merchant
from commerce.admission.homes import Home, homes
from commerce.admission.terms import Admitted, FirstPlace, MerchantTerms, Owner
from commerce.cli.installation import reach_installed, settings_of_installation
from commerce.cli.new_operator import invitation_link
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.settings import Settings
from commerce.kernel.vault import Vault
from commerce.park.errors import UnknownCountryError
from commerce.park.service.merchants import LANGUAGES, MerchantName
from commerce.plugins.registry import load_plugins


@click.command()
@click.argument("slug")
@click.option("--name", required=True, help="What the shop is called in English.")
@click.option("--name-zh", help="What it is called in Chinese; the English name if left out.")
@click.option("--owner", "email", required=True, help="The owner's e-mail address.")
@click.option("--owner-name", help="The first part of the owner's address if left out.")
@click.option("--country", default="CN", show_default=True, help="Where it is at home, ISO 3166.")
@click.option("--currency", help="Of its books, ISO 4217; its country's if left out.")
@click.option("--time-zone", help="Where its day begins; its country's, where that has but one.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(LANGUAGES),
    help="What the shop speaks; both if left out.",
)
@click.option(
    "--prices-with-tax/--prices-without-tax",
    "with_tax",
    default=True,
    help="Whether prices include tax.",
)
@click.option(
    "--place",
    type=click.Choice([each.value for each in FirstPlace]),
    default=FirstPlace.STORE.value,
    show_default=True,
    help="Where its goods lie: a store with a till sells at both counters, a warehouse online.",
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(
    *,
    slug: str,
    name: str,
    name_zh: str | None,
    email: str,
    owner_name: str | None,
    country: str,
    currency: str | None,
    time_zone: str | None,
    languages: tuple[str, ...],
    place: str,
    with_tax: bool,
    as_json: bool,
) -> None:
    """Admit the merchant whose shop has the address SLUG; address, country and currency stay."""
    settings = settings_of_installation()
    spoken = languages or LANGUAGES
    try:
        terms = MerchantTerms(
            slug=slug,
            name=MerchantName(english=name, chinese=name_zh or name),
            owner=Owner(email, owner_name or email.partition("@")[0], spoken[0]),
            country=country.upper(),
            currency=currency.upper() if currency else _currency_of(country.upper()),
            time_zone=time_zone or _time_zone_of(country.upper()),
            languages=spoken,
            prices_include_tax=with_tax,
            place=FirstPlace(place),
        )
        admitted = _admit(settings, terms)
    except CommerceError as error:
        raise click.ClickException(str(error)) from error
    report = {
        "slug": admitted.slug,
        "merchant_id": str(admitted.merchant_id),
        "owner": admitted.invitation.email,
        "link": invitation_link(settings, admitted.invitation.token),
        "shop": f"{settings.public_url}/{spoken[0]}/{admitted.slug}/",
        "desk": f"{settings.public_url}/desk/{admitted.slug}/",
    }
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    click.echo(f"{terms.name.english} is admitted: {report['shop']}")
    click.echo(f"{report['owner']} owns it after opening this link, once, within 7 days:")
    click.echo(report["link"])
    click.echo(f"The desk tells what is left to do before it sells: {report['desk']}")


def _home_of(country: str) -> Home:
    if country not in homes():
        raise UnknownCountryError(country=country)
    return homes()[country]


def _currency_of(country: str) -> str:
    currency = _home_of(country).currency
    if not currency:
        raise click.ClickException(f"No currency is known for {country}. Name one: --currency.")
    return currency


def _time_zone_of(country: str) -> str:
    """Return the zone of a country that has one; shops all over mainland China keep Shanghai's."""
    zones = _home_of(country).time_zones
    if country == "CN":
        return "Asia/Shanghai"
    if len(zones) != 1:
        some = f" {zones[0]}" if zones else ""
        raise click.ClickException(
            f"{country} has no single time zone. Name one: --time-zone{some}"
        )
    return zones[0]


def _admit(settings: Settings, terms: MerchantTerms) -> Admitted:
    with (
        reach_installed(settings) as url,
        closing(Database(url, connections=1, name="quayside new-merchant")) as database,
        database.transaction(Scope.park()) as session,
    ):
        return admit_merchant(
            session,
            terms=terms,
            registry=load_plugins(settings.environment),
            vault=Vault(settings.secret),
            actor_id=None,
            now=utc_now(),
        )
