"""Which filters a list shows, and how sizes of different kinds stand apart."""

from commerce.catalogue.records import FacetValue
from storefront.shop.filters import ShownFilter, by_unit, is_useful


def values(*labels: str, count: int = 2, chosen: str = "") -> tuple[FacetValue, ...]:
    return tuple(FacetValue(label, label, count, label == chosen) for label in labels)


def test_sizes_are_told_apart_by_what_they_measure() -> None:
    sizes = values("100 g", "1 kg", "50 g", "110 ml", "20 × 30 cm", "357 g cake", "S", "40 厘米")
    told = {kind: [each.label for each in of] for kind, of in by_unit("option:size", sizes)}
    assert told == {
        "weight": ["50 g", "100 g", "357 g cake", "1 kg"],
        "volume": ["110 ml"],
        "length": ["20 × 30 cm", "40 厘米"],
        "": ["S"],
    }


def test_sizes_of_one_kind_and_other_groups_stay_whole() -> None:
    assert [kind for kind, _ in by_unit("option:size", values("50 g", "100 g"))] == [""]
    assert [kind for kind, _ in by_unit("tag:taste", values("1 g", "2 ml"))] == [""]


def test_a_filter_that_lists_single_products_is_not_shown_until_it_is_chosen() -> None:
    single = values("S", "M", count=1)
    assert not is_useful("option:size", single, total=36)
    assert is_useful("option:size", single, total=6), "a short list may be narrowed as one likes"
    assert is_useful("option:size", values("S", "M", count=1, chosen="M"), total=36)
    assert is_useful("category", values("Tea", "Silk", count=1), total=36)
    assert not is_useful("tag:taste", values("fresh"), total=36)


def test_six_values_are_seen_and_the_rest_unfolds() -> None:
    def seen(count: int) -> tuple[int, int]:
        shown = ShownFilter("tag:x", "X", values(*map(str, range(count))), opened=True)
        return len(shown.first), len(shown.more)

    assert [seen(count) for count in (2, 7, 8)] == [(2, 0), (7, 0), (6, 2)]
