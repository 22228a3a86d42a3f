from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.customers.addresses import (
    Address,
    clean_address,
    postal_lines,
    rules_of,
    town_called,
)
from commerce.customers.divisions import CHANGES
from commerce.customers.errors import AddressFaultError, PhoneNumberError
from commerce.customers.form import Places, address_form, countries, places_in
from commerce.customers.phones import phone_number
from tests.support.wide import wide

SHANGHAI = Address(
    country="CN",
    name="林小雨",
    lines=("南京东路 100 号",),
    region="上海市",
    city="黄浦区",
    phone="138 0013 8000",
)
LOS_ANGELES = Address(
    country="US",
    name="Jo Ito",
    lines=("1 Main St", "Apt 2"),
    city="Los Angeles",
    region="California",
    postcode="90001",
)


def faults(address: Address, *, language: str = "en", phone: bool = False) -> list[tuple[str, str]]:
    with pytest.raises(AddressFaultError) as refusal:
        clean_address(address, language=language, phone_required=phone)
    return [(problem.pointer, problem.code) for problem in refusal.value.problems]


def test_an_address_is_kept_in_the_spelling_of_its_country() -> None:
    cleaned = clean_address(
        replace(LOS_ANGELES, country="us", name="  Jo   Ito ", phone="(213) 555-0100"),
        language="en",
    )

    assert cleaned.name == "Jo Ito"
    assert (cleaned.city, cleaned.region) == ("LOS ANGELES", "CA")
    assert cleaned.phone == "+12135550100"


TOKYO = Address(
    "JP",
    "田中一郎",
    (f"千代田{wide('1-2')}-{wide('3')} メゾン{wide('A')} （{wide('402')}）",),
    city="千代田区",
    region="東京都",
)
LONDON = Address("GB", "Jo", ("1 Mall",), city="London", postcode=wide("sw1a 1aa") + "\u200b")
HAMBURG = Address("DE", "Zoe\u0308", (wide("Haus 12/3"),), city="Hamburg", postcode=wide("20095"))
SEOUL = Address(
    "KR", "김민수", (f"세종대로 {wide('110')}",), city="중구", region="서울", postcode=wide("04524")
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (replace(SHANGHAI, postcode=wide("200001")), {"postcode": "200001"}),
        (
            replace(
                SHANGHAI,
                name=wide("Lin") + "\u3000小雨",
                lines=(f"南京东路{wide('100')}号（{wide('B')}座）",),
            ),
            {"name": "Lin 小雨", "lines": ("南京东路100号（B座）",)},
        ),
        (replace(SHANGHAI, phone=wide("138-0013") + "ー8000"), {"phone": "+8613800138000"}),
        (replace(TOKYO, postcode=wide("100-0001")), {"postcode": "100-0001"}),
        (replace(TOKYO, postcode="〒100ー0001"), {"postcode": "100-0001"}),
        (
            replace(TOKYO, postcode="100\u22120001"),
            {"lines": ("千代田1-2-3 メゾンA （402）",), "name": "田中一郎"},
        ),
        (HAMBURG, {"postcode": "20095", "lines": ("Haus 12/3",), "name": "Zo\u00eb"}),
        (LONDON, {"postcode": "SW1A 1AA"}),
        (
            replace(LOS_ANGELES, postcode=wide("90001") + "\u2010" + wide("1234")),
            {"postcode": "90001-1234"},
        ),
        (SEOUL, {"postcode": "04524", "lines": ("세종대로 110",), "name": "김민수"}),
    ],
)
def test_what_an_asian_keyboard_types_is_kept_in_plain_digits_and_letters(
    typed: Address, kept: dict[str, object]
) -> None:
    """Carriers and customs read plain digits alone; Asian words keep their characters."""
    cleaned = clean_address(typed, language="zh")
    assert {field: getattr(cleaned, field) for field in kept} == kept


@pytest.mark.parametrize("region", ["上海市", "Shanghai Shi", "shanghai shi"])
def test_a_province_may_be_named_in_either_script(region: str) -> None:
    assert clean_address(replace(SHANGHAI, region=region), language="zh").region == "上海市"


def test_a_chinese_address_needs_no_postcode_but_a_wrong_one_is_noticed() -> None:
    assert clean_address(SHANGHAI, language="zh").postcode == ""
    assert clean_address(replace(SHANGHAI, postcode="200001"), language="zh").postcode == "200001"
    assert faults(replace(SHANGHAI, postcode="2000")) == [("/postcode", "invalid")]


def test_a_district_that_no_list_knows_is_taken_as_it_was_typed() -> None:
    assert clean_address(replace(SHANGHAI, city="东海区"), language="zh").city == "东海区"


def test_every_field_at_fault_is_named_at_once() -> None:
    address = Address(
        country="US", name="", lines=(), city="LA", region="Atlantis", postcode="1", phone="12"
    )

    assert faults(address) == [
        ("/name", "required"),
        ("/lines", "required"),
        ("/region", "unknown"),
        ("/postcode", "invalid"),
        ("/phone", "invalid"),
    ]


def test_a_postcode_of_another_state_is_noticed() -> None:
    assert faults(replace(LOS_ANGELES, postcode="10001")) == [("/postcode", "invalid")]


def test_problems_speak_of_the_field_as_the_form_does() -> None:
    with pytest.raises(AddressFaultError) as refusal:
        clean_address(replace(LOS_ANGELES, postcode=""), language="zh")

    (problem,) = refusal.value.problems
    assert problem.params["label"] == "邮政编码"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (replace(LOS_ANGELES, name=""), "Enter the full name."),
        (replace(LOS_ANGELES, lines=()), "Enter the street and house number."),
        (replace(LOS_ANGELES, postcode=""), "Enter the ZIP code."),
        (replace(LOS_ANGELES, region=""), "Choose the state from the list."),
        (replace(LOS_ANGELES, region="Atlantis"), "Choose the state from the list."),
        (replace(SHANGHAI, phone="12"), "Check the telephone number. This one cannot be called."),
    ],
)
def test_a_problem_is_a_sentence_that_says_what_to_do(address: Address, said: str) -> None:
    with pytest.raises(AddressFaultError) as refusal:
        clean_address(address, language="en")

    assert [each.template % each.params for each in refusal.value.problems] == [said]


def test_a_carrier_that_calls_needs_a_telephone() -> None:
    assert faults(LOS_ANGELES, phone=True) == [("/phone", "required")]


def test_fields_that_a_country_does_not_have_are_emptied() -> None:
    singapore = Address(
        country="SG", name="Mei", lines=("1 Marina Blvd",), region="Marina", postcode="018989"
    )

    assert clean_address(singapore, language="en").region == ""


@pytest.mark.parametrize("country", ["", "XX", "ZZ", "../etc", "CHN"])
def test_an_unknown_country_is_refused(country: str) -> None:
    assert faults(replace(LOS_ANGELES, country=country)) == [("/country", "unknown-country")]


def test_novels_are_not_addresses() -> None:
    assert faults(replace(LOS_ANGELES, name="x" * 201, lines=("a", "b", "c", "d"))) == [
        ("/name", "too-long"),
        ("/lines", "too-long"),
    ]


@given(
    st.text(min_size=1),
    st.lists(st.text(min_size=1), min_size=1, max_size=3),
    st.sampled_from(["上海市", "guangdong sheng", "Atlantis"]),
    st.text() | st.sampled_from(["Guangzhou Shi", "黄浦区"]),
)
def test_whatever_is_typed_is_cleaned_once_and_for_all_or_refused(
    name: str, lines: list[str], region: str, city: str
) -> None:
    typed = Address("CN", name, tuple(lines), city=city, region=region)
    try:
        cleaned = clean_address(typed, language="zh")
    except AddressFaultError:
        return
    assert clean_address(cleaned, language="zh") == cleaned
    assert cleaned.region in {"上海市", "广东省"}
    assert all(text == " ".join(text.split()) for text in (cleaned.name, *cleaned.lines))


def test_a_label_is_written_in_the_order_of_the_country() -> None:
    chinese = clean_address(SHANGHAI, language="zh")

    assert postal_lines(chinese) == ("上海市黄浦区", "南京东路 100 号", "林小雨")
    assert postal_lines(chinese, latin=True)[2:] == ("Huangpu Qu", "Shanghai")
    assert postal_lines(clean_address(LOS_ANGELES, language="en")) == (
        "Jo Ito",
        "1 Main St",
        "Apt 2",
        "LOS ANGELES, CA 90001",
    )
    tokyo = Address("JP", "山田花子", ("丸の内1-1",), region="東京都", postcode="100-0005")
    assert postal_lines(tokyo)[0] == "〒100-0005"
    assert postal_lines(replace(tokyo, postcode=""))[0] == "東京都"


def test_places_on_a_label_have_the_names_of_its_language_and_the_street_stays_as_typed() -> None:
    hong_kong = Address(
        "HK", "陳大文", ("皇后大道中1號",), city="Central", region="Hong Kong Island"
    )
    nanshan = Address(
        "CN", "Lin", ("科苑路 1 号",), district="南山区", city="深圳市", region="广东省"
    )
    chongqing = replace(SHANGHAI, region="重庆市", city="巴南区")
    assert postal_lines(hong_kong)[:3] == ("香港島", "中環", "皇后大道中1號")
    assert postal_lines(hong_kong, latin=True)[1:] == (
        "皇后大道中1號",
        "Central",
        "Hong Kong Island",
    )
    assert postal_lines(nanshan, latin=True)[1:] == (
        "科苑路 1 号",
        "Nanshan Qu",
        "Shenzhen",
        "Guangdong",
    )
    assert postal_lines(chongqing, latin=True)[2:] == ("Banan Qu", "Chongqing")
    unlisted = replace(nanshan, district="前海区")
    assert "前海区" in postal_lines(unlisted, latin=True)
    assert postal_lines(clean_address(LOS_ANGELES, language="zh"))[-1] == "LOS ANGELES, CA 90001"


def test_an_address_survives_being_kept_in_an_order() -> None:
    assert Address.from_json(SHANGHAI.as_json()) == SHANGHAI


def test_the_chinese_form_goes_from_the_province_down_to_the_house() -> None:
    form = address_form("CN", language="zh")

    assert [field.name for field in form.fields] == [
        "name",
        "region",
        "city",
        "district",
        "lines",
        "postcode",
        "organisation",
        "phone",
    ]
    assert [field.name for field in form.fields if field.required] == [
        "name",
        "region",
        "city",
        "lines",
    ]


def test_the_american_form_goes_from_the_house_up_to_the_state() -> None:
    form = address_form("US", language="en")
    labels = {field.name: field.label for field in form.fields}
    state = next(field for field in form.fields if field.name == "region")

    assert [field.name for field in form.fields][:5] == [
        "name",
        "lines",
        "city",
        "region",
        "postcode",
    ]
    assert (labels["region"], labels["postcode"]) == ("State", "ZIP code")
    assert ("CA", "California") in state.choices
    assert state.autocomplete == "address-level1"


def test_the_list_of_provinces_speaks_the_readers_language() -> None:
    def provinces(language: str) -> dict[str, str]:
        fields = address_form("CN", language=language).fields
        return dict(next(field for field in fields if field.name == "region").choices)

    assert provinces("zh")["广东省"] == "广东省"
    assert provinces("en")["广东省"] == "Guangdong"
    assert provinces("en")["新疆维吾尔自治区"] == "Xinjiang"


def test_a_chosen_province_brings_its_cities_and_a_city_its_districts() -> None:
    def choices(name: str, **chosen: str) -> dict[str, str]:
        fields = address_form("CN", language="zh", **chosen).fields
        return dict(next(field for field in fields if field.name == name).choices)

    assert choices("city") == {}
    assert "广州市" in choices("city", region="广东省")
    assert "天河区" in choices("district", region="广东省", city="广州市")
    assert choices("city", region="Atlantis") == {}


def test_countries_are_listed_in_the_order_in_which_their_names_are_looked_up() -> None:
    english = [name for _, name in countries("en")]
    chinese = dict(countries("zh"))

    assert english.index("Åland Islands") < english.index("Albania")
    assert list(chinese).index("AU") < list(chinese).index("DE") < list(chinese).index("CN")
    assert chinese["DE"] == "德国"


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("138 0013 8000", "CN", "+8613800138000"),
        ("+49 30 901820", "CN", "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
    ],
)
def test_a_telephone_number_is_read_as_dialled_there(typed: str, country: str, number: str) -> None:
    assert phone_number(typed, country=country) == number


@pytest.mark.parametrize("typed", ["", "12", "hello", "+999 123456789", "1" * 40])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(PhoneNumberError):
        phone_number(typed, country="CN")


def test_provinces_stand_in_the_order_of_the_names_that_are_read() -> None:
    fields = address_form("CN", language="en").fields
    named = [name for _, name in next(each for each in fields if each.name == "region").choices]

    assert named == sorted(named)
    assert len(named) == 31
    assert {"HK", "MO", "TW"} <= {code for code, _name in countries("zh")}


@pytest.mark.parametrize("region", ["香港", "香港特别行政区", "Taiwan", "Macau"])
def test_hong_kong_macau_and_taiwan_are_destinations_of_their_own(region: str) -> None:
    with pytest.raises(AddressFaultError) as refused:
        clean_address(replace(SHANGHAI, region=region), language="en")

    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == ("/country", "own-destination")
    assert "as country or region" in str(problem)


def test_the_districts_of_the_large_cities_are_those_of_today() -> None:
    def listed(region: str, city: str = "") -> set[str]:
        rules = rules_of("CN", region, city)
        return {key for key, _name in (rules.city_area_choices if city else rules.city_choices)}

    for change in CHANGES:
        today = listed(change.region, change.city)
        assert today.isdisjoint(change.gone), change
        assert today >= {key for key, _latin in change.new}, change
    assert len(listed("上海市")) == 16
    assert len(listed("北京市")) == 16
    assert len(listed("天津市")) == 16
    assert len(listed("重庆市")) == 38
    assert len(listed("浙江省", "杭州市")) == 13


def test_who_names_the_municipality_as_city_means_its_district() -> None:
    twice = clean_address(replace(SHANGHAI, city="上海市", district="黄浦区"), language="zh")
    assert (twice.region, twice.city, twice.district) == ("上海市", "黄浦区", "")
    with pytest.raises(AddressFaultError) as refused:
        clean_address(replace(SHANGHAI, city="", district=""), language="en")
    assert [str(problem) for problem in refused.value.problems] == ["Enter the district."]
    typed = Places("上海市", "Shanghai", "")
    assert places_in("CN", typed=typed, before=Places("", "", "")).city == ""
    typed = Places("上海市", "Huangpu", "")
    assert places_in("CN", typed=typed, before=Places("", "", "")).city == "黄浦区"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("浙江", "杭州", "西湖"), ("浙江省", "杭州市", "西湖区")),
        (("Zhejiang", "hangzhou", "Xihu Qu"), ("浙江省", "杭州市", "西湖区")),
        (("新疆", "和田", ""), ("新疆维吾尔自治区", "和田地区", "")),
        (("浙江省", "千岛湖镇", "某村"), ("浙江省", "千岛湖镇", "某村")),
        (("Atlantis", "杭州", ""), ("Atlantis", "杭州", "")),
    ],
)
def test_places_are_found_without_the_word_for_their_kind(
    typed: tuple[str, str, str], meant: tuple[str, str, str]
) -> None:
    assert places_in("CN", typed=Places(*typed)) == Places(*meant)


def test_a_town_does_not_follow_into_another_province_nor_a_district_into_another_town() -> None:
    before = Places("浙江省", "杭州市", "西湖区")

    moved = places_in("CN", typed=replace(before, region="江苏省"), before=before)
    assert moved == Places("江苏省", "", "")
    moved = places_in("CN", typed=replace(before, city="宁波市"), before=before)
    assert moved == Places("浙江省", "宁波市", "")


def test_who_types_a_municipality_before_its_list_is_there_has_named_the_district() -> None:
    """Without scripts the list of districts comes after the button, and nothing typed is lost."""
    shanghai = Places("上海市", "上海市", "黄浦")
    empty = Places("", "", "")
    assert places_in("CN", typed=shanghai, before=empty) == Places("上海市", "黄浦区", "")
    unlisted = replace(shanghai, district="东海区")
    assert places_in("CN", typed=unlisted, before=empty).city == "东海区"
    stale = Places("浙江省", "杭州市", "西湖区")
    assert places_in("CN", typed=replace(shanghai, district="西湖区"), before=stale).city == ""


def test_a_city_that_is_a_province_asks_for_its_district_once() -> None:
    fields = {each.name: each for each in address_form("CN", language="zh", region="北京市").fields}

    assert fields["city"].label == "区/县"
    assert "district" not in fields


def test_a_municipality_is_its_own_province_and_is_named_once() -> None:
    beijing = Address("CN", "赵雅楠", ("东直门南大街 9 号",), district="东城区", postcode="100007")
    beijing = replace(beijing, city="北京市", region="北京市")

    assert postal_lines(beijing) == ("100007", "北京市东城区", "东直门南大街 9 号", "赵雅楠")
    assert postal_lines(beijing, latin=True)[2:] == ("Dongcheng Qu", "Beijing, 100007")


def test_a_town_is_called_as_the_reader_calls_it_and_a_municipality_has_no_other() -> None:
    assert town_called("CN", "重庆市", "巴南区", language="en") == "Chongqing"
    assert town_called("CN", "重庆市", "巴南区", language="zh") == "重庆市"
    assert town_called("CN", "浙江省", "杭州市", language="en") == "Hangzhou"
    assert town_called("JP", "東京都", "", language="en") == "Tokyo"
    assert town_called("CN", "nowhere", "Linan", language="en") == "Linan"
    assert town_called("DE", "", "BERLIN", language="zh") == "BERLIN"
