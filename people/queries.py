"""What postings say today: a person's scope, and who may act on a grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from common.days import midnight
from grids.models import Grid, Lineage, Naming, Plan, PlanState, open_on
from grids.queries import below, predecessors
from grids.rules import DISTRICT_LEVEL
from ledgers.actions import Actor
from ledgers.models import Entry
from ledgers.queries import Reach
from people.duties import with_lists
from people.models import Posting, Role, Unit, User
from people.rules import Relation, Right, rights


def current_postings(user: User, *, on: date | None = None) -> list[Posting]:
    """The person's postings in force on a day (today by default), grids and units loaded, each knowing
    whether it owes an acknowledgement (``duties.owes``).

    Today's are kept on the user instance for the length of a request.
    """
    cached: list[Posting] | None = getattr(user, "_postings_today", None)
    if on is None and cached is not None:
        return cached
    day = on or timezone.localdate()
    found = list(
        with_lists(Posting.objects.filter(open_on(day), person_id=user.pk, person__is_active=True), on=day)
        .select_related("grid", "unit__grid")
        .order_by("id")
    )
    if on is None:
        user._postings_today = found  # type: ignore[attr-defined]
    return found


def scope(user: User, right: Right, *, on: date | None = None) -> Q:
    """Condition on ``Grid``: open grids over which the person's postings give ``right`` today.

    ``on`` a day: the grids that lay then below a grid over which they do, or below one that has passed into
    it since. What is looked at is the past; who may look follows from today's postings alone.
    """
    same: set[int] = set()
    above: set[int] = set()
    for posting in current_postings(user):
        if right in rights(posting.role, Relation.SAME):
            same.add(posting.home_id)
        if right in rights(posting.role, Relation.ABOVE):
            above.add(posting.home_id)
    if on is not None:
        same |= predecessors(same)
        above |= predecessors(above)
        then = Lineage.objects.filter(open_on(on), descendant_id__in=same, depth=0).values("descendant_id")
        lower = below(above, on=on).filter(depth__gt=0).values("descendant_id")
        return Q(pk__in=then) | Q(pk__in=lower)
    lower = below(above).filter(depth__gt=0).values("descendant_id")
    return Q(pk__in=same) | Q(pk__in=lower)


def grids_in_scope(user: User, right: Right = Right.VIEW, *, on: date | None = None) -> QuerySet[Grid]:
    """The grids over which the person holds ``right`` today; see ``scope`` for ``on``."""
    return Grid.objects.filter(scope(user, right, on=on))


def units_of(user: User, right: Right = Right.VIEW) -> set[int]:
    """Keys of the units whose postings give the person ``right`` over what the unit holds."""
    return {
        posting.unit_id
        for posting in current_postings(user)
        if posting.unit_id is not None and right in rights(posting.role, Relation.UNIT)
    }


def posting_for(user: User, right: Right, *, grid_id: int, unit_id: int | None = None) -> Posting | None:
    """The posting under which the person may use ``right`` on an object of a grid, or held by a unit.

    The nearest wins: same grid, then the unit, then the lowest grid above. None if none gives it.
    """
    postings = current_postings(user)
    candidates: list[tuple[int, int, Posting]] = []
    depths: dict[int, int] = dict(
        Lineage.objects.filter(
            descendant_id=grid_id, valid_to__isnull=True, ancestor_id__in={p.home_id for p in postings}
        ).values_list("ancestor_id", "depth")
    )
    for posting in postings:
        depth = depths.get(posting.home_id)
        if depth == 0 and right in rights(posting.role, Relation.SAME):
            candidates.append((0, posting.pk, posting))
        if (
            unit_id is not None
            and posting.unit_id == unit_id
            and right in rights(posting.role, Relation.UNIT)
        ):
            candidates.append((1, posting.pk, posting))
        if depth and right in rights(posting.role, Relation.ABOVE):
            candidates.append((1 + depth, posting.pk, posting))
    return min(candidates, key=lambda c: c[:2])[2] if candidates else None


def has_right(user: User, right: Right) -> bool:
    """Whether any posting of today gives the right anywhere (for navigation, not for access)."""
    return any(right in rights(p.role, relation) for p in current_postings(user) for relation in Relation)


def people_of(grid_ids: Iterable[int], *, on: date | None = None) -> QuerySet[Posting]:
    """Postings in force in these grids, leaders first as the roles are listed."""
    posted = Posting.objects.filter(open_on(on or timezone.localdate()), grid_id__in=list(grid_ids))
    if on is None:
        posted = posted.filter(person__is_active=True)  # who has left since was there then
    return posted.select_related("person", "grid").order_by("grid_id", "id")


def ledger_paths(user: User) -> list[Reach]:
    """The paths (codes from the root, ``/a/b/``) below which lies what the person reads in the ledger today.

    The paths a grid had before it was moved or renumbered count too: its own past stays with it, and what
    happened in it under the former upper grid stays there. A code that another grid bore as well opens the
    ledger for its own time only. One query, and one more where a code came again.
    """
    homes = {
        posting.home_id
        for posting in current_postings(user)
        if Right.READ_LEDGER in rights(posting.role, Relation.ABOVE)
    }
    others = Naming.objects.filter(code=OuterRef("ancestor__namings__code")).exclude(
        grid_id=OuterRef("ancestor_id")
    )
    rows = (
        Lineage.objects.filter(descendant_id__in=homes)
        .annotate(
            named_from=F("ancestor__namings__valid_from"),
            named_to=F("ancestor__namings__valid_to"),
            code=Coalesce("ancestor__namings__code", "ancestor__code"),
            shared=Case(When(depth=0, then=Exists(others)), default=Value(False)),
        )
        .order_by("-depth")
    )
    lines: dict[int, list[_Above]] = {}
    for home, *row in rows.values_list(
        "descendant_id", "code", "valid_from", "valid_to", "named_from", "named_to", "shared"
    ):
        if (above := _above(*row)) is not None:
            lines.setdefault(home, []).append(above)
    found: set[Reach] = set()
    again: list[tuple[str, date, date | None]] = []
    for line in lines.values():
        for path, start, until, shared in _paths(line):
            if shared:
                again.append((path, start, until))
            else:
                found.add(Reach(path))
    moments = _moments({day for _path, *span in again for day in span if day}) if again else {}
    for path, start, until in again:
        found.add(Reach(path, moments[start], moments[until] if until else None))
    return sorted(found, key=lambda reach: (reach.path, str(reach.since)))


@dataclass(frozen=True)
class _Above:
    """A grid on a line, while it stood there under a code; ``shared`` with another grid at other times."""

    code: str
    start: date
    until: date | None
    shared: bool


def _above(
    code: str, start: date, end: date | None, named: date | None, named_to: date | None, shared: bool
) -> _Above | None:
    """A grid on a line, for the days both on it and under the code. None if there is no such day."""
    since = max(start, named or start)
    until = min((day for day in (end, named_to) if day), default=None)
    return _Above(code, since, until, shared) if until is None or since < until else None


def _paths(line: list[_Above]) -> list[tuple[str, date, date | None, bool]]:
    """What the path of a grid was from day to day, and whether its code was another's too.

    ``line`` has the uppermost first.
    """
    turns = sorted({day for above in line for day in (above.start, above.until) if day})
    found: list[tuple[str, date, date | None, bool]] = []
    for day, until in zip(turns, [*turns[1:], None], strict=True):
        then = [above for above in line if above.start <= day and (above.until is None or day < above.until)]
        if then:
            path = "/" + "/".join(above.code for above in then) + "/"
            found.append((path, day, until, then[-1].shared))
    return found


def _moments(days: set[date]) -> dict[date, datetime]:
    """Day → when its new codes took hold: as the plan of that day was carried out, else at midnight."""
    applied = Plan.objects.filter(effective_on__in=days, state=PlanState.APPLIED, applied_at__isnull=False)
    moments = {day: midnight(day) for day in days}
    for day, at in applied.order_by("applied_at").values_list("effective_on", "applied_at"):
        moments[day] = at or moments[day]
    return moments


def command_centre(grid_id: int) -> Unit | None:
    """The open command centre whose home is the district above (or at) a grid."""
    return (
        Unit.objects.filter(
            kind="command_centre",
            closed_on__isnull=True,
            grid__lineage_down__descendant_id=grid_id,
            grid__lineage_down__valid_to__isnull=True,
        )
        .order_by("id")
        .first()
    )


def actor(user: User, posting: Posting | None) -> Actor:
    """The person and the posting acted under, as the ledger keeps them."""
    return Actor(
        user_id=user.pk,
        name=str(user),
        posting_id=posting.pk if posting else None,
        role=posting.role if posting else "",
    )


def postings_of(user: User) -> list[Posting]:
    """All postings of a person, past ones too, the newest first."""
    return list(
        Posting.objects.filter(person_id=user.pk)
        .exclude(valid_to=F("valid_from"))
        .select_related("grid", "unit__grid")
        .order_by("-valid_from", "-id")
    )


ROLE_ORDER = {role.value: place for place, role in enumerate(Role)}


def in_order(postings: Iterable[Posting]) -> list[Posting]:
    """Leaders first, then as the roles are listed."""
    return sorted(postings, key=lambda posting: (ROLE_ORDER[posting.role], posting.pk))


def administered_districts(user: User) -> list[Grid]:
    """The districts the person administers today. No query beyond that of the postings."""
    homes = [
        posting.grid or posting.unit.grid  # type: ignore[union-attr]  # posting_grid_or_unit
        for posting in current_postings(user)
        if Right.ADMINISTER in rights(posting.role, Relation.SAME)
    ]
    return [home for home in homes if home.level == DISTRICT_LEVEL]


def manageable(user: User) -> QuerySet[User]:
    """The people an administrator may change: in post now or later only where they administer.

    Who is in no post belongs to the place of the last one, a closed one's to the administrators of its
    district. Who never was in post belongs to the place under whose administrator they were entered, and to
    the administrators of a district.
    """
    grids = grids_in_scope(user, Right.ADMINISTER).values("pk")
    trees = {root.tree_id for root in administered_districts(user)}
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=timezone.localdate())
    been = Posting.objects.exclude(valid_to=F("valid_from"))
    later = been.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")), person_id=OuterRef("person_id")
    )
    elsewhere = Posting.objects.exclude(grid_id__in=grids).exclude(unit__grid_id__in=grids)
    last = been.filter(~lasting, ~Exists(later)).exclude(grid_id__in=grids).exclude(unit__grid_id__in=grids)
    if trees:
        last = last.exclude(grid__tree_id__in=trees).exclude(unit__grid__tree_id__in=trees)
    found = User.objects.exclude(pk__in=elsewhere.filter(lasting).values("person_id")).exclude(
        pk__in=last.values("person_id")
    )
    if trees:
        return found
    entered = Entry.objects.filter(
        subject_type="people.user",
        subject_id=Cast(OuterRef("pk"), CharField()),
        action="create_person",
        grid_id__in=grids,
    )
    return found.filter(Q(pk__in=been.values("person_id")) | Exists(entered))
