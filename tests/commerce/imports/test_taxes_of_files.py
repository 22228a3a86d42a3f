"""What a file says of tax is a class that pricing knows, in every country the demo sells to."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from commerce.admission.taxes import known_rates, renew_taxes, state_taxes
from commerce.catalogue.queries import every_product_sheet
from commerce.imports.run import import_products
from commerce.kernel.database import Database, Scope
from commerce.kernel.ids import new_id
from commerce.kernel.money import Money
from commerce.pricing.queries import tax_classes, tax_for_lines, tax_rates
from commerce.pricing.service import add_tax_rate, register_for_tax
from commerce.pricing.taxation import Supply, TaxableLine, TaxedLine, TaxGround
from tests.commerce.imports.conftest import usual_terms
from tests.support.park import create_merchant
from tests.support.pricing import state_tax_rate

TODAY = date(2026, 11, 23)
COUNTRIES = sorted({r.country for r in known_rates() if r.applies_to == "standard" and r.sure})
SHOPIFY = (
    b"Handle,Title,Variant SKU,Variant Price,Variant Taxable\n"
    b"yes,Yes,S-1,10,true\nno,No,S-2,10,false\nblank,Blank,S-3,10,\n"
)
WOOCOMMERCE = (
    b"Type,SKU,Name,Regular price,Tax status,Tax class\n"
    b"simple,W-1,Taxed,10,taxable,\nsimple,W-2,Shipping,10,shipping,reduced-rate\n"
    b"simple,W-3,Free,10,none,zero-rate\n"
)


@dataclass(frozen=True, slots=True)
class Park:
    """A park with the demo's rates, and the classes that files of both makers gave in it."""

    database: Database
    merchant_id: UUID
    classes: set[str]

    @property
    def scope(self) -> Scope:
        return Scope.merchant(self.merchant_id)


@pytest.fixture(scope="module")
def park(module_database_url: str) -> Iterator[Park]:
    """Everybody only looks things up in it."""
    with closing(Database(module_database_url)) as database:
        terms = usual_terms(database, create_merchant(database))
        for content in (SHOPIFY, WOOCOMMERCE):
            import_products(database, content=content, file_name="f.csv", terms=terms)
        with database.transaction(Scope.park()) as session:
            state_taxes(session)
        with database.transaction(Scope.merchant(terms.merchant_id)) as session:
            for country in COUNTRIES:
                register_for_tax(
                    session,
                    merchant_id=terms.merchant_id,
                    country=country,
                    number="1",
                    valid_from=date(2020, 1, 1),
                )
            sheets = every_product_sheet(session.connection(), statuses=("draft", "active"))
            classes = {sheet.tax_class for sheet in sheets}
        yield Park(database, terms.merchant_id, classes)


def taxed(park: Park, tax_class: str, country: str, supply: Supply) -> TaxedLine:
    with park.database.reading(park.scope) as connection:
        return tax_for_lines(
            connection,
            lines=[TaxableLine(new_id(), Money(10_000, "CNY"), tax_class, includes_tax=True)],
            country=country,
            origin="CN",
            currency="CNY",
            on=TODAY,
            supply=supply,
        ).lines[0]


@pytest.mark.parametrize("supply", list(Supply))
@pytest.mark.parametrize("country", COUNTRIES)
def test_every_class_that_a_file_gives_is_taxed_with_its_reason(
    park: Park, country: str, supply: Supply
) -> None:
    assert park.classes == {"standard", "exempt"}
    with park.database.reading(park.scope) as connection:
        assert park.classes <= {row.code for row in tax_classes(connection)}
    grounds = {
        tax_class: taxed(park, tax_class, country, supply).reasons[0].ground
        for tax_class in park.classes
    }
    assert grounds == {"standard": TaxGround.CHARGED, "exempt": TaxGround.EXEMPT}
    free = taxed(park, "exempt", country, supply)
    assert free.tax == Money.zero("CNY")


@pytest.mark.parametrize("tax_class", ["retail-import", "retail-import-cosmetics", "standard"])
def test_harbour_imports_taxes_parcels_by_the_import_rules_and_its_store_by_domestic_vat(
    park: Park, tax_class: str
) -> None:
    parcels = {"retail-import": "0.091", "retail-import-cosmetics": "0.2306", "standard": "0.13"}
    for supply, rate in ((Supply.DELIVERED, parcels[tax_class]), (Supply.OVER_COUNTER, "0.13")):
        line = taxed(park, tax_class, "CN", supply)
        assert [str(reason.rate) for reason in line.reasons] == [rate]
        assert all(reason.source for reason in line.reasons)


def test_a_park_of_an_earlier_release_learns_new_countries_and_keeps_its_own_rates(
    database: Database,
) -> None:
    with database.transaction(Scope.park()) as session:
        renew_taxes(session)
        assert tax_rates(session) == (), "an empty park waits for its first merchant"
    old = next(r for r in known_rates() if (r.country, r.applies_to) == ("FR", "standard"))
    state_tax_rate(database, country="DE", rate="0.20")
    with database.transaction(Scope.park()) as session:
        add_tax_rate(
            session,
            country="FR",
            tax_class="standard",
            rate=Decimal("0.2"),
            valid_from=date(2014, 1, 1),
            source=old.source,
        )
        renew_taxes(session)
        renew_taxes(session)
        rates = tax_rates(session)
    assert [str(r.rate.normalize()) for r in rates if r.country == "DE"] == ["0.2"]
    assert [r.source_zh for r in rates if r.country == "FR"] == [old.source_zh]
    (singapore,) = [r for r in rates if r.country == "SG"]
    assert (singapore.enabled, singapore.source_url[:8]) == (True, "https://")
    (norway,) = [r for r in rates if r.country == "NO"]
    assert (norway.enabled, bool(norway.note_zh)) == (False, True)
