"""What a grid lacks of its fixings: each one taken away alone, on a day, and for any number at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Scheme
from grids import actions
from grids.fixings import Fixing
from grids.models import Boundary, Charter, Grid, Site
from grids.queries import fixings, fixings_of
from inspections.models import PatrolPlan
from people.models import Acknowledgement, DutyList, Posting, Role
from tests import factories
from tests.factories import OPENED, Cast, Places
from tests.grids.fixings.conftest import SQUARE

ALL = Grid.objects.all


def texts(grid: Grid) -> dict[Fixing, list[str]]:
    """What one grid lacks, as it is read."""
    found = fixings.missing([grid.pk]).get(grid.pk, {})
    return {fixing: [str(text) for text in reasons] for fixing, reasons in found.items()}


def test_a_district_with_everything_lacks_nothing(complete: Places) -> None:
    assert fixings.missing(ALL()) == {}


def test_a_bare_district_lacks_everything_everywhere(places: Places) -> None:
    found = fixings.missing(ALL())
    assert found.keys() == set(ALL().values_list("pk", flat=True))
    assert set(found[places.subgrid.pk]) == set(Fixing)
    # A site has its dossier with a position; its duties are those of the sub-grid's workers.
    assert set(found[places.site.pk]) == set(Fixing) - {Fixing.AREA}


TAKEN: list[tuple[str, Fixing, Callable[[Places], object]]] = [
    ("village", Fixing.AREA, lambda at: Boundary.objects.filter(grid=at.village).delete()),
    ("site", Fixing.AREA, lambda at: Site.objects.filter(pk=at.site.pk).delete()),
    ("town", Fixing.PEOPLE, lambda at: end(at.town, Role.LEADER)),
    ("district", Fixing.PEOPLE, lambda at: end(at.district, Role.CHIEF_LEADER)),
    ("subgrid", Fixing.PEOPLE, lambda at: end(at.subgrid, Role.LEADER)),
    ("subgrid", Fixing.PEOPLE, lambda at: end(at.subgrid, Role.WORKER)),
    ("site", Fixing.PEOPLE, lambda at: Site.objects.filter(pk=at.site.pk).update(contact_name="")),
    ("town", Fixing.DUTY, lambda at: sign_off(at.town)),
    ("town", Fixing.TASK, lambda at: Charter.objects.filter(kind="task", level=2).delete()),
    ("town", Fixing.METHOD, lambda at: Charter.objects.filter(kind="method", level=2).delete()),
    ("town", Fixing.METHOD, lambda at: Scheme.objects.update(active=False)),
    ("subgrid", Fixing.TASK, lambda at: PatrolPlan.objects.all().delete()),
    ("site", Fixing.TASK, lambda at: PatrolPlan.objects.all().delete()),
]


def end(grid: Grid, role: Role) -> None:
    Posting.objects.filter(grid=grid, role=role).update(valid_to=timezone.localdate())


def sign_off(grid: Grid) -> None:
    Acknowledgement.objects.filter(posting__grid=grid).delete()


@pytest.mark.parametrize(("name", "fixing", "take"), TAKEN)
def test_each_thing_taken_away_is_the_one_that_is_missing(
    complete: Places, name: str, fixing: Fixing, take: Callable[[Places], object]
) -> None:
    take(complete)
    lacks = texts(getattr(complete, name))
    if (name, fixing) == ("site", Fixing.AREA):  # a dossier that is gone names no contact either
        lacks.pop(Fixing.PEOPLE)
    assert list(lacks) == [fixing]


def test_one_worker_is_not_enough(complete: Places) -> None:
    workers = Posting.objects.filter(grid=complete.sibling_subgrid, role=Role.WORKER)
    Posting.objects.filter(pk=workers[0].pk).update(valid_to=timezone.localdate())
    assert texts(complete.sibling_subgrid)[Fixing.PEOPLE] == ["仅有1名网格员，应不少于2名。"]


def test_a_closed_account_answers_for_nothing_today(complete: Places, cast: Cast) -> None:
    cast.town_leader.is_active = False
    cast.town_leader.save(update_fields=["is_active"])
    assert Fixing.PEOPLE in texts(complete.town)


def test_it_says_how_many_have_not_acknowledged(complete: Places) -> None:
    Acknowledgement.objects.filter(posting__grid=complete.subgrid, posting__role=Role.WORKER).delete()
    assert texts(complete.subgrid) == {Fixing.DUTY: ["在任4人，3人未签认责任清单。"]}


def test_it_names_the_role_without_a_list(complete: Places) -> None:
    Acknowledgement.objects.filter(duty_list__role=Role.WORKER).delete()
    DutyList.objects.filter(role=Role.WORKER).delete()
    assert texts(complete.subgrid) == {Fixing.DUTY: ["网格员尚无现行责任清单。"]}
    assert texts(complete.site) == {Fixing.DUTY: ["网格员尚无现行责任清单。"]}


def test_a_new_version_is_to_be_acknowledged_anew(complete: Places) -> None:
    today = timezone.localdate()
    old = DutyList.objects.get(role=Role.LEADER, level=2)
    DutyList.objects.filter(pk=old.pk).update(valid_to=today)
    DutyList.objects.create(role=Role.LEADER, level=2, version=2, name="新清单", text="一", valid_from=today)
    assert list(texts(complete.town)) == [Fixing.DUTY]


def test_a_charter_of_its_own_is_enough_for_one_grid(complete: Places) -> None:
    Charter.objects.filter(kind="task", level=2).delete()
    Charter.objects.create(
        kind="task", level=2, grid=complete.town, name="任务", text="一", valid_from=OPENED
    )
    assert texts(complete.town) == {}
    assert list(texts(complete.other_town)) == [Fixing.TASK]


def test_a_sub_grid_counts_its_sites_without_a_plan(complete: Places) -> None:
    factories.site("410173001201-01-002", "又一厂", parent=complete.subgrid, risk="second")
    PatrolPlan.objects.filter(risk="second").delete()
    assert "下辖1个点位未列入巡查计划。" in texts(complete.subgrid)[Fixing.TASK]


def test_every_day_is_answered_for_itself(complete: Places) -> None:
    today, yesterday = timezone.localdate(), timezone.localdate() - timedelta(days=1)
    town = complete.town
    Acknowledgement.objects.update(at=timezone.now() - timedelta(days=3))
    Boundary.objects.filter(grid=town).update(valid_to=today)
    end(town, Role.LEADER)
    Charter.objects.filter(kind="method", level=2).update(valid_to=today)
    assert fixings.missing([town.pk], on=yesterday) == {}
    assert set(fixings.missing([town.pk])[town.pk]) == {Fixing.AREA, Fixing.PEOPLE, Fixing.METHOD}
    # Three days ago and before nobody had acknowledged anything.
    before = fixings.missing([town.pk], on=today - timedelta(days=5))
    assert list(before[town.pk]) == [Fixing.DUTY]


def test_a_hundred_grids_take_no_more_queries_than_one(
    complete: Places, django_assert_max_num_queries: Callable
) -> None:
    with django_assert_max_num_queries(12):
        fixings.missing(ALL())
    with django_assert_max_num_queries(14) as few:
        fixings.completeness(complete.district, sites=True)
    for n in range(30):
        village = factories.grid(f"v{n}", f"村{n}", parent=complete.town)
        sub_grid = factories.grid(f"g{n}", f"格{n}", parent=village)
        factories.site(f"s{n}", f"点{n}", parent=sub_grid)
        factories.person(Role.WORKER, grid=sub_grid)
    with django_assert_max_num_queries(12):
        assert len(fixings.missing(ALL())) == 90
    with django_assert_max_num_queries(len(few)):
        fixings.completeness(complete.district, sites=True)


def test_one_grid_shows_what_stands_behind(complete: Places, cast: Cast) -> None:
    shown = fixings_of(complete.subgrid)
    assert shown is not None
    assert shown.complete
    assert [line.fixing for line in shown.lines] == list(Fixing)
    panels = {line.fixing: line.panels for line in shown.lines}
    known = panels[Fixing.PEOPLE][0].context["known"]
    assert cast.leader in [duty.posting.person for duty in known]
    assert panels[Fixing.TASK][0].context["charter"].level == 4


def test_a_grid_that_was_not_there_has_no_fixings(complete: Places) -> None:
    assert fixings_of(complete.town, on=OPENED - timedelta(days=1)) is None


def test_completeness_adds_up_and_counts_each_grid_once(complete: Places) -> None:
    Boundary.objects.filter(grid__in=[complete.subgrid, complete.town, complete.district]).delete()
    table = fixings.completeness(complete.district)
    rows = {row.grid.name: row for row in table.rows}
    assert set(rows) == {complete.town.name, complete.other_town.name}
    row = rows[complete.town.name]
    assert (row.grids, row.complete, row.lacking[Fixing.AREA]) == (4, 2, 2)
    assert rows[complete.other_town.name].complete == 3
    assert (table.total.grids, table.total.complete, table.total.lacking[Fixing.AREA]) == (8, 5, 3)
    assert list(table.own) == [Fixing.AREA]
    with_sites = fixings.completeness(complete.district, sites=True)
    assert with_sites.total.grids == 11
    by_village = fixings.completeness(complete.district, by_level=3)
    assert [row.grid.level for row in by_village.rows] == [3, 3]


def test_a_moved_grid_counts_where_it_lay(complete: Places) -> None:
    today = timezone.localdate()
    actions.move_grid(complete.village.pk, parent_id=complete.other_town.pk, by=factories.SYSTEM)
    now = {row.grid.pk: row.grids for row in fixings.completeness(complete.district).rows}
    past = fixings.completeness(complete.district, on=today - timedelta(days=1))
    then = {row.grid.pk: row.grids for row in past.rows}
    assert now == {complete.town.pk: 1, complete.other_town.pk: 6}
    assert then == {complete.town.pk: 4, complete.other_town.pk: 3}


def test_the_list_of_those_that_lack_it_names_all_they_lack(complete: Places) -> None:
    Boundary.objects.filter(grid=complete.subgrid).delete()
    end(complete.subgrid, Role.LEADER)
    end(complete.village, Role.LEADER)
    found = fixings.with_grids(fixings.lacking(complete.district, Fixing.AREA))
    assert [(row.grid.pk, [fixing for fixing, _text in row.reasons]) for row in found] == [
        (complete.subgrid.pk, [Fixing.AREA, Fixing.PEOPLE])
    ]
    assert len(fixings.lacking(complete.district, None)) == 2
    Boundary.objects.create(grid=complete.subgrid, geometry=SQUARE, valid_from=timezone.localdate())
    assert fixings.lacking(complete.district, Fixing.AREA) == []
