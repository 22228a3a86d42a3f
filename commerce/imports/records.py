"""What an import reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from commerce.catalogue.records import Status
from commerce.imports.changes import Change
from commerce.imports.contents import Problem
from commerce.imports.planning import Action
from commerce.imports.refusal import Refusal

State = Literal["running", "done", "failed", "undoing", "undone"]
Outcome = Literal["restored", "kept"]
"""What taking a product back came to: it is as it was, or somebody has changed it since."""


@dataclass(frozen=True, slots=True)
class PreviewedProduct:
    """One product of a file, and what would become of it."""

    row: int
    handle: str
    name: str
    action: Action
    variants: int
    status: Status | None
    """What it would be; None when it stays out."""
    counted: int
    """Variants whose stock is counted afterwards."""
    uncounted: int
    """Variants that are sold without limit afterwards."""
    changes: tuple[Change, ...]
    """What differs from how it stands; empty for a new one."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. Nothing was changed."""

    dialect: str
    encoding: str
    rows: int
    counts: Mapping[str, int]
    """Products by action."""
    products: tuple[PreviewedProduct, ...]
    problems: tuple[Problem, ...]
    """By row; errors keep their product out."""
    ignored_columns: tuple[str, ...]
    pictures: int
    """Addresses of pictures that would be fetched."""
    counted_variants: int
    uncounted_variants: int


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
    done: int
    """Products dealt with, on the way back those that were taken back, of `total`."""
    total: int
    problem: Refusal | None
    """Why it stopped before its end."""
    started_at: datetime
    moved_at: datetime
    """When it last got on."""
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
