"""The shape of a deed: what it reads, what it does in its transaction, what follows the commit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from pos.api.bodies import Body
from pos.authority import Authority
from pos.device import Till

Shape = TypeVar("Shape", bound=Body)
Answer = dict[str, Any]


def never(_body: Body) -> bool:
    """Return that nothing of this kind is done before the server has answered."""
    return False


def nothing(_till: Till, _answer: Answer) -> Answer:
    """Do nothing after the commit."""
    return {}


@dataclass(frozen=True, slots=True)
class Deed(Generic[Shape]):
    """One kind of command.

    Attributes:
        body: what it reads.
        do: the work of its transaction; what it returns is kept with the command for good.
        after: what happens once after the commit, such as printing; it may fail without harm, and
            what it returns is told to the page and kept nowhere.
        is_settled: whether the till finishes it without the server, so that it can have happened.
    """

    body: type[Shape]
    do: Callable[[Session, Authority, Shape], Answer]
    after: Callable[[Till, Answer], Answer] = nothing
    is_settled: Callable[[Shape], bool] = never


AnyDeed = Deed[Any]
