"""What becomes of units and postings: as the sheets say, else as their grids go; and who would be missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from common.words import Words, plural_words, words
from grids.dated import batches
from grids.restructuring.operations import Kind, Operation
from grids.restructuring.outline import Outline
from grids.restructuring.parts import PartPlan, Planning
from grids.restructuring.state import State
from grids.restructuring.target import Target
from grids.rules import DISTRICT_LEVEL, SITE_LEVEL
from people.models import Posting, Role, Unit, User
from people.queries import manageable
from people.rules import held_in_grid, held_in_unit

KEY = "people"
LEADERS = (Role.CHIEF_LEADER, Role.LEADER)

# A place of the target: ("grid" or "unit", its code there).
Place = tuple[str, str]
# The days of a posting: from the first to the day after the last.
Span = tuple[date, date]


@dataclass(frozen=True)
class Held:
    """A posting of today that lasts to the day of effect or begins later, and its place in the target.

    ``place`` is None where that grid or unit is gone.
    """

    posting: Posting
    place: Place | None
    was: str  # its place today, in words

    @property
    def key(self) -> tuple[str, str, Place | None]:
        return self.posting.person.username, self.posting.role, self.place


@dataclass(frozen=True)
class New:
    """A posting to be: from the day of effect, or later where what it continues begins later.

    It ends when what it continues would have ended.
    """

    person: User
    role: str
    place: Place
    start: date
    until: date | None = None
    after: Held | None = None  # the posting that it continues
    follows: bool = False


@dataclass
class Work:
    """What the part carries out."""

    open_units: list[dict[str, str]] = field(default_factory=list)
    change_units: list[tuple[Unit, dict[str, str]]] = field(default_factory=list)
    close_units: list[Unit] = field(default_factory=list)
    ends: list[Held] = field(default_factory=list)
    posts: list[New] = field(default_factory=list)


def units_of(state: State) -> QuerySet[Unit]:
    return (
        Unit.objects.filter(grid__tree_id=state.tree_id, closed_on__isnull=True)
        .select_related("grid")
        .order_by("kind", "code")
    )


def postings_of(tree_id: int) -> QuerySet[Posting]:
    """Postings in the grids of a tree and the units at home in it, administrators left out.

    Who administers the installation is no matter of restructuring: nobody is to lose the key by a sheet.
    """
    return (
        Posting.objects.filter(Q(grid__tree_id=tree_id) | Q(unit__grid__tree_id=tree_id))
        .exclude(role=Role.ADMINISTRATOR)
        .select_related("person", "grid", "unit")
        .order_by(F("grid__lft").asc(nulls_first=True), "unit__code", "id")
    )


class Planner:
    """Works the part out: units first, then who is where, then who is missing."""

    def __init__(self, planning: Planning) -> None:
        self.planning = planning
        # The tree may change for a day that has passed, but nobody comes to post or leaves it in the past.
        self.day = max(planning.on, timezone.localdate())
        self.outline: Outline = planning.outline
        self.target: Target = planning.target
        asked = planning.target.more.get(KEY) or {}
        self.unit_rows: list[dict[str, Any]] | None = asked.get("units")
        self.posting_rows: list[dict[str, Any]] | None = asked.get("postings")
        self.leaders: dict[str, str] = asked.get("leaders") or {}
        self.found = PartPlan(work=Work())
        self.work: Work = self.found.work
        self.units: dict[str, Unit] = {unit.code: unit for unit in units_of(self.outline.state)}
        self.kinds: dict[str, str] = {}  # kind of each unit of the target

    def plan(self) -> PartPlan:
        if self.unit_rows is None:
            self._units_follow()
        else:
            self._units_asked(self.unit_rows)
        held = list(self._held())
        if self.posting_rows is None:
            self._postings_follow(held)
        else:
            self._postings_asked(held, self.posting_rows)
        self._named_leaders()
        self._missing_leaders(held)
        self._say_operations()
        return self.found

    def problem(self, sheet: str, row: int, column: str, text: Words, kind: str) -> None:
        self.found.problems.append(self.target.problem(sheet, row, column, text, kind=kind))

    # ---- units

    def _main_heir(self, code_today: str) -> str | None:
        """What a grid of today is in the target: itself, or the grid that takes the largest part of it."""
        if code_today in self.outline.new_codes:
            return self.outline.new_codes[code_today]
        heirs = self.outline.heirs.get(code_today)
        return heirs[0][0] if heirs else None

    def _units_follow(self) -> None:
        for code, unit in self.units.items():
            self.kinds[code] = unit.kind
            home = self._main_heir(unit.grid.code)
            if home is not None and unit.grid.code not in self.outline.new_codes:
                self._change(unit, {"grid": home}, follows=True)

    def _units_asked(self, rows: Sequence[Mapping[str, Any]]) -> None:
        codes = [row["code"] for row in rows]
        used = self._used(codes)
        seen: dict[str, int] = {}
        for row in rows:
            code, unit = row["code"], self.units.get(row["code"])
            home = self.outline.rows.get(row["grid"])
            if code in seen:
                text = words("The code %(code)s stands in row %(row)s already.", code=code, row=seen[code])
                self.problem("units", row["row"], "code", text, "duplicate")
                continue
            seen[code] = row["row"]
            self.kinds[code] = row["kind"]
            if home is None or home.level >= SITE_LEVEL:
                text = words("No grid of the new state has the code %(code)s.", code=row["grid"])
                self.problem("units", row["row"], "grid", text, "unknown_code")
            elif unit is None and code in used:
                self.problem("units", row["row"], "code", used[code], "duplicate")
            elif unit is None:
                self._open(row)
            elif unit.kind != row["kind"]:
                text = words(
                    "Unit %(code)s is of another kind: %(kind)s. A unit keeps its kind for life.",
                    code=code,
                    kind=str(unit.get_kind_display()),
                )
                self.problem("units", row["row"], "kind", text, "wrong_kind")
            else:
                old = {
                    "name": unit.name,
                    "name_en": unit.name_en,
                    "grid": self.outline.new_codes.get(unit.grid.code, ""),
                }
                change = {key: row[key] for key in old if row[key] != old[key]}
                if change:
                    self._change(unit, change, follows=False)
        for code, unit in self.units.items():
            if code not in seen:
                if unit.opened_on > self.planning.on:
                    text = words(
                        "Unit %(code)s was opened on %(day)s, after the day on which this shall take effect.",
                        code=code,
                        day=unit.opened_on.isoformat(),
                    )
                    self.problem("units", 0, "code", text, "too_early")
                self.work.close_units.append(unit)
                self.found.operations.append(Operation(kind=Kind.CLOSE_UNIT, code=code, name=unit.name))

    def _used(self, codes: Sequence[str]) -> dict[str, Words]:
        """Codes that no new unit of this district can have, with the reason."""
        found: dict[str, Words] = {}
        for some in batches(sorted(set(codes))):
            for unit in Unit.objects.filter(code__in=some):
                if unit.closed_on is None:
                    text = words(
                        "The code %(code)s belongs to a unit of another district. Choose another one.",
                        code=unit.code,
                    )
                else:
                    text = words(
                        "The code %(code)s belongs to a closed unit. Choose another one.", code=unit.code
                    )
                if not unit.never_was:
                    found[unit.code] = text
        return found

    def _open(self, row: Mapping[str, Any]) -> None:
        self.work.open_units.append({key: row[key] for key in ("code", "kind", "name", "name_en", "grid")})
        self.found.operations.append(
            Operation(
                kind=Kind.OPEN_UNIT,
                code=row["code"],
                name=row["name"],
                data={"grid": self._grid_words(row["grid"]), "unit_kind": row["kind"]},
            )
        )

    def _change(self, unit: Unit, change: dict[str, str], *, follows: bool) -> None:
        self.work.change_units.append((unit, change))
        shown = {"grid": self._grid_words(change["grid"])} if "grid" in change else {}
        self.found.operations.append(
            Operation(
                kind=Kind.CHANGE_UNIT,
                code=unit.code,
                name=unit.name,
                data={"change": "、".join({**change, **shown}.values()), **change},
                follows=follows,
            )
        )

    def _grid_words(self, code: str) -> str:
        row = self.outline.rows.get(code)
        return f"{code} {row.name}" if row else code

    # ---- postings

    def _held(self) -> Iterator[Held]:
        closing = {unit.code for unit in self.work.close_units}
        on = self.planning.on
        rows = (
            postings_of(self.outline.state.tree_id)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
            .exclude(valid_to=F("valid_from"))
        )
        for posting in rows:
            place: Place | None
            if posting.grid is not None:
                code = self.outline.new_codes.get(posting.grid.code)
                if posting.grid.level == SITE_LEVEL:
                    continue
                place = ("grid", code) if code is not None else None
                was = f"{posting.grid.code} {posting.grid.name}"
            else:
                unit: Unit = posting.unit  # type: ignore[assignment]  # posting_grid_or_unit
                if unit.code not in self.units:
                    continue
                place = None if unit.code in closing else ("unit", unit.code)
                was = f"{unit.code} {unit.name}"
            yield Held(posting, place, was)

    def _postings_follow(self, held: Sequence[Held]) -> None:
        """Nobody said who goes where: people of a closed grid go to the grid that takes its largest part.

        Its leader leads that grid only if it is new and has none on those days yet; the leader of the
        largest part comes first, one whose account is closed not at all. Other leaders' postings end. An end
        that was set stays.
        """
        taken: dict[tuple[str, str, Place | None], list[Span]] = {}
        for one in held:
            taken.setdefault(one.key, []).append(self._span(one))
        for one in sorted(held, key=self._by_share):
            if one.place is not None:
                continue
            self.work.ends.append(one)
            if one.posting.unit_id is not None or not self._lasts(one):
                continue
            heir = self._main_heir(one.posting.grid.code)  # type: ignore[union-attr]
            if heir is None:
                continue
            place: Place = ("grid", heir)
            seats = [(one.posting.person.username, one.posting.role, place)]
            if one.posting.role in LEADERS:
                if heir in self.outline.kept or not one.posting.person.is_active:
                    continue
                seats.append(("", "leads", place))
            span = self._span(one)
            if any(_meet(span, other) for seat in seats for other in taken.get(seat, ())):
                continue
            for seat in seats:
                taken.setdefault(seat, []).append(span)
            self.work.posts.append(self._after(one, place, follows=True))

    def _span(self, one: Held) -> Span:
        return max(self.planning.on, one.posting.valid_from), one.posting.valid_to or date.max

    def _lasts(self, one: Held) -> bool:
        """Whether the person is still in post once the plan is felt; who has left is not brought back."""
        return one.posting.valid_to is None or one.posting.valid_to > self.day

    def _after(self, one: Held, place: Place, *, follows: bool) -> New:
        start = max(self.planning.on, one.posting.valid_from)
        return New(
            one.posting.person, one.posting.role, place, start, one.posting.valid_to, one, follows=follows
        )

    def _by_share(self, one: Held) -> tuple[Any, ...]:
        grid = one.posting.grid
        heirs = self.outline.heirs.get(grid.code) if grid else None
        return (-heirs[0][1] if heirs else 0, grid.code if grid else "", one.posting.pk)

    def _postings_asked(self, held: Sequence[Held], rows: Sequence[Mapping[str, Any]]) -> None:
        people = self._people(rows)
        there = {one.key for one in held if one.place is not None and self._lasts(one)}
        left = {one.key: self._span(one)[1] for one in held if not self._lasts(one)}
        wanted: dict[tuple[str, str, Place | None], int] = {}
        new: list[New] = []
        asked = [(row, people.get(row["username"]), self._place_of(row)) for row in rows]
        own = self._own(
            {
                person
                for row, person, place in asked
                if person and (person.username, row["role"], place) not in there
            }
        )
        for row, person, place in asked:
            known = person is not None and (person.username, row["role"], place) in there
            mine = person is not None and person.pk in own
            right = self._is_right(row, person, place, known=known, mine=mine)
            if not right or person is None or place is None:
                continue
            key = (person.username, row["role"], place)
            if key in wanted:
                text = words("This posting stands in row %(row)s already.", row=wanted[key])
                self.problem("postings", row["row"], "username", text, "duplicate")
                continue
            wanted[key] = row["row"]
            if key not in there:
                new.append(New(person, row["role"], place, left.get(key, self.planning.on)))
        # The sheet has the postings without a set end: one with it is not missing there, it goes as its
        # place goes.
        leaving = [
            one
            for one in held
            if one.key not in wanted and (one.place is None or one.posting.valid_to is None)
        ]
        self.work.ends += leaving
        by_person: dict[tuple[int, str], list[Held]] = {}
        for one in leaving:
            if self._lasts(one):
                by_person.setdefault((one.posting.person_id, one.posting.role), []).append(one)
        for post in new:
            before = by_person.get((post.person.pk, post.role))
            self.work.posts.append(self._after(before.pop(0), post.place, follows=False) if before else post)

    def _people(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, User]:
        names = {row["username"] for row in rows}
        found: dict[str, User] = {}
        for some in batches(sorted(names)):
            for user in User.objects.filter(username__in=some):
                found[user.username] = user
        return found

    def _own(self, people: Iterable[User]) -> set[int]:
        """Of some people, those whom the planner may post."""
        mine = manageable(self.planning.by)
        return {
            pk
            for some in batches(sorted(person.pk for person in people))
            for pk in mine.filter(pk__in=some).values_list("pk", flat=True)
        }

    def _place_of(self, row: Mapping[str, Any]) -> Place | None:
        if row["grid"]:
            there = self.outline.rows.get(row["grid"])
            return ("grid", row["grid"]) if there is not None else None
        return ("unit", row["unit"]) if row["unit"] in self._unit_codes() else None

    def _unit_codes(self) -> set[str]:
        closing = {unit.code for unit in self.work.close_units}
        return (self.kinds.keys() | self.units.keys()) - closing

    def _is_right(
        self,
        row: Mapping[str, Any],
        person: User | None,
        place: Place | None,
        *,
        known: bool,
        mine: bool,
    ) -> bool:
        """Whether a row can be; objections to all that is wrong with it. What is so today may stay so."""
        count = len(self.found.problems)
        refusal = None if known else _refusal(person, row["username"], mine=mine)
        if refusal is not None:
            self.problem("postings", row["row"], "username", *refusal)
        if person is not None and row["name"] and row["name"] != person.name:
            text = words(
                "The login name %(username)s belongs to %(person)s, not to %(name)s.",
                username=row["username"],
                person=person.name,
                name=row["name"],
            )
            self.problem("postings", row["row"], "name", text, "wrong_person")
        if place is None:
            column = "grid" if row["grid"] else "unit"
            text = words("Nothing in the new state has the code %(code)s.", code=row[column])
            self.problem("postings", row["row"], column, text, "unknown_code")
        elif not known and not self._is_held(row["role"], place):
            text = words("This role is not held in such a place.")
            self.problem("postings", row["row"], "role", text, "wrong_role")
        unit = self.units.get(row["unit"])
        if not known and unit is not None and self.planning.on < unit.opened_on:
            text = words("The first day lies before the grid or unit was opened.")
            self.problem("postings", row["row"], "unit", text, "too_early")
        if row["role"] == Role.ADMINISTRATOR:
            text = words("Administrators are posted in the admin site, not by a workbook.")
            self.problem("postings", row["row"], "role", text, "wrong_role")
        return len(self.found.problems) == count

    def _is_held(self, role: str, place: Place) -> bool:
        """Whether a role is held in a place as the new state has it."""
        kind, code = place
        if kind == "grid":
            return held_in_grid(role, self.outline.rows[code].level)
        return held_in_unit(role, self.kinds.get(code, ""))

    def _named_leaders(self) -> None:
        """Leaders named for grids opened by hand."""
        people = self._people([{"username": name} for name in self.leaders.values()])
        own = self._own(people.values())
        for code, name in self.leaders.items():
            row, person = self.outline.rows.get(code), people.get(name)
            refusal = _refusal(person, name, mine=person is not None and person.pk in own)
            if refusal is not None:
                self.problem("grids", row.row if row else 0, "code", *refusal)
            elif row is None:
                text = words("No grid of the new state has the code %(code)s.", code=code)
                self.problem("grids", 0, "code", text, "unknown_code")
            else:
                role = Role.CHIEF_LEADER if row.level == DISTRICT_LEVEL else Role.LEADER
                self.work.posts.append(New(people[name], role, ("grid", code), self.planning.on))

    def _missing_leaders(self, held: Sequence[Held]) -> None:
        """A grid that would lose its last leader, or be new without one, is objected to; one that had
        none before is only told of. A closed account leads nothing, nor does who begins later."""
        ended = {one.posting.pk for one in self.work.ends}
        leading = [one for one in held if self._leads(one)]
        led = {one.place for one in leading if one.posting.pk not in ended}
        led |= {post.place for post in self.work.posts if post.role in LEADERS and post.start <= self.day}
        had = {one.place for one in leading}
        without = 0
        for code, row in self.outline.rows.items():
            place = ("grid", code)
            if place in led:
                continue
            if code in self.outline.kept and place not in had:
                without += 1
                continue
            text = words("%(code)s %(name)s would have no leader.", code=code, name=row.name)
            self.problem("grids", row.row, "code", text, "no_leader")
        if without:
            self.found.warnings.append(
                plural_words(
                    "%(n)s grid has no leader, as before.", "%(n)s grids have no leader, as before.", without
                )
            )

    def _leads(self, one: Held) -> bool:
        posting = one.posting
        return (
            posting.role in LEADERS
            and posting.person.is_active
            and posting.valid_from <= self.day
            and self._lasts(one)
        )

    # ---- in words

    def _say_operations(self) -> None:
        continued = {post.after.posting.pk for post in self.work.posts if post.after}
        for post in self.work.posts:
            data = {
                "username": post.person.username,
                "role_code": post.role,
                "place": self._words(post.place),
                "place_code": post.place[1],
            }
            kind = Kind.POST
            if post.after:
                kind, data["from"], data["to"] = Kind.REPOST, post.after.was, data["place"]
            self.found.operations.append(
                Operation(kind=kind, name=str(post.person), data=data, follows=post.follows)
            )
        asked = self.posting_rows is not None
        for one in self.work.ends:
            if one.posting.pk in continued:
                continue
            data = {
                "username": one.posting.person.username,
                "role_code": one.posting.role,
                "place": one.was,
            }
            self.found.operations.append(
                Operation(kind=Kind.END_POSTING, name=str(one.posting.person), data=data, follows=not asked)
            )

    def _words(self, place: Place) -> str:
        kind, code = place
        if kind == "grid":
            return self._grid_words(code)
        names = {row["code"]: row["name"] for row in self.unit_rows or ()}
        unit = self.units.get(code)
        return f"{code} {names.get(code) or (unit.name if unit else '')}"


def _refusal(person: User | None, username: str, *, mine: bool) -> tuple[Words, str] | None:
    """Why a person cannot be posted: what ``actions.post`` and an import would refuse as well."""
    if person is None:
        text = words("Nobody has the login name %(name)s. Enter the person first.", name=username)
        return text, "unknown_person"
    if not person.is_active:
        return words("This account is closed."), "closed"
    if not mine:
        return words("This person does not belong to the grids you administer."), "not_yours"
    return None


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
