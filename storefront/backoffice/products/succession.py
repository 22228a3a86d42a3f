"""What becomes of the variants that are there when a product's options change; no database.

A variant goes on under what it chose before, under the first value of an option that is new, or
under what the merchant says. It is never exchanged for a new one as long as it can go on: its
stock, its holds and its history hang on it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from uuid import UUID

from werkzeug.datastructures import MultiDict

from commerce.catalogue.records import Option, ProductSheet, VariantSheet

Choice = tuple[str, ...]

NOT_SOLD = "-"
"""The answer that a variant is not sold any more."""


@dataclass(frozen=True, slots=True)
class Question:
    """A variant with stock of which only the merchant knows what it is from now on."""

    variant: VariantSheet
    units: int
    answer: str
    """What was answered, or what is likely; `NOT_SOLD`, a choice as `written` gives it, or nothing."""
    twice: bool = False
    """Whether another variant with stock becomes the same."""

    @property
    def name(self) -> str:
        """What the field is called."""
        return f"becomes-{self.variant.id}"


@dataclass(frozen=True, slots=True)
class Succession:
    """What every variant that goes on chooses now, and what has to be asked before that is sure."""

    choices: Mapping[UUID, Choice]
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """How one option of now follows from the options of before."""

    at: int | None
    """The place of the same option before; None for an option that is new."""
    keys: tuple[str, ...]
    guesses: Mapping[str, str] = field(default_factory=dict)
    """For values that are gone, the new ones that stand in their stead in the list."""

    def answers(self, choice: Choice) -> tuple[str | None, bool]:
        """Return which value a variant has now, and whether that is more than a guess."""
        if self.at is None:
            return self.keys[0], len(self.keys) == 1
        before = choice[self.at]
        if before in self.keys:
            return before, True
        return self.guesses.get(before), False


def written(choice: Choice) -> str:
    """Return a choice as a form carries it."""
    return "=" + "|".join(choice)


def combinations(options: Sequence[Option]) -> list[Choice]:
    """Return everything that can be chosen among `options`."""
    return list(product(*((value.key for value in option.values) for option in options)))


def changes(before: Sequence[Option], now: Sequence[Option]) -> tuple[Change, ...]:
    """Return how the options of now follow from those of before, one by one."""
    places = {option.key: at for at, option in enumerate(before)}
    return tuple(
        _change(places.get(option.key), before, [value.key for value in option.values])
        for option in now
    )


def succeed(
    sheet: ProductSheet,
    now: Sequence[Option],
    *,
    on_hand: Mapping[UUID, int],
    typed: MultiDict[str, str],
) -> Succession:
    """Return what becomes of the sheet's variants under the options of `now`.

    Only variants with stock are asked for: one without goes on under the likeliest choice, or is
    retired when another has that choice.
    """
    steps = changes(sheet.options, now)
    likely = {variant.id: _likely(variant, steps) for variant in sheet.variants}
    stocked = [variant for variant in sheet.variants if on_hand.get(variant.id, 0) > 0]
    rivals = Counter(likely[variant.id][0] for variant in stocked)
    asked = [
        variant
        for variant in stocked
        if not likely[variant.id][1] or rivals[likely[variant.id][0]] > 1
    ]
    known: dict[str, Choice | None] = {written(choice): choice for choice in combinations(now)}
    known[NOT_SOLD] = None
    given = {each.id: typed.get(f"becomes-{each.id}", "") for each in asked}
    chosen = {each.id: likely[each.id][0] for each in stocked}
    chosen |= {each: known[answer] for each, answer in given.items() if answer in known}
    taken = Counter(choice for choice in chosen.values() if choice is not None)
    choices = _seated(chosen, [(each.id, likely[each.id][0]) for each in sheet.variants])
    twice = {each for each in given if (choice := chosen[each]) is not None and taken[choice] > 1}
    if not twice and all(answer in known for answer in given.values()):
        return Succession(choices)
    questions = tuple(
        Question(
            each,
            on_hand[each.id],
            given[each.id] if given[each.id] in known else _proposed(each, likely, choices),
            twice=each.id in twice and given[each.id] in known,
        )
        for each in asked
    )
    return Succession(choices, questions)


@dataclass(frozen=True, slots=True)
class Model:
    """What a choice that no variant has yet would be taken from."""

    variant: VariantSheet | None
    """The variant that chose the same where the options are the same; None where none did."""
    ends: Choice
    """Its values of options that are new."""
    is_new: bool
    """Whether the options of before could not have named it, or not in this way."""


def model_of(
    choice: Choice,
    before: Sequence[Option],
    now: Sequence[Option],
    variants: Sequence[VariantSheet],
) -> Model:
    """Return what a variant with this choice begins as."""
    steps = changes(before, now)
    fresh = any(
        step.at is not None and key not in {value.key for value in before[step.at].values}
        for key, step in zip(choice, steps, strict=True)
    )
    ends = tuple(key for key, step in zip(choice, steps, strict=True) if step.at is None)
    like = next(
        (
            each
            for each in variants
            if all(
                step.at is None or each.choice[step.at] == key
                for key, step in zip(choice, steps, strict=True)
            )
        ),
        None,
    )
    return Model(like, ends, is_new=fresh or bool(ends and like is not None))


def missing(sheet: ProductSheet) -> list[Choice]:
    """Return the combinations of the sheet's options that are not on sale."""
    there = {variant.choice for variant in sheet.variants}
    return [choice for choice in combinations(sheet.options) if choice not in there]


def _change(at: int | None, before: Sequence[Option], keys: list[str]) -> Change:
    if at is None:
        return Change(None, tuple(keys))
    known = [value.key for value in before[at].values]
    gone = [key for key in known if key not in keys]
    fresh = [key for key in keys if key not in known]
    return Change(at, tuple(keys), dict(zip(gone, fresh, strict=False)))


def _likely(variant: VariantSheet, steps: Sequence[Change]) -> tuple[Choice | None, bool]:
    """Return the choice that a variant most likely has now (None: none), and whether that is sure."""
    keys: list[str] = []
    sure = True
    for step in steps:
        key, known = step.answers(variant.choice)
        sure = sure and known
        if key is None:
            return None, False
        keys.append(key)
    return tuple(keys), sure


def _proposed(
    variant: VariantSheet,
    likely: Mapping[UUID, tuple[Choice | None, bool]],
    choices: Mapping[UUID, Choice],
) -> str:
    """Return the likeliest answer, nothing where another variant has it already."""
    choice = likely[variant.id][0]
    if choice is None:
        return NOT_SOLD
    return written(choice) if choices.get(variant.id) == choice else ""


def _seated(
    chosen: Mapping[UUID, Choice | None], likely: Sequence[tuple[UUID, Choice | None]]
) -> dict[UUID, Choice]:
    """Give every choice to one variant: those with stock first, then in the order of the page."""
    seats: dict[Choice, UUID] = {}
    others = [(variant_id, choice) for variant_id, choice in likely if variant_id not in chosen]
    for variant_id, choice in [*chosen.items(), *others]:
        if choice is not None:
            seats.setdefault(choice, variant_id)
    return {variant_id: choice for choice, variant_id in seats.items()}
