"""What an import reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from commerce.imports.contents import Problem
from commerce.imports.planning import Action
from commerce.imports.refusal import Refusal

State = Literal["running", "done", "failed", "undone"]


@dataclass(frozen=True, slots=True)
class PreviewedProduct:
    """One product of a file, and what would become of it."""

    row: int
    handle: str
    name: str
    action: Action
    variants: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. Nothing was changed."""

    dialect: str
    encoding: str
    rows: int
    counts: Mapping[str, int]
    """Products created, updated, unchanged and refused."""
    products: tuple[PreviewedProduct, ...]
    problems: tuple[Problem, ...]
    """By row; errors keep their product out."""
    ignored_columns: tuple[str, ...]
    pictures: int
    """Addresses of pictures that would be fetched."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    id: UUID
    dialect: str
    rows: int
    counts: Mapping[str, int]
    problems: tuple[Problem, ...]
    ignored_columns: tuple[str, ...]
    pictures: int


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What an undo did: handles of products restored, and of those that someone changed since."""

    restored: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import in the list."""

    id: UUID
    file_name: str
    dialect: str
    state: State
    counts: Mapping[str, int]
    problems: tuple[Problem, ...]
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingFetch:
    """A picture that is to be fetched for a product."""

    merchant_id: UUID
    id: UUID
    url: str


@dataclass(frozen=True, slots=True)
class FailedFetch:
    """A picture that could not be had, and why."""

    product_id: UUID
    handle: str
    url: str
    problem: Refusal
