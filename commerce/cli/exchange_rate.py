"""State what a currency is worth in another, for every merchant of the park."""

import json
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import click

from commerce.cli.installation import reach_installed
from commerce.kernel.clock import utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.errors import CommerceError
from commerce.kernel.settings import read_settings
from commerce.pricing.service import add_exchange_rate


@click.command()
@click.argument("base")
@click.argument("quote")
@click.argument("rate")
@click.option("--source", required=True, help="Who published it, and where: what people will ask.")
@click.option("--source-zh", default="", help="The same in Chinese, for readers of Chinese pages.")
@click.option(
    "--from",
    "valid_from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day in UTC on which it counts; now if left out.",
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(
    base: str,
    quote: str,
    rate: str,
    *,
    source: str,
    source_zh: str,
    valid_from: datetime | None,
    as_json: bool,
) -> None:
    """State how many QUOTE one BASE is worth, such as `CNY JPY 21.35`.

    Merchants convert price lists at the newest rate; nobody's prices change before they ask for it.
    """
    base, quote, source = base.upper(), quote.upper(), source.strip()
    if not source or base == quote:
        raise click.UsageError("Name two currencies and the source of their rate.")
    since = valid_from.replace(tzinfo=UTC) if valid_from else utc_now()
    with (
        reach_installed(read_settings()) as url,
        closing(Database(url, connections=1, name="quayside exchange rate")) as database,
    ):
        try:
            with database.transaction(Scope.park()) as session:
                add_exchange_rate(
                    session,
                    base_currency=base,
                    quote_currency=quote,
                    rate=_read(rate),
                    valid_from=since,
                    source=source,
                    source_zh=source_zh.strip(),
                )
        except CommerceError as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"base": base, "quote": quote, "rate": rate, "from": f"{since}"}))
    else:
        click.echo(f"One {base} is {rate} {quote} from {since:%Y-%m-%d %H:%M} UTC on.")


def _read(rate: str) -> Decimal:
    try:
        read = Decimal(rate)
    except InvalidOperation:
        read = Decimal("NaN")
    if not read.is_finite() or read <= 0:
        raise click.BadParameter("give a number such as 21.35", param_hint="RATE")
    return read
