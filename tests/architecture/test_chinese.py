"""Whatever Quayside says to people, it says in Chinese too."""

import ast
import inspect
import re
from pathlib import Path

import wtforms
from babel.messages.mofile import read_mo
from wtforms.validators import InputRequired

from commerce.kernel.errors import CommerceError
from storefront.backoffice.forms import DeskForm
from tests.support.chinese import (
    PACKAGES,
    ROOT,
    chinese,
    every_error,
    marked_sentences,
    sentences_in,
    sentences_of_the_business,
)

GAP = re.compile(r"%\((\w+)\)[sd]")
OWN_WORDS = re.compile(r"self\.gettext\(\s*\"([^\"]+)\"")
HAN = re.compile("[\u4e00-\u9fff]")


def test_every_refusal_is_told_in_chinese() -> None:
    untold = {
        kind.__name__: kind.template for kind in every_error() if kind.template not in chinese()
    }
    assert not untold


def test_every_text_of_the_pages_is_told_in_chinese() -> None:
    marked = marked_sentences()
    assert "Sign in" in marked
    assert not {text: place for text, place in marked.items() if text not in chinese()}


def test_every_sentence_of_the_business_is_told_in_chinese() -> None:
    said = sentences_of_the_business()
    assert "Give the product a name in one language at least." in said
    assert not {text: place for text, place in said.items() if text not in chinese()}


def test_one_english_sentence_has_one_chinese_whatever_counter_says_it() -> None:
    """The catalogues are read as one: what reads alike in two places is told alike in both."""
    assert not {english: set(told) for english, told in chinese().items() if len(set(told)) > 1}


def test_the_check_sees_a_sentence_and_passes_by_what_nobody_is_told() -> None:
    source = (
        '"""Sell it now."""\nraise ValueError("It is bad.")\nfault(template="It is sold out.")\n'
    )
    assert [text for text, _ in sentences_in(source)] == ["It is sold out."]


def test_a_percent_sign_beside_a_gap_is_written_twice() -> None:
    """What is filled in reads a single one as the beginning of a gap, and the page is not shown."""
    wrong = {
        told
        for english, texts in chinese().items()
        for told in texts
        if GAP.search(english) and "%" in GAP.sub("", told).replace("%%", "")
    }
    assert wrong == set()


def test_no_chinese_sentence_has_a_gap_that_nobody_fills() -> None:
    gaps = {
        english: told
        for english, texts in chinese().items()
        for told in texts
        if not set(GAP.findall(told)) <= set(GAP.findall(english)) | {"num"}
    }
    assert not gaps


def test_every_refusal_with_a_sentence_of_its_own_has_a_code_of_its_own() -> None:
    speaking = [kind for kind in (CommerceError, *every_error()) if "template" in vars(kind)]
    codes: dict[str, list[str]] = {}
    for kind in speaking:
        assert "code" in vars(kind), f"{kind.__name__} speaks under its parent's code"
        codes.setdefault(kind.code, []).append(kind.__name__)
    assert not {code: kinds for code, kinds in codes.items() if len(kinds) > 1}


def every_form(form: type[DeskForm] = DeskForm) -> list[type[DeskForm]]:
    return [form, *(each for below in form.__subclasses__() for each in every_form(below))]


def test_every_demand_of_a_form_speaks_our_own_sentence() -> None:
    every_error()  # loads every form
    forms = every_form()
    assert len(forms) > 5
    silent = [
        (form.__name__, name, type(demand).__name__)
        for form in forms
        for name, field in _fields(form)
        for demand in _demands(field)
        if getattr(demand, "message", "said") is None
    ]
    assert not silent


def _fields(form: type[DeskForm]) -> list[tuple[str, wtforms.fields.core.UnboundField]]:
    return [
        (name, field)
        for name, field in vars(form).items()
        if isinstance(field, wtforms.fields.core.UnboundField)
    ]


def _demands(field: wtforms.fields.core.UnboundField) -> list[object]:
    given = field.kwargs.get("validators") or (field.args[1] if len(field.args) > 1 else ())
    return list(given)


def test_the_check_sees_a_demand_without_a_sentence() -> None:
    field = wtforms.StringField("Name", [InputRequired()])
    assert [demand.message for demand in _demands(field)] == [None]  # type: ignore[attr-defined]


def test_what_the_fields_of_the_forms_refuse_by_themselves_is_told_in_chinese() -> None:
    every_error()
    with (Path(wtforms.__file__).parent / "locale/zh/LC_MESSAGES/wtforms.mo").open("rb") as opened:
        told = {str(each.id) for each in read_mo(opened) if each.id and each.string}
    kinds = {
        kind
        for form in every_form()
        for _, field in _fields(form)
        for kind in field.field_class.__mro__
        if kind.__module__.startswith("wtforms.")
    }
    said = {text for kind in kinds for text in OWN_WORDS.findall(inspect.getsource(kind))}
    assert "Not a valid choice." in said
    assert said <= told


def test_every_wording_of_a_plugin_is_chinese_in_its_second_half() -> None:
    found = [pair for package in PACKAGES for pair in _wordings(ROOT / package)]
    assert len(found) > 30
    assert not [pair for pair in found if not HAN.search(pair[1])]


def _wordings(folder: Path) -> list[tuple[str, str]]:
    return [
        (str(node.args[0].value), str(node.args[1].value))
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Wording"
        and all(isinstance(each, ast.Constant) for each in node.args[:2])
        and len(node.args) > 1
    ]
