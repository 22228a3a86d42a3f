from hypothesis import given
from hypothesis import strategies as st

from commerce.kernel.han import simplified
from commerce.kernel.text import Term, fold, latin_words, query_terms, search_tokens

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
WORDS = st.lists(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzàéîõüßŁø0123456789", min_size=1, max_size=12),
    min_size=1,
    max_size=8,
)


def finds(query: str, document: str) -> bool:
    tokens = search_tokens(document)
    return all(
        any(
            token.startswith(term.token) if term.prefix else token == term.token for token in tokens
        )
        for term in query_terms(query)
    )


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_tokens_hold_letters_and_digits_only(text: str) -> None:
    assert all(
        token and len(token) <= 64 and not set(token) & set(" '\\:&|!*()_")
        for token in search_tokens(text)
    )


@given(st.text())
def test_a_document_is_found_by_its_own_text(text: str) -> None:
    assert finds(text, text)


@given(st.text(alphabet=HAN, min_size=1, max_size=30), st.data())
def test_any_piece_of_a_chinese_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert finds(name[start:end], name)


@given(WORDS, st.data())
def test_half_typed_words_and_other_capitals_find_the_name(
    words: list[str], data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from(words))
    assert finds(word[: max(2, len(word) // 2)].upper(), " ".join(words)) or len(word) == 1


def test_chinese_becomes_overlapping_pairs_and_the_last_character() -> None:
    assert search_tokens("青花瓷茶杯") == ["青花", "花瓷", "瓷茶", "茶杯", "杯"]


def test_two_chinese_characters_that_are_not_neighbours_do_not_match() -> None:
    assert not finds("青瓷", "青花瓷")


def test_accents_case_width_and_apostrophes_do_not_matter() -> None:
    assert search_tokens("Café CRÈME \uff21\uff22\uff23 Women's Straße") == [
        "cafe",
        "creme",
        "abc",
        "womens",
        "strasse",
    ]


def test_mixed_scripts_are_split_where_the_script_changes() -> None:
    assert search_tokens("iPhone手机壳 5G") == ["iphone", "手机", "机壳", "壳", "5g"]


def test_a_query_asks_for_each_term_once() -> None:
    assert query_terms("tea Tea 茶") == (
        Term("tea", prefix=True, cjk=False),
        Term("茶", prefix=True, cjk=True),
    )


def test_latin_words_leave_the_chinese_out() -> None:
    assert latin_words("Lóngjǐng 龙井 Tea") == ["longjing", "tea"]


def test_japanese_and_korean_keep_their_letters() -> None:
    assert search_tokens("がく 한국") == ["がく", "く", "한국", "국"]


def test_traditional_characters_are_the_simplified_ones_to_search() -> None:
    assert search_tokens("臺灣烏龍") == search_tokens("台湾乌龙")
    assert query_terms("圍巾") == query_terms("围巾")
    assert simplified(simplified("薴後裏麵")) == simplified("薴後裏麵")
