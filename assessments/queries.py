"""What is asked of assessments: who may read which results, which run counts, what stands behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet, prefetch_related_objects

from assessments import rules
from assessments.indicators import SITES, Indicator
from assessments.models import Figure, Result, Run, RunState, Scheme
from grids.models import Grid, Lineage
from incidents.models import LookBack
from inspections.models import Visit
from ledgers.actions import Place
from people.models import Posting, User
from people.queries import current_postings, scope
from people.rules import Relation, Right, rights

UNFINISHED = (RunState.QUEUED, RunState.RUNNING)


def _posting_with(user: User, right: Right) -> Posting | None:
    return next((p for p in current_postings(user) if right in rights(p.role, Relation.SAME)), None)


def assessing_posting(user: User) -> Posting | None:
    """The posting of today under which the person may run an assessment, if any."""
    return _posting_with(user, Right.ASSESS)


def reading_posting(user: User) -> Posting | None:
    """The posting of today under which the person may read assessments, if any."""
    return _posting_with(user, Right.READ_ASSESSMENT)


def district_place() -> Place:
    """The district that a run assesses, as the ledger keeps it."""
    root = Grid.objects.filter(level=1, closed_on__isnull=True).order_by("code").first()
    return Place(grid_id=root.pk, name=root.name, path=f"/{root.code}/") if root else Place()


def scheme_in_use() -> Scheme | None:
    """The newest active scheme."""
    return Scheme.objects.filter(active=True).order_by("-version", "-pk").first()


def finished(period: str, *, scheme: Scheme | None = None, cutoff: datetime | None = None) -> Run | None:
    """The latest finished run of a period, of one scheme and data cut-off if given."""
    runs = Run.objects.filter(period=period, state=RunState.DONE)
    if scheme is not None:
        runs = runs.filter(scheme=scheme)
    if cutoff is not None:
        runs = runs.filter(cutoff=cutoff)
    return runs.order_by("-pk").first()


def unfinished(period: str, *, scheme: Scheme, cutoff: datetime) -> Run | None:
    """A run that was begun with exactly this input and not finished: a killed worker's."""
    return Run.objects.filter(period=period, state__in=UNFINISHED, scheme=scheme, cutoff=cutoff).first()


def runs() -> QuerySet[Run]:
    """All runs, the newest first, schemes and who asked loaded."""
    return Run.objects.select_related("scheme", "started_by").order_by("-created_at", "-pk")


def runs_for(user: User) -> QuerySet[Run]:
    """The runs that hold a result the person may read; unfinished ones too for those over an assessed grid.

    A sub-grid is not assessed: its leader is offered no run that would then not open.
    """
    levels = {
        posting.grid.level if posting.grid else posting.unit.grid.level  # type: ignore[union-attr]
        for posting in current_postings(user)
        if Right.READ_ASSESSMENT in rights(posting.role, Relation.SAME)
    }
    return runs() if levels and min(levels) <= max(rules.LEVELS) else runs().none()


def window(run: Run) -> rules.Window:
    """What the run counted."""
    return rules.Window(rules.period(run.period).start, run.cutoff)


def results_visible_to(user: User, run: Run) -> QuerySet[Result]:
    """The run's results the person may read: of grids in their scope today, or then.

    Then, too, since a closed or moved grid's result stays with whoever answered for it.
    """
    homes = {
        posting.home_id
        for posting in current_postings(user)
        if Right.READ_ASSESSMENT in rights(posting.role, Relation.ABOVE)
    }
    of = window(run)
    then = Lineage.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=of.first_day),
        ancestor_id__in=homes,
        depth__gt=0,
        valid_from__lt=of.day_after,
    ).values("descendant_id")
    today = Grid.objects.filter(scope(user, Right.READ_ASSESSMENT)).values("pk")
    return Result.objects.filter(Q(grid__in=today) | Q(grid__in=then), run=run)


def ranking(user: User, run: Run, level: int) -> QuerySet[Result]:
    """Results of one level in order of rank, those without a score last, figures and items loaded."""
    figures = Figure.objects.select_related("item").order_by("item__order")
    return (
        results_visible_to(user, run)
        .filter(level=level)
        .select_related("upper")
        .prefetch_related(Prefetch("figures", queryset=figures))
        .order_by(F("rank").asc(nulls_last=True), "grid_code")
    )


def ranks_before(run: Run, level: int) -> dict[int, int]:
    """Grid → rank in the latest finished run of the period before."""
    earlier = finished(rules.period(run.period).before)
    if earlier is None:
        return {}
    rows: Any = Result.objects.filter(run=earlier, level=level, rank__isnull=False)
    return dict(rows.values_list("grid_id", "rank"))


def halves_of(run: Run, grid_id: int) -> list[Result]:
    """Of an annual run: the grid's results in its halves, in order."""
    return list(
        Result.objects.filter(run__annual=run, grid_id=grid_id).select_related("run").order_by("run__period")
    )


def evidence_rows(indicator: Indicator, rows: Iterable[Any], of: rules.Window) -> list[dict[str, Any]]:
    """One page of evidence as rows for the template: what, where, when, and whether it was counted.

    A fixed number of queries whatever the number of rows.
    """
    found = list(rows)
    if indicator.kind == SITES:
        return _site_rows(found, of)
    look_backs = bool(found) and isinstance(found[0], LookBack)
    if look_backs:
        prefetch_related_objects(found, "incident__category", "incident__grid", "done_step__by")
    else:
        prefetch_related_objects(found, "category", "grid")
    shown = []
    for row in found:
        incident = row.incident if look_backs else row
        shown.append(
            {
                "incident": incident,
                "at": _at(row, indicator.moment),
                "due_at": None if look_backs else incident.due_at,
                "closed_at": incident.closed_at,
                "by": row.done_step.by if look_backs else None,
                "counted": row.counted,
            }
        )
    return shown


def _at(row: Any, path: str) -> datetime | None:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _site_rows(sites: list[Grid], of: rules.Window) -> list[dict[str, Any]]:
    visits: dict[int, tuple[int, datetime, int]] = {}
    last = (
        Visit.objects.filter(site__in=sites, at__gte=of.start, at__lt=of.end)
        .order_by("site_id", "at", "pk")
        .values_list("site_id", "at", "pk")
    )
    for site_id, at, pk in last:
        number = visits[site_id][0] if site_id in visits else 0
        visits[site_id] = (number + 1, at, pk)
    nothing = (0, None, None)
    return [
        {
            "site": site,
            "kind": site.site.get_kind_display() if hasattr(site, "site") else "",
            "visits": visits.get(site.pk, nothing)[0],
            "at": visits.get(site.pk, nothing)[1],
            "visit_id": visits.get(site.pk, nothing)[2],
            "counted": site.counted,
        }
        for site in sites
    ]
