"""What is asked of plans and visits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from grids.models import Grid, Site
from grids.queries import below
from inspections.models import Checklist, PatrolPlan, Visit
from inspections.rules import (
    STANDING_TONES,
    URGENCY,
    Plans,
    Standing,
    due_on,
    standing,
)
from people.models import User
from people.queries import current_postings, grids_in_scope
from people.rules import Relation, Right, rights


@dataclass(frozen=True)
class Card:
    """A site as it stands on a day."""

    site: Site
    last_at: datetime | None
    due: date | None
    standing: Standing

    @property
    def tone(self) -> str:
        return STANDING_TONES[self.standing]

    @property
    def days_over(self) -> int:
        """Days since the day it was due; 0 unless overdue."""
        if self.standing is not Standing.OVERDUE or self.due is None:
            return 0
        return (timezone.localdate() - self.due).days


@dataclass
class Counts:
    """Some sites, counted by how they stand on a day."""

    sites: int = 0
    overdue: int = 0
    due: int = 0
    done: int = 0

    @property
    def to_do(self) -> int:
        """What the day asks for: done, due and overdue."""
        return self.overdue + self.due + self.done

    @property
    def in_time(self) -> int:
        """Sites visited as often as their plan asks."""
        return self.sites - self.overdue

    def count(self, how: Standing) -> None:
        self.sites += 1
        self.overdue += how is Standing.OVERDUE
        self.due += how is Standing.DUE
        self.done += how is Standing.DONE


@dataclass(kw_only=True)
class Coverage(Counts):
    """The counts of the sites below one grid."""

    grid: Grid


@dataclass
class Today:
    """My grid: the cards, most urgent first, and their counts."""

    cards: list[Card] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


def plans() -> Plans:
    """Every patrol plan, in one query."""
    rows = PatrolPlan.objects.values_list("site_kind", "risk", "every_days")
    return Plans({(kind, risk): days for kind, risk, days in rows})


def my_grids(user: User) -> list[Grid]:
    """The grids whose patrol the person follows by today's postings, highest first."""
    found: dict[int, Grid] = {}
    for posting in current_postings(user):
        if Right.VIEW in rights(posting.role, Relation.ABOVE):
            grid = posting.grid or posting.unit.grid  # type: ignore[union-attr]  # posting_grid_or_unit
            found[grid.pk] = grid
    return sorted(found.values(), key=lambda grid: (grid.level, grid.code))


def sites_below(grid_ids: Iterable[int]) -> QuerySet[Site]:
    """Open sites at or below these grids today, each with its grid and the sub-grid above."""
    down = below(list(grid_ids))
    return (
        Site.objects.filter(grid_id__in=down.values("descendant_id"), grid__closed_on__isnull=True)
        .select_related("grid__parent")
        .order_by("grid__code")
    )


def last_visits(sites: QuerySet[Site]) -> dict[int, datetime]:
    """Site → time of its last visit; sites never visited are absent. One query."""
    rows = Visit.objects.filter(site_id__in=sites.order_by().values("grid_id")).order_by()
    return dict(rows.values_list("site_id").annotate(last=Max("at")))


def cards(sites: QuerySet[Site], *, on: date | None = None) -> list[Card]:
    """How each site stands, most urgent first. Three queries, however many sites."""
    day = on or timezone.localdate()
    asked = plans()
    last = last_visits(sites)
    found = [_card(site, last.get(site.pk), asked, day) for site in sites]
    return sorted(found, key=lambda card: (URGENCY[card.standing], card.due or date.max, card.site.grid.code))


def _card(site: Site, last_at: datetime | None, asked: Plans, day: date) -> Card:
    every = asked.every(kind=site.kind, risk=site.risk)
    last = timezone.localdate(last_at) if last_at else None
    due = due_on(last=last, opened=site.grid.opened_on, every=every) if every else None
    return Card(site=site, last_at=last_at, due=due, standing=standing(due=due, last=last, today=day))


def today(user: User, *, grid: Grid | None = None, on: date | None = None) -> Today:
    """The sites of a grid, or of all the person's grids, as they stand on a day."""
    roots = [grid] if grid else my_grids(user)
    found = cards(sites_below(root.pk for root in roots), on=on)
    counts = Counts()
    for card in found:
        counts.count(card.standing)
    return Today(cards=found, counts=counts)


def coverage(grid: Grid, *, on: date | None = None) -> list[Coverage]:
    """The grids directly below one, each with its sites counted by standing. Five queries, at any size."""
    day = on or timezone.localdate()
    children = list(Grid.objects.filter(parent_id=grid.pk, closed_on__isnull=True).order_by("code"))
    rows = {child.pk: Coverage(grid=child) for child in children}
    above = dict(below(rows).values_list("descendant_id", "ancestor_id"))
    sites = sites_below([grid.pk])
    asked = plans()
    last = last_visits(sites)
    for site in sites:
        child = above.get(site.pk)
        if child is not None:
            rows[child].count(_card(site, last.get(site.pk), asked, day).standing)
    return list(rows.values())


def totals(rows: Iterable[Coverage]) -> Counts:
    """The sum over the children of a grid."""
    counts = Counts()
    for row in rows:
        counts.sites += row.sites
        counts.overdue += row.overdue
        counts.due += row.due
        counts.done += row.done
    return counts


def checklist_for(kind: str) -> Checklist | None:
    """The version in use for a kind of site, questions loaded."""
    return Checklist.objects.filter(site_kind=kind, active=True).prefetch_related("questions").first()


def visits_visible_to(user: User) -> QuerySet[Visit]:
    """Visits to sites in the person's sight, with what a list shows."""
    return Visit.objects.filter(site__in=grids_in_scope(user, Right.VIEW)).select_related(
        "site__parent", "site__site", "by", "incident"
    )


def between(start: date | None, end: date | None) -> Q:
    """Visits from the first day to the last one, both whole, in local time."""
    condition = Q()
    if start:
        condition &= Q(at__gte=timezone.make_aware(datetime.combine(start, time())))
    if end:
        condition &= Q(at__lt=timezone.make_aware(datetime.combine(end + timedelta(days=1), time())))
    return condition


def under(grid: Grid) -> Q:
    """Visits to sites that were at or below a grid on the day of the visit."""
    day = TruncDate("at")
    return Q(site__lineage_up__ancestor=grid, site__lineage_up__valid_from__lte=day) & (
        Q(site__lineage_up__valid_to__isnull=True) | Q(site__lineage_up__valid_to__gt=day)
    )
