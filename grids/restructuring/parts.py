"""What rooms above add to a plan: sheets of their own, operations, objections, and what they carry out.

They register in their ``AppConfig.ready``; this room imports none of them. Parts are asked in the order of
their registration, which is the order of the rooms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from common.words import Words
from common.workbooks import Book, Filled, Problem, Sheet
from grids.restructuring.operations import Operation
from grids.restructuring.outline import Outline
from grids.restructuring.placing import Placing
from grids.restructuring.state import State
from grids.restructuring.target import Target
from ledgers.actions import Actor


@dataclass(frozen=True)
class Effect:
    """What a plan means for a room: how many of what."""

    label: Words
    count: int


@dataclass(frozen=True)
class Planning:
    """What a part is told when a plan is made: its own share of the target is ``target.more[key]``.

    ``by`` is the person whose rights count for what the parts add.
    """

    outline: Outline
    target: Target
    placing: Placing
    on: date
    by: Any


@dataclass
class PartPlan:
    """What a part adds; ``work`` is its own, handed back to it when the plan is carried out."""

    operations: list[Operation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Words] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    work: Any = None


@dataclass(frozen=True)
class Done:
    """What a part is told once the tree has been changed, inside the same transaction.

    ``keys`` maps codes of the target to keys; ``closed`` the keys of closed grids to those of their heirs
    with their shares, the largest first.
    """

    keys: Mapping[str, int]
    closed: Mapping[int, Sequence[tuple[int, Decimal]]]
    by: Actor
    on: date
    at: datetime


class Part:
    """One room's part in restructuring. Everything has a default that does nothing."""

    key = ""
    sheets: tuple[Sheet, ...] = ()

    def read(self, book: Book) -> Any:
        """Its share of the target, as JSON, from its tables; adds to the book's problems."""
        return None

    def filled(self, state: State) -> list[Filled]:
        """Its sheets of the state as it is."""
        return []

    def plan(self, planning: Planning) -> PartPlan:
        return PartPlan()

    def carry_out(self, work: Any, done: Done) -> Any:
        """Write its operations; returns what ``take_back`` needs, as JSON."""
        return None

    def take_back(self, undo: Any, *, by: Actor, at: datetime) -> None:
        """Undo ``carry_out``; the tree is as it was before."""

    def recorded(self, opened: Sequence[int], *, since: datetime) -> list[str]:
        """What has been recorded on grids that the plan opened, beside the ledger: a few lines of words."""
        return []

    def recorded_on_own(self, undo: Any, *, since: datetime) -> list[str]:
        """What has been recorded since on what the part itself wrote, the oldest first: a few lines of words.

        ``undo`` is what ``carry_out`` returned.
        """
        return []


_parts: list[Part] = []


def register(part: Part) -> None:
    """Add a part; registering one of the same key again changes nothing."""
    if all(known.key != part.key for known in _parts):
        _parts.append(part)


def parts() -> tuple[Part, ...]:
    return tuple(_parts)
