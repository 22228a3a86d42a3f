"""A merchant is admitted by one command with all that selling needs, and the checklist tells the rest."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from commerce.admission.checklist import Around, Step, checklist_of
from commerce.cli.installation import keep_address
from commerce.cli.main import quayside
from commerce.kernel.database import Database, Scope
from commerce.kernel.settings import read_settings
from commerce.park.queries.merchants import MerchantCard, find_merchant
from commerce.park.queries.staff import list_colleagues

AROUND = Around(online=("sandbox-card", "stripe"), trial=("sandbox-card",), mails=False)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as found:
        yield found


def call(database_url: str, var: Path, *words: str) -> Result:
    environment = {"DATABASE_URL": database_url, "QUAYSIDE_VAR": str(var)}
    return CliRunner().invoke(quayside, words, env=environment)


def admit(database_url: str, var: Path, slug: str, *more: str) -> Result:
    named = ("--name", "Sea Fig", "--name-zh", "海无花果", "--owner", "ada@fig.example")
    return call(database_url, var, "new-merchant", slug, *named, *more)


def found(database: Database, slug: str) -> MerchantCard:
    with database.reading(Scope.park()) as connection:
        return find_merchant(connection, slug=slug)


def test_a_merchant_begins_with_a_place_a_till_prices_taxes_and_trial_payments(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    told = admit(database_url, tmp_path, "sea-fig", "--json")
    assert told.exit_code == 0, told.output
    report = json.loads(told.stdout)
    assert report["link"].startswith("http://127.0.0.1:8000/signin/invitation/")
    merchant = found(database, "sea-fig")
    assert (merchant.country, merchant.currency, merchant.languages) == ("CN", "CNY", ("en", "zh"))
    with database.reading(Scope.merchant(merchant.id)) as connection:
        checklist = checklist_of(connection, merchant_id=merchant.id, around=AROUND)
        (owner,) = list_colleagues(connection, merchant_id=merchant.id)
        counts = connection.execute(
            text(
                "SELECT (SELECT array_agg(name || ' / ' || name_zh) FROM register), (SELECT count(*) FROM price_list),"
                " (SELECT array_agg(plugin ORDER BY plugin) FROM payment_method WHERE enabled)"
            )
        ).one()
    assert checklist.done == {Step.PLACE, Step.PAYMENT, Step.TAX}
    assert not checklist.can_sell
    assert (owner.email, owner.role, owner.accepted_at) == ("ada@fig.example", "owner", None)
    assert tuple(counts) == (["Till 1 / 1 号收银台"], 1, ["sandbox-card", "sandbox-reader"])


def test_a_merchant_abroad_has_its_own_country_money_and_day(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    abroad = ("--country", "de", "--currency", "eur", "--time-zone", "Europe/Berlin")
    told = admit(
        database_url, tmp_path, "feige", *abroad, "--language", "en", "--place", "warehouse"
    )
    assert told.exit_code == 0, told.output
    merchant = found(database, "feige")
    assert (merchant.country, merchant.currency, merchant.time_zone, merchant.languages) == (
        "DE",
        "EUR",
        "Europe/Berlin",
        ("en",),
    )
    # Rates are stated once for the park, however many merchants come.
    assert admit(database_url, tmp_path, "sea-fig", "--country", "fr").exit_code == 0
    merchant = found(database, "sea-fig")
    assert (merchant.country, merchant.currency, merchant.time_zone) == (
        "FR",
        "EUR",
        "Europe/Paris",
    )


REFUSED = (
    ("Sea Fig", (), "cannot be an address"),
    ("desk", (), "kept for the park itself"),
    ("fig", ("--country", "XX"), "not a country"),
    ("fig", ("--country", "AU"), "no single time zone. Name one: --time-zone Australia/"),
    ("fig", ("--currency", "XYZ"), "not a currency code"),
    ("fig", ("--time-zone", "Asia/Atlantis"), "not a time zone"),
    ("fig", ("--owner", "nobody"), "Check the e-mail address"),
)


def test_terms_that_cannot_be_are_refused_and_leave_nothing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    for slug, more, refusal in REFUSED:
        told = admit(database_url, tmp_path, slug, *more)
        assert told.exit_code == 1, more
        assert refusal in told.output
    with database.reading(Scope.park()) as connection:
        assert connection.execute(text("SELECT count(*) FROM merchant")).scalar_one() == 0


def test_links_lead_to_where_the_installation_was_opened_last(
    database_url: str, tmp_path: Path
) -> None:
    keep_address(read_settings({"QUAYSIDE_VAR": str(tmp_path), "PORT": "8311"}))
    told = json.loads(admit(database_url, tmp_path, "sea-fig", "--json").stdout)
    assert told["link"].startswith("http://127.0.0.1:8311/signin/invitation/")
    assert told["desk"] == "http://127.0.0.1:8311/desk/sea-fig/"


def test_an_address_is_given_once_and_an_unknown_one_says_how_to_get_it(
    database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "goods.csv"
    file.write_text("Handle,Title,Variant Price\ntea,Tea,9.80\n", encoding="utf-8")
    taken_in = ("import-products", str(file), "--merchant", "sea-fig")
    unknown = call(database_url, tmp_path, *taken_in)
    assert unknown.exit_code == 1
    assert "quayside new-merchant sea-fig" in unknown.output
    assert admit(database_url, tmp_path, "sea-fig").exit_code == 0
    assert "belongs to another merchant" in admit(database_url, tmp_path, "sea-fig").output
    assert call(database_url, tmp_path, *taken_in).exit_code == 0


def test_the_first_operator_is_made_once_and_another_only_when_asked_for(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    first = call(database_url, tmp_path, "new-operator", "op@park.example", "--json")
    assert first.exit_code == 0, first.output
    assert "/signin/invitation/" in json.loads(first.stdout)["link"]
    again = call(database_url, tmp_path, "new-operator", "op@park.example")
    assert again.exit_code == 0, "a link that was lost is made anew"
    with database.transaction(Scope.park()) as session:
        session.execute(text("UPDATE park_membership SET accepted_at = now()"))
    refused = call(database_url, tmp_path, "new-operator", "two@park.example")
    assert refused.exit_code == 1
    assert "op@park.example runs this park" in refused.output
    more = call(database_url, tmp_path, "new-operator", "two@park.example", "--another")
    assert more.exit_code == 0, more.output
    # Whoever runs a park of their own never finds demo shops in it.
    demo = call(database_url, tmp_path, "demo")
    assert demo.exit_code == 1
    assert "or staff" in demo.output
