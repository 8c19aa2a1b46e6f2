"""The registered indicators: what each counts, and the one query that counts it.

Every indicator is an event with a place and a moment. One statement aggregates the events by place
and day and then rolls them up along the lineage in force on that day, so that what happened counts
for the grids that were above the place *then*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.rules import LEVELS, ZONE, Window
from grids.models import Grid, Lineage
from grids.rules import SITE_LEVEL
from incidents.models import Incident, LookBack
from incidents.rules import State
from inspections.models import Visit

INCIDENTS = "incidents"
SITES = "sites"


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A rate: ``base`` gives the events of the denominator, ``hit`` which of them the numerator counts."""

    code: str
    name: str | Promise
    definition: str | Promise
    source: str | Promise
    kind: str = INCIDENTS  # what stands behind a figure
    base: Callable[[Window], QuerySet[Any]]
    hit: Callable[[Window], Q]
    place: str = "grid"  # path to the grid of the event
    moment: str = ""  # path to its time


NOT_COUNTED = (State.VOID, State.REJECTED, State.MERGED)
NOT_REPORTED = (State.VOID, State.MERGED)  # a repeat counts with the incident that it repeats
_STANDARD = _("GB/T 30428.4, Digital urban management, part 4: performance evaluation")
_PROGRAMME = _("Assessment rules of the programme")


def _between(path: str, window: Window) -> Q:
    return Q(**{f"{path}__gte": window.start, f"{path}__lt": window.end})


def _reported(window: Window) -> QuerySet[Incident]:
    return Incident.objects.filter(_between("reported_at", window)).exclude(state__in=NOT_REPORTED)


def _due(window: Window) -> QuerySet[Incident]:
    return Incident.objects.filter(_between("due_at", window)).exclude(state__in=NOT_COUNTED)


def _closed(window: Window) -> Q:
    # A reopened case is open again, whatever its former closing says.
    return Q(state=State.CLOSED, closed_at__lt=window.end)


def _open_sites(window: Window) -> QuerySet[Grid]:
    return Grid.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=window.first_day),
        level=SITE_LEVEL,
        opened_on__lt=window.day_after,
    )


_ALL = (
    Indicator(
        code="inspection_coverage",
        name=_("Inspection coverage"),
        definition=_(
            "Sites visited at least once in the period ÷ sites open in the period. A site that passed to"
            " another grid counts for each of them, with the visits made while it was theirs."
        ),
        source=_PROGRAMME,
        kind=SITES,
        base=_open_sites,
        hit=lambda window: _between("visits__at", window),
        place="pk",
    ),
    Indicator(
        code="filing",
        name=_("Filing rate"),
        definition=_(
            "Incidents filed up to the data cut-off ÷ incidents reported in the period and not settled on"
            " the spot. Void incidents are left out."
        ),
        source=_STANDARD,
        base=lambda window: _reported(window).filter(settled_on_spot=False),
        hit=lambda window: Q(filed_at__lt=window.end),
        moment="reported_at",
    ),
    Indicator(
        code="closing",
        name=_("Closing rate"),
        definition=_(
            "Incidents closed up to the data cut-off ÷ incidents due to be closed in the period. Void"
            " incidents and those not filed are left out."
        ),
        source=_STANDARD,
        base=_due,
        hit=_closed,
        moment="due_at",
    ),
    Indicator(
        code="on_time_closing",
        name=_("On-time closing rate"),
        definition=_(
            "Incidents closed within their deadline ÷ incidents due to be closed in the period. Void"
            " incidents and those not filed are left out."
        ),
        source=_STANDARD,
        base=_due,
        hit=lambda window: _closed(window) & Q(closed_at__lte=F("due_at")),
        moment="due_at",
    ),
    Indicator(
        code="rework",
        name=_("Rework rate"),
        definition=_(
            "Incidents returned for rework at least once ÷ incidents handled and fed back in the period."
            " The lower the better."
        ),
        source=_STANDARD,
        base=lambda window: Incident.objects.filter(_between("fed_back_at", window)).exclude(
            state__in=NOT_COUNTED
        ),
        hit=lambda window: Q(rework_count__gt=0),
        moment="fed_back_at",
    ),
    Indicator(
        code="look_back_pass",
        name=_("Look-back pass rate"),
        definition=_("Look-backs passed ÷ look-backs done in the period."),
        source=_PROGRAMME,
        base=lambda window: LookBack.objects.filter(_between("done_step__at", window)),
        hit=lambda window: Q(passed=True),
        place="incident__grid",
        moment="done_step__at",
    ),
    Indicator(
        code="settled_on_spot",
        name=_("Share settled on the spot"),
        definition=_("Incidents settled on the spot ÷ incidents reported in the period, void ones left out."),
        source=_PROGRAMME,
        base=_reported,
        hit=lambda window: Q(settled_on_spot=True),
        moment="reported_at",
    ),
)  # fmt: skip
INDICATORS: dict[str, Indicator] = {indicator.code: indicator for indicator in _ALL}

_ROLL_UP = """
SELECT line.ancestor_id, SUM(counted.numerator), SUM(counted.denominator)
FROM ({counted}) counted
JOIN {lineage} line ON line.descendant_id = counted.place
 AND line.valid_from <= counted.day AND (line.valid_to IS NULL OR line.valid_to > counted.day)
JOIN {grid} upper ON upper.id = line.ancestor_id
WHERE upper.level IN ({levels})
GROUP BY line.ancestor_id
"""


def counts(indicator: Indicator, window: Window) -> dict[int, tuple[int, int]]:
    """Grid key → (numerator, denominator) for every assessed grid with an event, by one statement."""
    if indicator.kind == SITES:
        return _site_counts(window)
    counted = (
        indicator.base(window)
        .order_by()
        .annotate(place=F(indicator.place), day=TruncDate(indicator.moment, tzinfo=ZONE))
        .values("place", "day")
        .annotate(numerator=Count("pk", filter=indicator.hit(window)), denominator=Count("pk"))
        .values("place", "day", "numerator", "denominator")
    )
    inner, params = counted.query.get_compiler(connection=connection).as_sql()
    statement = _ROLL_UP.format(
        counted=inner,
        lineage=connection.ops.quote_name(Lineage._meta.db_table),
        grid=connection.ops.quote_name(Grid._meta.db_table),
        levels=", ".join(str(level) for level in LEVELS),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return {
            grid: (int(numerator), int(denominator)) for grid, numerator, denominator in cursor.fetchall()
        }


def _overlapping(window: Window, prefix: str = "") -> Q:
    """Lineage in force on some day of the window."""
    return Q(**{f"{prefix}valid_from__lt": window.day_after}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": window.first_day})
    )


def _under_then(day: str, prefix: str = "") -> Q:
    return Q(**{f"{prefix}valid_from__lte": F(day)}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": F(day)})
    )


def _site_counts(window: Window) -> dict[int, tuple[int, int]]:
    """Sites under each assessed grid on some day of the window, and those visited while they were.

    Two statements: visits are first reduced to one row a site and day.
    """
    sites = _open_sites(window).values("pk")
    under = Lineage.objects.filter(_overlapping(window), ancestor__level__in=LEVELS, descendant__in=sites)
    denominators = dict(
        under.order_by()
        .values("ancestor_id")
        .annotate(n=Count("descendant_id", distinct=True))
        .values_list("ancestor_id", "n")
    )
    visited = (
        Visit.objects.filter(_between("at", window), site__in=sites)
        .order_by()
        .annotate(day=TruncDate("at", tzinfo=ZONE))
        .values("site_id", "day")
        .distinct()
    )
    inner, params = visited.query.get_compiler(connection=connection).as_sql()
    quote = connection.ops.quote_name
    statement = f"""
SELECT line.ancestor_id, COUNT(DISTINCT counted.site_id)
FROM ({inner}) counted
JOIN {quote(Lineage._meta.db_table)} line ON line.descendant_id = counted.site_id
 AND line.valid_from <= counted.day AND (line.valid_to IS NULL OR line.valid_to > counted.day)
JOIN {quote(Grid._meta.db_table)} upper ON upper.id = line.ancestor_id
WHERE upper.level IN ({", ".join(str(level) for level in LEVELS)})
GROUP BY line.ancestor_id
"""  # noqa: S608 - table names of models, levels of rules, the rest compiled by Django
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        numerators = dict(cursor.fetchall())
    return {grid: (int(numerators.get(grid, 0)), n) for grid, n in denominators.items()}


def evidence(indicator: Indicator, window: Window, *, grid_id: int) -> QuerySet[Any]:
    """The events behind a figure of one grid, each with ``counted``: whether it is in the numerator.

    Rows are incidents, look-backs, or (coverage) sites.
    """
    if indicator.kind == SITES:
        return _site_evidence(window, grid_id)
    hits = indicator.base(window).filter(indicator.hit(window)).values("pk")
    prefix = f"{indicator.place}__lineage_up__"
    return (
        indicator.base(window)
        .annotate(day=TruncDate(indicator.moment, tzinfo=ZONE))
        .filter(_under_then("day", prefix), **{f"{prefix}ancestor": grid_id})
        .annotate(counted=_is_in(hits))
        .order_by("counted", f"-{indicator.moment}", "-pk")
    )


def _is_in(keys: QuerySet[Any]) -> Case:
    return Case(When(pk__in=keys, then=Value(True)), default=Value(False), output_field=BooleanField())


def _site_evidence(window: Window, grid_id: int) -> QuerySet[Any]:
    visited = (
        Visit.objects.filter(_between("at", window))
        .annotate(day=TruncDate("at", tzinfo=ZONE))
        .filter(_under_then("day", "site__lineage_up__"), site__lineage_up__ancestor=grid_id)
        .values("site_id")
    )
    under = Lineage.objects.filter(_overlapping(window), ancestor=grid_id).values("descendant_id")
    return (
        _open_sites(window)
        .filter(pk__in=under)
        .annotate(counted=_is_in(visited))
        .select_related("site")
        .order_by("counted", "code")
    )
