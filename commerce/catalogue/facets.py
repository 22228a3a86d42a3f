"""What the shop's filters count: a product's `group=value` keys, made from its sheet.

Groups: `category` (the path and every path above it), `vendor`, `tag` and `tag:<name>` (a tag
written `material:silk` is the value `silk` of the filter `material`), `option:<key>`.
"""

from collections.abc import Iterator

from commerce.catalogue.records import Option, ProductSheet
from commerce.kernel.text import fold


def option_key(name: str) -> str:
    """Return the key of an option or value called `name`: folded, so that case does not matter."""
    return " ".join(fold(name).replace("=", " ").split()) or "-"


def paths_down_to(path: str) -> tuple[str, ...]:
    """Return `path` and all paths above it, from the top."""
    parts = path.split("/")
    return tuple("/".join(parts[: depth + 1]) for depth in range(len(parts)))


def facet_keys(sheet: ProductSheet) -> list[str]:
    """Return every facet key of the product, sorted, each once."""
    return sorted(set(_keys(sheet)))


def tag_facet(tag: str) -> str:
    """Return the facet key of one tag."""
    group, colon, value = tag.partition(":")
    if colon and group and value:
        return f"tag:{group.replace('=', ' ')}={value}"
    return f"tag={tag}"


def option_labels(option: Option) -> Iterator[tuple[str, str, str]]:
    """Yield (facet key, locale, label) for the option and each of its values."""
    group = f"option:{option.key}"
    for locale, label in option.names.items():
        yield group, locale, label
    for value in option.values:
        for locale, label in value.names.items():
            yield f"{group}={value.key}", locale, label


def _keys(sheet: ProductSheet) -> Iterator[str]:
    if sheet.vendor:
        yield f"vendor={sheet.vendor}"
    for tag in sheet.tags:
        yield tag_facet(tag)
    for path in sheet.categories:
        for branch in paths_down_to(path):
            yield f"category={branch}"
    for position, option in enumerate(sheet.options):
        for variant in sheet.variants:
            yield f"option:{option.key}={variant.choice[position]}"
