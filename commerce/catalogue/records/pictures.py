"""Pictures of products as pages and the desk need them."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Derivative:
    """A smaller copy of a picture."""

    width: int
    height: int
    name: str
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as pages need it: `name` is its file below `media/<merchant>/`."""

    id: UUID
    name: str
    width: int
    height: int
    alt: str
    variant_id: UUID | None
    kind: Literal["image", "drawing"]
    state: Literal["pending", "ready", "refused"]
    derivatives: tuple[Derivative, ...]
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class MediaRoom:
    """The pictures that a merchant keeps with their smaller copies, and the most it may keep."""

    files: int
    bytes: int
    most_files: int
    most_bytes: int
