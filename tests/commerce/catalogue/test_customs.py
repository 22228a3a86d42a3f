from uuid import UUID

import pytest

from commerce.catalogue import queries
from commerce.catalogue.errors import InvalidCodeError
from commerce.catalogue.service.customs import classify
from commerce.catalogue.service.products import change_product, create_product
from commerce.kernel.database import Database, Scope
from tests.support.catalogue import option, product_sheet

SIZES = option("Size", "Small", "Large")


def test_the_closest_code_is_declared(database: Database, merchant: UUID) -> None:
    sheet = product_sheet(
        "cup", zh="茶杯", options=[SIZES], commodity_code="691110", customs_names={"en": "Cup"}
    )
    with database.transaction(Scope.merchant(merchant)) as session:
        kept = create_product(session, merchant_id=merchant, sheet=sheet)
        small, large = (variant.id for variant in kept.variants)
        for destination, code, variant_id in (
            ("DE", "6911 10 00", None),
            ("DE", "6912.00.25", large),
            ("US", "6911.10.8090", None),
        ):
            classify(
                session,
                merchant_id=merchant,
                product_id=kept.id,
                variant_id=variant_id,
                destination=destination,
                code=code,
                source="broker",
                unsure=destination == "US",
            )
    with database.reading(Scope.merchant(merchant)) as connection:
        facts = {
            destination: queries.customs_facts(
                connection, variant_ids=[small, large], destination=destination
            )
            for destination in ("DE", "US", "JP")
        }
    codes = {each: [found[small].code, found[large].code] for each, found in facts.items()}
    assert codes == {
        "DE": ["69111000", "69120025"],
        "US": ["6911108090", "6911108090"],
        "JP": ["691110", "691110"],
    }
    assert facts["US"][small].unsure
    assert facts["DE"][small].name("zh") == "茶杯"
    assert facts["DE"][small].name("en") == "Cup"


def test_saving_a_product_keeps_what_brokers_said(database: Database, merchant: UUID) -> None:
    sheet = product_sheet("cup", commodity_code="691110")
    with database.transaction(Scope.merchant(merchant)) as session:
        kept = create_product(session, merchant_id=merchant, sheet=sheet)
        for destination, code in (("*", "691110"), ("DE", "69111000")):
            classify(
                session,
                merchant_id=merchant,
                product_id=kept.id,
                destination=destination,
                code=code,
                source="broker",
            )
    with database.transaction(Scope.merchant(merchant)) as session:
        change_product(session, merchant_id=merchant, sheet=kept)
    with database.reading(Scope.merchant(merchant)) as connection:
        codes = queries.tariff_codes(connection, product_id=kept.id)
    assert [(each.destination, each.source) for each in codes] == [
        ("*", "broker"),
        ("DE", "broker"),
    ]


@pytest.mark.parametrize("code", ["6911", "691110x", "69111000000000"])
def test_a_code_that_no_tariff_has_is_refused(
    database: Database, merchant: UUID, code: str
) -> None:
    with database.transaction(Scope.merchant(merchant)) as session:
        kept = create_product(session, merchant_id=merchant, sheet=product_sheet("cup"))
    with (
        pytest.raises(InvalidCodeError, match=code),
        database.transaction(Scope.merchant(merchant)) as session,
    ):
        classify(
            session,
            merchant_id=merchant,
            product_id=kept.id,
            destination="DE",
            code=code,
            source="merchant",
        )
