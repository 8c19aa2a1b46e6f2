"""Works an import out: the people first, then who holds what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import phones
from common.words import Words, words
from common.workbooks import Problem, Table
from grids.models import Grid
from people.importing.known import Known
from people.importing.shapes import Change, Changed, Ended, ImportPlan, New
from people.models import Posting, Role, Unit, User
from people.rules import held_in_grid, held_in_unit
from people.sheets import NO, PEOPLE, YES, PersonRow, PostingRow

FOREVER = date.max
BY_HAND = words("Administrators are posted in the admin site, not by a workbook.")

# Where a posting is held: ("grid" or "unit", its code).
type_of_spot = tuple[str, str]
# From a day to the day after the last, and the row that says so; None for what is so today.
Span = tuple[date, date, PostingRow | None]


class Planner:
    """Goes through the rows in order. What is wrong with one goes to the plan's problems; others go on."""

    def __init__(
        self,
        people: Table | None,
        postings: Table | None,
        *,
        known: Known,
        by: User,
        problems: list[Problem],
    ) -> None:
        self.people, self.postings = people, postings
        self.known = known
        self.by = by
        self.today = timezone.localdate()
        self.found = ImportPlan(
            problems=problems, acting=known.acting, known_people=tuple(known.people.values())
        )
        # Rows of people with a fault are told of there; what follows from them is not told again.
        self.mentioned = (
            {User.normalize_username(row["username"]) for row in people.rows} if people else set()
        )
        self.listed: dict[str, PersonRow] = {}
        self.spans: dict[tuple[str, str, type_of_spot], list[Span]] = {}
        self.spoken_of: dict[int, int] = {}  # posting → row

    def plan(self, person_rows: Sequence[PersonRow], posting_rows: Sequence[PostingRow]) -> ImportPlan:
        if self.people is None and self.postings is None:
            text = words("The workbook has no sheet of this name.")
            self.found.problems.append(Problem(sheet=str(PEOPLE.title), message=text, kind="no_sheet"))
        self._plan_people(person_rows)
        self._plan_postings(posting_rows)
        self.found.problems.sort(key=self._place)
        return self.found

    def _place(self, problem: Problem) -> tuple[bool, int, str]:
        """Faults in the order of the workbook."""
        last = self.postings is not None and problem.sheet == self.postings.title
        return last, problem.row or 0, problem.column

    # ---- people

    def _plan_people(self, rows: Sequence[PersonRow]) -> None:
        seen: dict[str, int] = {}
        for row in rows:
            if row.username.lower() in seen:
                text = words("This login name stands in row %(row)s already.", row=seen[row.username.lower()])
                self._problem(self.people, row.row, "username", text, "duplicate")
                continue
            seen[row.username.lower()] = row.row
            self.listed[row.username] = row
            person = self.known.people.get(row.username)
            if person is None:
                self._enter(row)
            else:
                self._change(person, row)

    def _enter(self, row: PersonRow) -> None:
        try:
            UnicodeUsernameValidator()(row.username)
        except ValidationError:
            text = words("A login name has letters, figures and the signs @ . + - _ only.")
            self._problem(self.people, row.row, "username", text, "bad_username")
            return
        if twin := self.known.twins.get(row.username.lower()):
            text = words("Only capital letters tell this login name from %(other)s.", other=twin)
            self._problem(self.people, row.row, "username", text, "duplicate")
            return
        if self._can_be_called(row):
            self.found.new.append(row)

    def _change(self, person: User, row: PersonRow) -> None:
        wanted = {
            "name": (_("Name"), person.name, row.name),
            "phone": (_("Phone"), person.phone, person.phone if row.phone is None else row.phone),
        }
        changes = [
            Change(name, label, before, after)
            for name, (label, before, after) in wanted.items()
            if before != after
        ]
        if row.active is not None and row.active != person.is_active:
            label = pgettext_lazy("account", "Open")
            before, after = (YES, NO) if person.is_active else (NO, YES)
            changes.append(Change("is_active", label, before, after))
        if not changes:
            self.found.people_same += 1
        elif person.pk not in self.known.manageable:
            text = words("This person does not belong to the grids you administer.")
            self._problem(self.people, row.row, "username", text, "not_yours")
        elif person.pk == self.by.pk and row.active is False:
            text = words("Another administrator must close your own account.")
            self._problem(self.people, row.row, "active", text, "own_account")
        elif not any(change.name == "phone" for change in changes) or self._can_be_called(row):
            self.found.changed.append(Changed(person, row, tuple(changes)))

    def _can_be_called(self, row: PersonRow) -> bool:
        """Whether the row's telephone is a number; what is none is told."""
        fault = phones.fault(row.phone or "")
        if fault is not None:
            self._problem(self.people, row.row, "phone", fault, "bad_phone")
        return fault is None

    # ---- postings

    def _plan_postings(self, rows: Sequence[PostingRow]) -> None:
        for username, some in self.known.held.items():
            for held in some:
                if held.valid_to != held.valid_from:
                    span = (held.valid_from, held.valid_to or FOREVER, None)
                    self.spans.setdefault((username, held.role, _spot_of(held)), []).append(span)
        for row in rows:
            if not self._is_named(row):
                continue
            posting = self._meant(row)
            if posting is None:
                self._post(row)
            else:
                self._keep_or_end(posting, row)
        self._overlaps()

    def _is_named(self, row: PostingRow) -> bool:
        """Whether the row names somebody, by login name and, where it is given, by name."""
        listed, known = self.listed.get(row.username), self.known.people.get(row.username)
        if listed is None and known is None:
            if row.username not in self.mentioned:
                text = words("Nobody has the login name %(name)s. Enter the person first.", name=row.username)
                self._problem(self.postings, row.row, "username", text, "unknown_person")
            return False  # a faulty row of people is told of there
        name = listed.name if listed is not None else known.name  # type: ignore[union-attr]
        if row.name and row.name != name:
            text = words(
                "The login name %(username)s belongs to %(person)s, not to %(name)s.",
                username=row.username,
                person=name,
                name=row.name,
            )
            self._problem(self.postings, row.row, "name", text, "wrong_person")
            return False
        return True

    def _meant(self, row: PostingRow) -> Posting | None:
        """The posting that a row speaks of: of the same beginning, or without one the one not yet ended."""
        same = [
            posting
            for posting in self.known.held.get(row.username, ())
            if posting.role == row.role
            and _spot_of(posting) == _spot(row)
            and posting.valid_to != posting.valid_from
        ]
        if row.start is not None:
            return next((posting for posting in same if posting.valid_from == row.start), None)
        return next((p for p in same if p.valid_to is None or p.valid_to > self.today), None)

    def _keep_or_end(self, posting: Posting, row: PostingRow) -> None:
        if (again := self.spoken_of.setdefault(posting.pk, row.row)) != row.row:
            text = words("This posting stands in row %(row)s already.", row=again)
            self._problem(self.postings, row.row, "username", text, "duplicate")
            return
        if row.end == posting.valid_to or (row.end is None and row.start is None):
            self.found.postings_same += 1
            return
        refusal = self._no_end(posting, row)
        if refusal is not None:
            column, text, kind = refusal
            self._problem(self.postings, row.row, column, text, kind)
            return
        assert row.end is not None  # noqa: S101 - _no_end has refused it
        key = (row.username, row.role, _spot(row))
        self.spans[key].remove((posting.valid_from, posting.valid_to or FOREVER, None))
        self.spans[key].append((posting.valid_from, row.end, row))
        self.found.ended.append(Ended(posting, row.end))

    def _no_end(self, posting: Posting, row: PostingRow) -> tuple[str, Words, str] | None:
        """Why a posting cannot end as the row says: what ``actions.end_posting`` would refuse."""
        if posting.home_id not in self.found.acting:
            return "grid" if row.grid else "unit", _not_yours(row), "not_yours"
        if posting.role == Role.ADMINISTRATOR:
            return "role", BY_HAND, "wrong_role"
        if posting.valid_to is not None and posting.valid_to <= self.today:
            return "last", words("This posting has ended already."), "ended"
        if row.end is None:
            text = words(
                "An end that is set cannot be taken away. Write a later day, or post anew from then."
            )
            return "last", text, "bad_dates"
        if row.end <= posting.valid_from:
            return "last", words("The last day lies before the first."), "bad_dates"
        return None

    def _post(self, row: PostingRow) -> None:
        place: Grid | Unit | None = (
            self.known.grids.get(row.grid) if row.grid else self.known.units.get(row.unit)
        )
        home = place.grid_id if isinstance(place, Unit) else place.pk if place else 0
        known, listed = self.known.people.get(row.username), self.listed.get(row.username)
        start = row.start or self.today
        count = len(self.found.problems)
        if place is None or home not in self.found.acting:
            column = "grid" if row.grid else "unit"
            self._problem(self.postings, row.row, column, _not_yours(row), "not_yours")
        elif not _held_in(row.role, place):
            text = words("This role is not held in such a place.")
            self._problem(self.postings, row.row, "role", text, "wrong_role")
        if row.role == Role.ADMINISTRATOR:
            self._problem(self.postings, row.row, "role", BY_HAND, "wrong_role")
        if row.end is not None and row.end <= start:
            text = words("The last day lies before the first.")
            self._problem(self.postings, row.row, "last", text, "bad_dates")
        if place is not None and start < place.opened_on:
            text = words("The first day lies before the grid or unit was opened.")
            self._problem(self.postings, row.row, "from", text, "bad_dates")
        if known is not None and known.pk not in self.known.manageable:
            text = words("This person does not belong to the grids you administer.")
            self._problem(self.postings, row.row, "username", text, "not_yours")
        active = listed.active if listed is not None else None
        if not (active if active is not None else known is None or known.is_active):
            text = words("This account is closed.")
            self._problem(self.postings, row.row, "username", text, "closed")
        if len(self.found.problems) > count or place is None:
            return
        name = listed.name if listed is not None else known.name  # type: ignore[union-attr]
        self.found.posted.append(New(row, name, place, start))
        key = (row.username, row.role, _spot(row))
        self.spans.setdefault(key, []).append((start, row.end or FOREVER, row))

    def _overlaps(self) -> None:
        """The same role held twice at once in one place, by what the workbook says."""
        text = words("The person holds this role there already.")
        for spans in self.spans.values():
            line = sorted(spans, key=lambda span: (span[0], span[1], span[2].row if span[2] else 0))
            longest = line[0]
            for span in line[1:]:
                row = span[2] or longest[2]
                if span[0] < longest[1] and row is not None:
                    self._problem(self.postings, row.row, "username", text, "overlap")
                longest = max(longest, span, key=lambda span: span[1])

    def _problem(self, table: Table | None, row: int, column: str, text: Words, kind: str) -> None:
        if table is not None:
            self.found.problems.append(table.problem(row, column, text, kind=kind))


def _not_yours(row: PostingRow) -> Words:
    if row.grid:
        return words("You administer no open grid with the code %(code)s.", code=row.grid)
    return words("You administer no open unit with the code %(code)s.", code=row.unit)


def _spot(row: PostingRow) -> type_of_spot:
    return ("grid", row.grid) if row.grid else ("unit", row.unit)


def _spot_of(posting: Posting) -> type_of_spot:
    return ("grid", posting.grid.code) if posting.grid else ("unit", posting.unit.code)  # type: ignore[union-attr]


def _held_in(role: str, place: Grid | Unit) -> bool:
    return held_in_grid(role, place.level) if isinstance(place, Grid) else held_in_unit(role, place.kind)
