"""An empty installation becomes the demo park: whole, alive, and only once."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from commerce.cli.proofs import tills
from commerce.demo.greeting import welcome
from commerce.demo.seed import enlarge_catalogue, fill_if_empty
from commerce.demo.seeding import counter_past
from commerce.demo.seeding.logins import DOCUMENTED_PASSWORD
from commerce.kernel.clock import travelling, utc_now
from commerce.kernel.database import Database, Scope
from commerce.kernel.settings import Settings
from commerce.park.origin import Origin
from commerce.park.service.sign_in import begin_sign_in, check_password_of
from tests.commerce.conftest import KilledError, killed_at, settings_for
from tests.support.park import create_merchant
from tests.support.postgres import TestServer, driver_address
from tests.support.stockroom import assert_the_doctor_is_silent


def silent(_line: str) -> None:
    pass


def counted(settings: Settings, query: str) -> int:
    with psycopg.connect(driver_address(str(settings.database_url))) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def test_every_merchant_sells_with_pictures_prices_and_stock(demo_park: Settings) -> None:
    assert counted(demo_park, "SELECT count(*) FROM merchant") == 3
    assert counted(demo_park, "SELECT count(*) FROM product WHERE status = 'active'") >= 60
    assert (
        counted(
            demo_park,
            "SELECT count(*) FROM product p WHERE NOT EXISTS "
            "(SELECT FROM media m WHERE m.product_id = p.id AND m.state = 'ready')",
        )
        == 0
    )
    assert (
        counted(
            demo_park,
            "SELECT count(*) FROM variant v WHERE NOT EXISTS "
            "(SELECT FROM price p WHERE p.variant_id = v.id)",
        )
        == 0
    )


def test_promotions_run_ran_and_are_going_to_run(demo_park: Settings) -> None:
    assert counted(demo_park, "SELECT count(DISTINCT merchant_id) FROM promotion") == 3
    assert counted(demo_park, "SELECT count(*) FROM promotion WHERE valid_to < now()") == 1
    assert counted(demo_park, "SELECT count(*) FROM promotion WHERE valid_from > now()") == 1
    assert counted(demo_park, "SELECT count(*) FROM promotion_code WHERE code = 'WELCOME10'") == 1


def test_every_merchant_tells_published_stories_with_a_drawing(demo_park: Settings) -> None:
    told = "SELECT count(*) FROM shop_story WHERE published_at IS NOT NULL AND picture IS NOT NULL"

    assert counted(demo_park, told) == 8
    assert counted(demo_park, "SELECT count(*) FROM shop_story") == 8
    assert (
        counted(demo_park, "SELECT count(*) FROM shop_policy WHERE text <> '' AND text_zh <> ''")
        == 17
    )


def test_every_card_payment_of_the_past_has_a_name_that_tells_its_amount(
    demo_park: Settings,
) -> None:
    paid = "SELECT count(*) FROM payment WHERE plugin LIKE 'sandbox-%' AND captured_minor > 0"
    named = (
        "handle = 'demo_' || currency || '_' || amount_minor || '_' || replace(id::text, '-', '')"
    )

    assert counted(demo_park, paid) > 100
    assert counted(demo_park, f"{paid} AND NOT ({named})") == 0


def test_the_past_is_told_in_its_own_order(demo_park: Settings) -> None:
    for table, moment in (("sales_order", "placed_at"), ("movement", "at"), ("payment", "at")):
        column = "created_at" if table == "payment" else moment
        backwards = (
            f"SELECT count(*) FROM (SELECT {column} AS at, lag({column}) OVER "
            f"(PARTITION BY merchant_id ORDER BY id) AS before FROM {table}) AS o WHERE before > at"
        )
        assert counted(demo_park, backwards) == 0, table


def test_both_counters_have_sold_and_every_shift_has_its_report(demo_park: Settings) -> None:
    for channel in ("web", "till"):
        sold = f"SELECT count(*) FROM sales_order WHERE channel = '{channel}'"
        assert counted(demo_park, sold) > 50
    assert counted(demo_park, "SELECT count(*) FROM shift WHERE report IS NOT NULL") > 30
    assert counted(demo_park, "SELECT count(*) FROM shift WHERE closed_at IS NULL") == 0


def test_nobody_is_written_to_about_the_past(demo_park: Settings) -> None:
    assert counted(demo_park, "SELECT count(*) FROM dbos.workflow_status") == 0


def test_a_second_start_changes_nothing(demo_park: Settings) -> None:
    before = counted(demo_park, "SELECT count(*) FROM security_event")
    assert fill_if_empty(demo_park, tell=killed_at("")), "there is nothing left to tell"
    assert counted(demo_park, "SELECT count(*) FROM security_event") == before


def test_the_welcome_names_logins_that_work(demo_park: Settings) -> None:
    said = "\n".join(welcome(demo_park))
    assert DOCUMENTED_PASSWORD in said
    origin = Origin(address="127.0.0.1")
    with closing(Database(str(demo_park.database_url))) as database:
        with database.transaction(Scope.park()) as session:
            attempt = begin_sign_in(
                session, email="owner@porcelain-road.example", origin=origin, now=utc_now()
            )
        assert check_password_of(attempt, DOCUMENTED_PASSWORD).fits


def test_a_sum_that_no_coins_make_is_rounded_in_the_past_too(
    postgres_server: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter_past, "_SCRATCHED_SHARE", 1.0)
    with postgres_server.database() as url:
        settings = settings_for(url, tmp_path / "var")
        # What was sold follows from the moment of the fill; at this one a sum is ¥928.62.
        with travelling(datetime(2026, 11, 24, 4, 4, tzinfo=UTC)):
            assert fill_if_empty(settings, tell=silent)
        rounded = "SELECT count(*) FROM payment WHERE tender = 'cash' AND rounding_minor <> 0"
        assert counted(settings, rounded) > 0
        with closing(Database(url)) as database:
            assert_the_doctor_is_silent(database, proofs=tills.PROOFS)


def test_whoever_has_an_account_has_an_address_book(demo_park: Settings) -> None:
    owners = "SELECT count(DISTINCT customer_id) FROM customer_address"
    assert counted(demo_park, owners) == 3
    assert counted(demo_park, f"{owners} WHERE is_default") == 3
    assert counted(demo_park, "SELECT count(*) FROM customer_address WHERE country = 'CN'") == 4


def test_a_published_password_on_an_open_port_is_warned_of(demo_park: Settings) -> None:
    opened = settings_for(str(demo_park.database_url), demo_park.var, HOST="192.0.2.4")
    assert welcome(opened)[-1].startswith("CAUTION")


def test_synthetic_products_come_once_with_pictures_prices_and_stock(demo_park: Settings) -> None:
    assert enlarge_catalogue(demo_park, count=5, tell=silent) == 5
    assert enlarge_catalogue(demo_park, count=7, tell=silent) == 2
    synthetic = "FROM variant v JOIN product p ON p.id = v.product_id WHERE v.sku LIKE 'SC-%'"
    assert counted(demo_park, f"SELECT count(*) {synthetic}") == 14
    for complete in (
        "EXISTS (SELECT FROM media m WHERE m.product_id = p.id AND m.state = 'ready')",
        "3 = (SELECT count(*) FROM price WHERE variant_id = v.id)",
        "EXISTS (SELECT FROM level WHERE variant_id = v.id AND on_hand > 0)",
    ):
        assert counted(demo_park, f"SELECT count(*) {synthetic} AND {complete}") == 14


def test_an_installation_with_a_merchant_of_its_own_is_left_alone(
    database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path)
    with closing(Database(database_url)) as database:
        create_merchant(database, slug="own-shop")
    assert not fill_if_empty(settings, tell=silent)
    assert welcome(settings) == []
    assert counted(settings, "SELECT count(*) FROM merchant") == 1


def test_an_installation_open_to_others_gets_a_password_of_its_own(
    database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path, HOST="192.0.2.4")
    with pytest.raises(KilledError):
        fill_if_empty(settings, tell=killed_at("Porcelain Road, 36"))
    origin = Origin(address="127.0.0.1")
    with closing(Database(database_url)) as database:
        with database.transaction(Scope.park()) as session:
            attempt = begin_sign_in(
                session, email="owner@porcelain-road.example", origin=origin, now=utc_now()
            )
        assert not check_password_of(attempt, DOCUMENTED_PASSWORD).fits
