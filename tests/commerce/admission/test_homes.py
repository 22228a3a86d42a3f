"""What a country proposes for a merchant at home there."""

import pytest

from commerce.admission.homes import Home, homes


@pytest.mark.parametrize(
    ("country", "currency", "time_zones"),
    [
        ("CH", "CHF", ("Europe/Zurich",)),
        ("IN", "INR", ("Asia/Kolkata",)),
        ("CN", "CNY", ("Asia/Shanghai", "Asia/Urumqi")),
    ],
)
def test_a_country_proposes_its_money_and_its_time_zones(
    country: str, currency: str, time_zones: tuple[str, ...]
) -> None:
    assert homes()[country] == Home(currency, time_zones)


def test_a_country_with_several_time_zones_proposes_each_of_them() -> None:
    assert {"America/New_York", "America/Los_Angeles"} <= set(homes()["US"].time_zones)
