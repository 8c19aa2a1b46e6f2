"""What an import would do, as it is shown, compared and carried out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise

from common.workbooks import Problem
from grids.models import Grid
from people.models import Posting, Role, Unit, User
from people.sheets import PersonRow, PostingRow


@dataclass(frozen=True)
class Change:
    """One field of a person, before and after."""

    name: str
    label: str | Promise
    before: str | Promise
    after: str | Promise


@dataclass(frozen=True)
class Changed:
    """A person who would be another afterwards."""

    person: User
    row: PersonRow
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class New:
    """A posting to be. The person may be new as well, so that only the login name is known."""

    row: PostingRow
    person: str  # the name
    place: Grid | Unit
    start: date

    @property
    def last_day(self) -> date | None:
        return self.row.end - timedelta(days=1) if self.row.end else None

    @property
    def role_label(self) -> str | Promise:
        return Role(self.row.role).label

    @property
    def place_name(self) -> str:
        return self.place.label if isinstance(self.place, Unit) else self.place.name


@dataclass(frozen=True)
class Ended:
    """A posting that would end, or end on another day."""

    posting: Posting
    end: date

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)


@dataclass
class ImportPlan:
    """What would be done, in the order of the rows, and what stands against it."""

    new: list[PersonRow] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    people_same: int = 0
    posted: list[New] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    postings_same: int = 0
    problems: list[Problem] = field(default_factory=list)
    acting: dict[int, Posting] = field(default_factory=dict)  # home grid → posting acted under
    known_people: tuple[User, ...] = ()  # whom the rows name and who are there already

    @property
    def empty(self) -> bool:
        return not (self.new or self.changed or self.posted or self.ended)

    @property
    def digest(self) -> str:
        """Differs once anything else would be done."""
        lines: list[Any] = [(row.username, row.name, row.phone, row.active) for row in self.new]
        lines += [
            (one.person.pk, [(c.name, str(c.before), str(c.after)) for c in one.changes])
            for one in self.changed
        ]
        lines += [
            (one.row.username, one.row.role, type(one.place).__name__, one.place.pk, one.start, one.row.end)
            for one in self.posted
        ]
        lines += [(one.posting.pk, one.posting.valid_to, one.end) for one in self.ended]
        return hashlib.sha256(repr(lines).encode()).hexdigest()
