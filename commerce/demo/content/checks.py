"""What must hold before the demo content may fill an installation."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from stdnum import ean

from commerce.admission.taxes import TaxScheme, known_rates
from commerce.demo.content.bargains import Bargain
from commerce.demo.content.goods import Option, Product, Variant
from commerce.demo.content.records import Merchant, Park
from commerce.demo.content.tales import Tale
from commerce.demo.content.words import Words
from commerce.demo.drawings import landscape_names, motif_names, setting_names, tone_names

# Prefixes 20 to 24 are for use inside a company and never collide with a registered article
# number (GS1 General Specifications, restricted circulation numbers; GB/T 18283 for China).
_RESTRICTED_PREFIXES = ("20", "21", "22", "23", "24")
_HAN = range(0x4E00, 0xA000)


def park_faults(park: Park) -> Iterator[str]:
    """Yield one sentence for everything that is wrong, in the order of the files."""
    variants = [v for m in park.merchant for p in m.product for v in p.variant]
    yield from _repeated("SKU", (variant.sku for variant in variants))
    yield from _repeated("GTIN", (variant.gtin for variant in variants if variant.gtin))
    yield from _repeated("premises", (premises.handle for premises in park.premises))
    emails = chain((s.email for s in park.staff), (s.email for m in park.merchant for s in m.staff))
    yield from _repeated("staff e-mail", emails)
    taxed = {(r.scheme, r.applies_to) for r in known_rates() if r.country == "CN"}
    tags = {f"{facet.handle}:{value.handle}" for facet in park.facet for value in facet.values}
    known_premises = {premises.handle for premises in park.premises}
    for merchant in park.merchant:
        faults = chain(
            _place_faults(merchant, known_premises),
            *(_product_faults(product, merchant, tags, taxed) for product in merchant.product),
            *(_story_faults(story, merchant) for story in merchant.story),
            *(_bargain_faults(bargain, merchant) for bargain in merchant.promotion),
        )
        yield from (f"{merchant.slug}: {fault}" for fault in faults)


def _repeated(kind: str, values: Iterable[str]) -> Iterator[str]:
    for value, times in Counter(values).items():
        if times > 1:
            yield f"{kind} {value} stands {times} times"


def _place_faults(merchant: Merchant, known_premises: set[str]) -> Iterator[str]:
    locations = {location.handle for location in merchant.location}
    for location in merchant.location:
        if location.premises not in known_premises:
            yield f"location {location.handle} stands in unknown premises {location.premises}"
    for register in merchant.register:
        if register.location not in locations:
            yield f"register {register.code} stands at unknown location {register.location}"
    for member in merchant.staff:
        if member.location is not None and member.location not in locations:
            yield f"{member.email} works at unknown location {member.location}"
    yield from _repeated("product", (product.handle for product in merchant.product))
    categories = {category.handle for category in merchant.category}
    for category in merchant.category:
        if category.parent is not None and category.parent not in categories:
            yield f"category {category.handle} hangs on unknown {category.parent}"


def _product_faults(
    product: Product, merchant: Merchant, tags: set[str], taxed: set[tuple[TaxScheme, str]]
) -> Iterator[str]:
    categories = {category.handle for category in merchant.category}
    locations = {location.handle for location in merchant.location}
    classes = {tax_class for scheme, tax_class in taxed if scheme == merchant.price_scheme}
    faults = chain(
        _unknown("category", [product.category], categories),
        _unknown("tag", product.tags, tags),
        _unknown("tax class", [product.tax], classes),
        _drawing_faults(product),
        _language_faults(product),
        _code_faults(product),
        *(_variant_faults(variant, product, merchant, locations) for variant in product.variant),
    )
    yield from (f"{product.handle}: {fault}" for fault in faults)


def _story_faults(story: Tale, merchant: Merchant) -> Iterator[str]:
    goods = {product.handle for product in merchant.product}
    faults = chain(
        _unknown("product", story.products, goods),
        _unknown("landscape", [story.landscape], landscape_names()),
        _unknown("motif", (thing.motif for thing in story.things), motif_names()),
        _unknown("tone", (thing.tone for thing in story.things), tone_names()),
    )
    yield from (f"story {story.title.en}: {fault}" for fault in faults)
    for words in (story.title, story.lead, story.text, story.alt):
        if not _has_han(words.zh) or _has_han(words.en) or not words.en.strip():
            yield f"story {story.title.en}: {words.en.strip()[:30]} is not told in both languages"


def _bargain_faults(bargain: Bargain, merchant: Merchant) -> Iterator[str]:
    name = f"promotion {bargain.name.en}"
    if len(bargain.kinds) != 1:
        yield f"{name} states {len(bargain.kinds)} kinds in place of one"
    if not _has_han(bargain.name.zh) or _has_han(bargain.name.en):
        yield f"{name} is not named in both languages"
    for amounts in (bargain.off, bargain.minimum):
        yield from (
            f"{name}: {fault}" for fault in _unknown("currency", amounts, merchant.currencies)
        )
    asked = [bargain.category] if bargain.category else []
    known = {category.handle for category in merchant.category}
    yield from (f"{name}: {fault}" for fault in _unknown("category", asked, known))


def _unknown(kind: str, named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    yield from (f"unknown {kind} {name}" for name in sorted(set(named) - set(known)))


def _drawing_faults(product: Product) -> Iterator[str]:
    tones = {value.tone for option in product.option for value in option.values if value.tone}
    yield from _unknown("motif", [product.motif], motif_names())
    yield from _unknown("tone", {product.tone, *tones}, tone_names())
    yield from _unknown("setting", [product.setting], setting_names())


def _language_faults(product: Product) -> Iterator[str]:
    for language, words in (("en", product.en), ("zh", product.zh)):
        for field in _empty_fields(words, product):
            yield f"{language}.{field} is empty"
    if not _has_han(product.zh.name + product.zh.story):
        yield "zh holds no Chinese"
    if _has_han(product.en.name + product.en.story):
        yield "en holds Chinese"
    if len(product.en.specification) != len(product.zh.specification):
        yield "the specifications differ in length between languages"


def _empty_fields(words: Words, product: Product) -> Iterator[str]:
    wanted = {"name": words.name, "story": words.story, "specification": words.specification}
    if product.kind == "goods":
        wanted |= {"materials": words.materials, "origin": words.origin, "care": words.care}
    yield from (field for field, text in wanted.items() if not text)


def _has_han(text: str) -> bool:
    return any(ord(sign) in _HAN for sign in text)


def _code_faults(product: Product) -> Iterator[str]:
    customs = product.customs
    if customs is None:
        if product.kind == "goods":
            yield "goods need customs codes"
        return
    for name, code, digits in (
        ("hs6", customs.hs6, 6),
        ("cn10", customs.cn10, 10),
        ("eu8", customs.eu8, 8),
        ("us10", customs.us10, 10),
    ):
        if code is None:
            continue
        if len(code) != digits or not code.isdecimal():
            yield f"{name} {code} is not {digits} digits"
        elif not code.startswith(customs.hs6):
            yield f"{name} {code} does not extend {customs.hs6}"


def _variant_faults(
    variant: Variant, product: Product, merchant: Merchant, locations: set[str]
) -> Iterator[str]:
    if not _choice_fits(variant.choice, product.option):
        yield f"{variant.sku} chooses {variant.choice}, which the options do not offer"
    if set(variant.prices) != set(merchant.currencies):
        yield f"{variant.sku} is not priced in exactly {', '.join(merchant.currencies)}"
    if any(amount <= 0 for amount in variant.prices.values()):
        yield f"{variant.sku} has a price that is not positive"
    if any(count < 0 for count in variant.stock.values()):
        yield f"{variant.sku} has a negative stock"
    yield from _unknown("location", variant.stock, locations)
    if product.kind == "goods":
        yield from _article_faults(variant)


def _choice_fits(choice: tuple[str, ...], options: tuple[Option, ...]) -> bool:
    if len(choice) != len(options):
        return False
    return all(
        picked in {value.handle for value in option.values}
        for picked, option in zip(choice, options, strict=True)
    )


def _article_faults(variant: Variant) -> Iterator[str]:
    if variant.gtin is None or not ean.is_valid(variant.gtin):
        yield f"{variant.sku} has the faulty GTIN {variant.gtin}"
    elif not variant.gtin.startswith(_RESTRICTED_PREFIXES):
        yield f"{variant.sku} has the GTIN {variant.gtin} outside the restricted range"
    if variant.grams <= 0:
        yield f"{variant.sku} weighs nothing"
