"""What this room knows of the fixings: people 定人员 and their duties 定职责."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.days import midnight
from common.words import Words, plural_words, words
from grids.fixings import Asked, Fixing, FixingsPart, Link, Missing, link
from grids.hooks import Panel
from grids.models import Grid, Site, SiteVersion
from grids.rules import DISTRICT_LEVEL, SITE_LEVEL, SUBGRID_LEVEL
from people.duties import Duty, answering, duties, in_force, listed, with_lists
from people.models import DutyList, Posting, Role
from people.queries import in_order

FEWEST_WORKERS = 2  # the programme: at least two a grid
NO_CHIEF = words("No chief grid leader is posted.")
NO_LEADER = words("No grid leader is posted.")
NO_WORKER = words("No grid worker is posted.")
ONE_WORKER = words("Only one grid worker is posted; at least two are needed.")
NO_CONTACT = words("The dossier names no contact.")


@dataclass
class Crew:
    """Who is posted in a grid, as counts: by role, and of those with a list how many have signed it."""

    roles: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unlisted: set[str] = field(default_factory=set)
    owing: int = 0

    @property
    def all(self) -> int:
        return sum(self.roles.values())


def leaders(level: int) -> tuple[Role, ...]:
    """Any of whom leads a grid of the level; the first is the one it should have."""
    return (Role.CHIEF_LEADER, Role.LEADER) if level == DISTRICT_LEVEL else (Role.LEADER,)


class PeopleFixings(FixingsPart):
    """A grid is led, a sub-grid has its workers, a site its contact; each has a list and has signed it."""

    key = "people"

    def missing(self, asked: Asked) -> Missing:
        crews = _crews(asked)
        lists = listed(on=asked.on)
        contacts: dict[int, str] = {}
        if asked.holds(SITE_LEVEL):
            contacts = dict(with_contact(asked.keys, on=asked.on).values_list("grid_id", "contact"))
        nobody = Crew()
        people: dict[int, list[Words]] = {}
        duty: dict[int, list[Words]] = {}
        for key, level in asked.levels.items():
            crew = crews.get(key, nobody)
            if level < SITE_LEVEL:
                people[key] = [*_unmanned(crew, level)]
            elif not contacts.get(key):
                people[key] = [NO_CONTACT]
            duty[key] = [*_undefined(crew, level, lists)]
        return {
            Fixing.PEOPLE: {key: reasons for key, reasons in people.items() if reasons},
            Fixing.DUTY: {key: reasons for key, reasons in duty.items() if reasons},
        }

    def content(self, grid: Grid, *, on: date) -> Mapping[Fixing, Panel]:
        posted = Posting.objects.filter(answering(on), grid_id=grid.pk).select_related("person", "grid")
        known = duties(in_order(posted), on=on)
        site = with_contact([grid.pk], on=on).first() if grid.level == SITE_LEVEL else None
        lists = _lists(known)
        if site is not None and not known:
            workers = in_force(on=on).get((Role.WORKER, SUBGRID_LEVEL))
            lists = [ListOf(workers, [])] if workers else []
        return {
            Fixing.PEOPLE: Panel("people/fixings/_people.html", {"known": known, "site": site}),
            Fixing.DUTY: Panel("people/fixings/_duty.html", {"lists": lists, "site": site}),
        }

    def mends(self, grid: Grid) -> Mapping[Fixing, Sequence[Link]]:
        lists = link(_("Responsibility lists"), "people:duty_lists")
        if grid.level == SITE_LEVEL:
            return {Fixing.DUTY: lists}
        posting = f"?grid={grid.pk}"
        everyone = f"?grid__id__exact={grid.pk}"
        return {
            Fixing.PEOPLE: [
                *link(_("Post a person here"), "admin:people_posting_add", query=posting),
                *link(_("All postings here"), "admin:people_posting_changelist", query=everyone),
            ],
            Fixing.DUTY: lists,
        }


def _crews(asked: Asked) -> dict[int, Crew]:
    """Grid → who is posted there. One query."""
    posted = with_lists(Posting.objects.filter(answering(asked.on), grid_id__in=asked.keys), on=asked.on)
    found: dict[int, Crew] = {}
    for grid_id, role, has_list, signed in posted.values_list("grid_id", "role", "listed", "signed"):
        crew = found.setdefault(grid_id, Crew())
        crew.roles[role] += 1
        if not has_list:
            crew.unlisted.add(role)
        elif not signed:
            crew.owing += 1
    return found


def with_contact(site_ids: Iterable[int] | QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """Sites with ``contact``, whom the dossier names at the end of a day; its first version before."""
    sites = Site.objects.filter(grid_id__in=site_ids)
    if on >= timezone.localdate():
        return sites.annotate(contact=F("contact_name"))
    said = SiteVersion.objects.filter(site_id=OuterRef("pk")).values_list(
        KeyTextTransform("contact_name", "content")
    )
    then = said.filter(at__lt=midnight(on + timedelta(days=1))).order_by("-number")
    first = said.order_by("number")
    named = Coalesce(Subquery(then[:1]), Subquery(first[:1]), "contact_name", output_field=TextField())
    return sites.annotate(contact=named)


def _unmanned(crew: Crew, level: int) -> Iterator[Words]:
    if not any(crew.roles.get(role) for role in leaders(level)):
        yield NO_CHIEF if level == DISTRICT_LEVEL else NO_LEADER
    if level == SUBGRID_LEVEL:
        workers = crew.roles.get(Role.WORKER, 0)
        if workers == 0:
            yield NO_WORKER
        elif workers < FEWEST_WORKERS:
            yield ONE_WORKER


def _undefined(crew: Crew, level: int, lists: set[tuple[str, int]]) -> Iterator[Words]:
    """The roles without a list, those of nobody yet among them, and how many have not signed theirs."""
    wanted = {str(role) for role in crew.unlisted}
    if level == SITE_LEVEL and (Role.WORKER, SUBGRID_LEVEL) not in lists:
        wanted.add(Role.WORKER)  # the workers of the sub-grid answer for its sites
    if level < SITE_LEVEL and not crew.all and (leaders(level)[0], level) not in lists:
        wanted.add(leaders(level)[0])
    for role in Role:
        if role in wanted:
            # The label is translated when the sentence is shown.
            yield words("No responsibility list is in force for the role: %(role)s.", role=role.label)
    if crew.owing:
        yield plural_words(
            "%(n)s of %(all)s in post has not acknowledged the list.",
            "%(n)s of %(all)s in post have not acknowledged the list.",
            crew.owing,
            all=crew.all,
        )


@dataclass
class ListOf:
    """A list in force with the postings it speaks to."""

    duty_list: DutyList
    duties: list[Duty]


def _lists(known: Sequence[Duty]) -> list[ListOf]:
    found: dict[int, ListOf] = {}
    for duty in known:
        if duty.duty_list is not None:
            found.setdefault(duty.duty_list.pk, ListOf(duty.duty_list, [])).duties.append(duty)
    return list(found.values())
