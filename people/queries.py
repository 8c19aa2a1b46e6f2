"""What postings say today: a person's scope, and who may act on a grid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from grids.models import Grid, Lineage, open_on
from grids.queries import below, predecessors
from grids.rules import DISTRICT_LEVEL
from ledgers.actions import Actor
from ledgers.models import Entry
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


def ledger_paths(user: User) -> list[str]:
    """Path prefixes (codes from the root, ``/a/b/``) of the grids whose ledger the person reads today.

    The paths a grid had before it was moved count too: its own past stays with it, and what happened
    in it under the former upper grid stays there. One query.
    """
    homes = {
        posting.home_id
        for posting in current_postings(user)
        if Right.READ_LEDGER in rights(posting.role, Relation.ABOVE)
    }
    lines: dict[int, list[tuple[str, date, date | None]]] = {}
    for grid_id, code, start, end in (
        Lineage.objects.filter(descendant_id__in=homes)
        .order_by("-depth")
        .values_list("descendant_id", "ancestor__code", "valid_from", "valid_to")
    ):
        lines.setdefault(grid_id, []).append((code, start, end))
    paths: set[str] = set()
    for line in lines.values():
        for day in {start for _code, start, _end in line}:
            codes = [code for code, start, end in line if start <= day and (end is None or day < end)]
            paths.add("/" + "/".join(codes) + "/")
    return sorted(paths)


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
