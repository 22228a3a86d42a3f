import string
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalogue.facets import option_key
from commerce.catalogue.records import Option, OptionValue, ProductSheet, VariantSheet, Words
from commerce.catalogue.soundness import sound
from commerce.imports.contents import ABSENT, FileContents
from commerce.imports.dialects import DIALECTS, Dialect, dialect_named, parse
from commerce.imports.dialects.names import handle_from
from commerce.imports.errors import UnknownDialectError
from commerce.imports.export import _csv
from commerce.imports.merging import merged
from commerce.imports.reading import read_sheet
from commerce.imports.state import ExportedProduct, PictureAddress, ProductState, Terms
from commerce.kernel.money import Money

SHOPIFY_TODAY = (
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,"
    "Status,SKU,Barcode,Option1 name,Option1 value,Option1 Linked To,Price,Compare-at price,"
    "Charge tax,Inventory tracker,Inventory quantity,Continue selling when out of stock,"
    "Weight value (grams),Requires shipping,Product image URL,Image position,Image alt text,"
    "Gift card,SEO title\n"
)
WOO = (
    "ID,Type,SKU,Name,Published,Short description,Description,Tax status,In stock?,Stock,"
    "Backorders allowed?,Weight (kg),Sale price,Regular price,Categories,Tags,Images,Parent,"
    "Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s),"
    "Commodity code (HS code),Country of origin,Customs description,Meta: colour\n"
)


def read(text: str) -> FileContents:
    return parse(read_sheet(text.encode()))


def codes(contents: FileContents) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.code) for p in contents.problems]


def test_todays_shopify_is_read() -> None:
    contents = read(
        SHOPIFY_TODAY
        + 'Cup,cup,<p>x</p>,Kiln,Home > Kitchen,Ware,"a, b",TRUE,Active,CUP-S,,Size,Small,,9.90,12,'
        "FALSE,shopify,4,CONTINUE,120,TRUE,https://p/b.jpg,2,,FALSE,\n"
        + ",cup,,,,,,,,CUP-L,,,Large,,11,,FALSE,shopify,,DENY,150,TRUE,https://p/a.jpg,1,Top,,\n"
        + ",cup,,,,,,,,,,,,,,,,,,,,,https://p/c.jpg,3,,,\n"
    )
    (cup,) = contents.products
    small, large = cup.variants
    assert contents.dialect == "shopify"
    assert contents.problems == ()
    assert contents.ignored_columns == ("Option1 Linked To",)
    assert (cup.handle, cup.status, cup.tags, cup.taxable) == ("cup", "active", ("a", "b"), False)
    assert cup.home_category == ("Home", "Kitchen")
    assert cup.option_names == ("Size",)
    assert (small.values, small.price, small.compare_at) == (
        ("Small",),
        Decimal("9.90"),
        Decimal(12),
    )
    assert (small.quantity, small.sell_when_out, large.quantity) == (4, True, None)
    assert large.sell_when_out is False
    assert [image.url for image in cup.images] == [
        "https://p/a.jpg",
        "https://p/b.jpg",
        "https://p/c.jpg",
    ]
    assert cup.images[0].alt == "Top"
    assert cup.commodity_code is ABSENT


@pytest.mark.parametrize(
    ("published", "status", "kept"),
    [
        ("TRUE", "active", "active"),
        ("FALSE", "active", "draft"),
        ("TRUE", "draft", "draft"),
        ("", "archived", "archived"),
        ("TRUE", "", "active"),
        ("", "", "draft"),
    ],
)
def test_only_what_is_active_and_published_is_on_sale(
    published: str, status: str, kept: str
) -> None:
    contents = read(f"Handle,Title,Published,Status\nx,X,{published},{status}\n")
    assert contents.products[0].status == kept


def test_new_products_need_a_title_alone_and_columns_may_be_shouted() -> None:
    contents = read("TITLE,PRICE\nBlue Cup,7\n青花瓷,9\n")
    assert [product.handle for product in contents.products] == ["blue-cup", "青花瓷"]
    assert contents.products[0].status is ABSENT


def test_gift_cards_stay_out() -> None:
    assert codes(read("Handle,Title,Gift Card\nx,X,TRUE\n")) == [(2, "Gift Card", "gift-card")]


def test_woocommerce_is_read() -> None:
    contents = read(
        WOO + "7,variable,SHIRT,Shirt,1,<p>Soft &amp; light</p>,Long,taxable,1,,0,,,,"
        '"Wear > Shirts, New","a, b",https://p/1.jpg,,Size,"S, M\\, wide",Material,Silk,6205.90,CN,Silk shirt,x\n'
        "8,variation,SHIRT-S,Shirt,1,,,taxable,1,5,notify,0.25,,20,,,,id:7,Size,S,,,,,,\n"
        '9,variation,SHIRT-M,Shirt,1,,,taxable,1,,0,0.3,15,20,,,,SHIRT,Size,"M\\, wide",,,,,,\n'
        '10,"simple, virtual",TALK,Consultation,-1,,,none,1,,0,,,300,,,,,,,,,,,,\n'
        "11,external,LINK,Elsewhere,1,,,,,,,,,,,,,,,,,,,,,\n"
        "12,variation,LOST,Lost,1,,,,,,,,,5,,,,NONE,,,,,,,,\n"
    )
    shirt, talk = contents.products
    small, wide = shirt.variants
    assert codes(contents) == [(6, "Type", "type"), (7, "Parent", "parent")]
    assert contents.ignored_columns == ("Meta: colour",)
    assert (shirt.handle, shirt.subtitle, shirt.option_names) == (
        "shirt",
        "Soft & light",
        ("Size",),
    )
    assert shirt.specification == (("Material", "Silk"),)
    assert shirt.categories == (("Wear", "Shirts"), ("New",))
    assert (shirt.commodity_code, shirt.customs_name) == ("6205.90", "Silk shirt")
    assert (small.values, small.weight_grams, small.quantity) == (("S",), 250, 5)
    assert (small.stock_tracked, wide.stock_tracked, small.sell_when_out) == (True, False, True)
    assert (wide.values, wide.price, wide.compare_at) == (
        ("M, wide",),
        Decimal(15),
        Decimal(20),
    )
    assert wide.origin_country == "CN"
    assert (talk.kind, talk.status, talk.taxable) == ("service", "draft", False)
    assert talk.variants[0].requires_shipping is False


def test_american_weights_become_grams() -> None:
    contents = read("Type,Name,SKU,Weight (lbs)\nsimple,X,X,2\n")
    assert contents.products[0].variants[0].weight_grams == 907


@pytest.mark.parametrize(
    ("file", "grams"),
    [
        ("Handle,Title,Variant SKU,Variant Weight,Variant Weight Unit\nx,X,X,1.5,kg\n", [1500]),
        ("Handle,Title,Variant SKU,Variant Grams,Variant Weight Unit\nx,X,X,250,kg\n", [250]),
        ("Handle,Title,Variant SKU,Variant Grams\nx,X,X,0.35\n", [1]),
        (
            (
                "Type,SKU,Name,Parent,Weight (kg),Attribute 1 name,Attribute 1 value(s)\n"
                'variable,P,X,,0.3,Size,"S, M"\nvariation,,,P,,Size,S\nvariation,,,P,0.4,Size,M\n'
            ),
            [300, 400],
        ),
    ],
    ids=["weight and unit", "the unit is only shown", "less than a gram", "the parent's weight"],
)
def test_no_weight_that_a_file_gives_is_lost(file: str, grams: list[int]) -> None:
    contents = read(file)
    assert contents.problems == ()
    assert [v.weight_grams for v in contents.products[0].variants] == grams


def test_a_weight_needs_its_unit() -> None:
    contents = read("Handle,Title,Variant SKU,Variant Weight\nx,X,X,1.5\n")
    assert [(p.row, p.column, p.code) for p in contents.problems] == [
        (2, "Variant Weight Unit", "weight-unit")
    ]


def test_an_unknown_dialect_cannot_be_asked_for() -> None:
    with pytest.raises(UnknownDialectError):
        dialect_named("magento")


LINE = st.text(
    alphabet=string.ascii_letters + string.digits + " =+-@'&<>,;\"\\>茶杯é|",
    min_size=1,
    max_size=20,
).map(str.strip)
NAME = LINE.filter(bool)
# Names of options and values stand between commas, arrows and slashes in some dialects.
LABEL = (
    st.text(alphabet="abcXYZ 茶杯é09,-", min_size=1, max_size=10)
    .map(lambda text: " ".join(text.replace(",", " , ").split()))
    .filter(lambda text: bool(text) and text.strip(", ") == text)
)
TAG = st.text(alphabet="abcé茶:- ", min_size=1, max_size=8).map(str.strip).filter(bool)
HANDLE = NAME.map(handle_from).filter(bool)


@st.composite
def options(draw: st.DrawFn) -> tuple[Option, ...]:
    names = draw(st.lists(LABEL, max_size=3, unique_by=option_key))
    made = []
    for name in names:
        values = draw(st.lists(LABEL, min_size=1, max_size=3, unique_by=option_key))
        made.append(
            Option(
                option_key(name),
                {"en": name},
                tuple(OptionValue(option_key(value), {"en": value}) for value in values),
            )
        )
    # Shopify spells "no options" as one option of this name.
    return tuple(option for option in made if option.key != "title")


@st.composite
def products(draw: st.DrawFn) -> ExportedProduct:
    handle = draw(HANDLE)
    chosen = draw(options())
    choices: list[tuple[str, ...]] = [()]
    for option in chosen:
        choices = [(*choice, value.key) for choice in choices for value in option.values]
    kind = draw(st.sampled_from(["physical", "service"]))
    shipped = kind == "physical"
    variants = tuple(
        VariantSheet(
            sku=f"{draw(HANDLE)}-{at}",
            choice=choice,
            gtin=draw(st.sampled_from([None, "6901234567892"])) if at == 0 else None,
            weight_grams=draw(st.integers(0, 90_000)),
            origin_country=draw(st.sampled_from([None, "CN", "FR"])),
            requires_shipping=shipped,
            stock_tracked=True,
            sell_when_out=draw(st.booleans()),
        )
        for at, choice in enumerate(choices)
    )
    sheet = ProductSheet(
        handle=handle,
        kind=kind,
        status=draw(st.sampled_from(["draft", "active"])),
        words={
            "en": Words(
                name=draw(NAME),
                subtitle=" ".join(draw(LINE).split()),
                story_html=draw(LINE),
                specification=tuple(
                    draw(
                        st.lists(
                            st.tuples(LABEL.map(lambda text: f"Fact {text}"), LABEL),
                            max_size=2,
                            unique_by=lambda pair: pair[0],
                        )
                    )
                ),
                seo_title=draw(LINE),
            )
        },
        vendor=draw(LINE),
        product_type=draw(LINE),
        tags=tuple(draw(st.lists(TAG, max_size=3, unique=True))),
        tax_class=draw(st.sampled_from(["standard", "exempt"])),
        options=chosen,
        variants=variants,
        commodity_code=draw(st.sampled_from([None, "691110"])),
    )
    terms = {}
    for variant in variants:
        price = draw(st.integers(0, 10**7))
        before = draw(st.one_of(st.none(), st.integers(price + 1, 10**8)))
        terms[variant.id] = Terms(
            Money(price, "CNY"),
            None if before is None else Money(before, "CNY"),
            draw(st.integers(0, 999)),
        )
    state = ProductState(sound(sheet), terms)
    pictures = tuple(
        PictureAddress(f"https://p.example/{at}.jpg", "") for at in range(draw(st.integers(0, 4)))
    )
    return ExportedProduct(state, (), pictures)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@given(product=products())
def test_what_is_written_is_read_back_as_it_was(dialect: Dialect, product: ExportedProduct) -> None:
    rows = list(dialect.rows(product, locale="en"))
    contents = parse(read_sheet(_csv(dialect.header([product]), rows)))
    assert contents.dialect == dialect.name
    assert contents.problems == ()
    (draft,) = contents.products
    known = product.state.sheet
    result = merged(draft, known, locale="en", placed="/".join)
    assert sound(result.sheet) == known
    read_terms = {result.variant_of_row[row.row]: row for row in draft.variants}
    for variant_id, terms in product.state.terms.items():
        row = read_terms[variant_id]
        assert (row.price, row.compare_at, row.quantity) == (
            None if terms.price is None else terms.price.major,
            None if terms.compare_at is None else terms.compare_at.major,
            terms.on_hand,
        )
    assert [image.url for image in draft.images] == [picture.url for picture in product.pictures]


@given(product=products(), first=st.booleans())
def test_an_option_that_a_file_adds_leaves_every_variant_what_it_is(
    product: ExportedProduct, *, first: bool
) -> None:
    dialect = dialect_named("shopify")
    content = _csv(dialect.header([product]), list(dialect.rows(product, locale="en")))
    (draft,) = parse(read_sheet(content)).products
    known = product.state.sheet
    assert isinstance(draft.option_names, tuple)

    def wider(said: tuple[str, ...], added: str) -> tuple[str, ...]:
        return (added, *said) if first else (*said, added)

    unnamed = tuple(
        replace(row, sku="", values=wider(row.values, "Tin")) for row in draft.variants[:1]
    )
    file = replace(draft, option_names=wider(draft.option_names, "Packing"), variants=unnamed)
    result = merged(file, known, locale="en", placed="/".join)
    narrow = slice(1, None) if first else slice(None, -1)
    assert [(v.id, v.sku, v.choice[narrow]) for v in result.sheet.variants] == [
        (v.id, v.sku, v.choice) for v in known.variants
    ]
    assert sound(result.sheet).variants == result.sheet.variants


@given(product=products())
def test_a_new_product_gets_the_same_sheet_in_both_shopify_dialects(
    product: ExportedProduct,
) -> None:
    sheets = []
    for name in ("shopify", "shopify-legacy"):
        dialect = dialect_named(name)
        content = _csv(dialect.header([product]), list(dialect.rows(product, locale="en")))
        (draft,) = parse(read_sheet(content)).products
        sheet = merged(draft, None, locale="en", placed="/".join).sheet
        plain = tuple(replace(variant, id=UUID(int=0)) for variant in sheet.variants)
        sheets.append(replace(sheet, id=UUID(int=0), variants=plain))
    assert sheets[0] == sheets[1]
