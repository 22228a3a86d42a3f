"""The category tree, as it is linked, shown and edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CategoryName:
    """A category as it is linked: its path and its name in the page's language."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Category:
    """One branch of the tree with its branches."""

    id: UUID
    path: str
    name: str
    about: str
    product_count: int
    """Active products in it and below it."""
    children: tuple["Category", ...]


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """A category as its merchant edits it, in every language."""

    id: UUID
    path: str
    position: int
    names: Mapping[str, str]
    abouts: Mapping[str, str]
    product_count: int
    """Products of any state that stand in it, not counting those below it."""
    only_here: int
    """Those of them that stand in no other category."""
    in_branch: int
    """Products of any state that stand in it or below it."""

    @property
    def slug(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """The path of the category above it; nothing at the top."""
        return self.path.rpartition("/")[0]

    @property
    def depth(self) -> int:
        """How many categories stand above it."""
        return self.path.count("/")
