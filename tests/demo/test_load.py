"""What `load_demo` writes: counts, people, the same rows for the same date, nothing twice."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Max, Min

from assessments.models import Scheme
from demo import catalogues, district, fixings, roles
from demo.geography import geography
from demo.history.axis import midnight
from demo.history.build import build as build_history
from demo.sites import sites
from grids.check import damages
from grids.fixings import Fixing
from grids.models import Boundary, Grid, LevelLabel, Site, SiteKind
from grids.queries.fixings import completeness
from incidents.deadlines import OFFICE
from incidents.models import Category, DeadlineRule, Incident, LookBack, Step, StepPhoto, WorkDay
from incidents.queries import look_backs_for, mine_to_act
from incidents.rules import State
from inspections.models import Visit, VisitPhoto
from inspections.queries import today as patrol_today
from inspections.rules import Standing
from ledgers.models import Entry, StoredFile
from people.duties import overview, owes
from people.models import Acknowledgement, DutyList, Posting, Role, Unit, UnitKind, User
from people.queries import current_postings
from tests.demo.conftest import TODAY
from tests.demo.digests import digest

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("demo"),
]


def user(name: str) -> User:
    return User.objects.get(username=name)


def test_the_tree_is_whole_and_sound():
    levels = Counter(Grid.objects.values_list("level", flat=True))
    assert levels == {1: 1, 2: 8, 3: 146, 4: 777, 5: 3240}
    assert list(damages()) == []
    assert Boundary.objects.filter(illustrative=True).count() == 1 + 8 + 146 + 777
    assert LevelLabel.objects.count() == 5
    assert Counter(Site.objects.values_list("kind", flat=True)).keys() == set(SiteKind.values)


def test_people_are_posted_at_every_level():
    def posted(level: int, *wanted: Role) -> Counter[int]:
        rows = Posting.objects.filter(grid__level=level, role__in=wanted, valid_to__isnull=True)
        return Counter(rows.values_list("grid_id", flat=True))

    assert list(posted(1, Role.CHIEF_LEADER).values()) == [2]
    assert set(posted(2, Role.LEADER, Role.DEPUTY).values()) == {3}
    assert len(posted(3, Role.LEADER)) == 146
    assert len(posted(4, Role.LEADER)) == 777
    assert set(posted(4, Role.WORKER).values()) == {2}
    kinds = Counter(Unit.objects.values_list("kind", flat=True))
    assert kinds == {
        UnitKind.COMMAND_CENTRE: 1, UnitKind.DEPARTMENT: 4, UnitKind.WORK_GROUP: 2, UnitKind.PATROL_TEAM: 8,
    }  # fmt: skip
    assert Posting.objects.filter(unit__kind=UnitKind.PATROL_TEAM).count() == 49


def test_every_login_works_and_all_lie_on_one_line():
    line = {roles.SUB_GRID, roles.VILLAGE, roles.TOWN, roles.DISTRICT}
    for login in roles.LOGINS:
        person = authenticate(username=login.username, password=roles.PASSWORD)
        assert person is not None, login.username
        posting = Posting.objects.select_related("grid", "unit__grid").get(person=person)
        assert posting.role == login.role
        where = posting.grid or posting.unit
        assert where is not None
        assert login.place == where.code
        assert Grid.objects.get(pk=posting.home_id).code in line
    assert {login.role for login in roles.LOGINS} >= set(Role.values) - {Role.DEPUTY}


@pytest.mark.parametrize("name", ["subgrid", "village", "town", "dispatcher", "department", "patrol"])
def test_each_role_finds_something_to_do_but_not_hundreds(name: str):
    assert 1 <= mine_to_act(user(name)).count() <= 60


def test_a_worker_finds_sites_due_today_and_a_third_person_a_look_back():
    found = patrol_today(user("worker"), on=TODAY)
    standings = {card.standing for card in found.cards}
    assert {Standing.DUE, Standing.OVERDUE, Standing.LATER} <= standings
    assert look_backs_for(user("patrol")).filter(due_on__lte=TODAY).exists()


def test_a_year_of_incidents_and_visits_lies_behind():
    assert Incident.objects.count() >= 4000
    assert Visit.objects.count() >= 20_000
    assert set(Incident.objects.values_list("state", flat=True)) == set(State.values)
    assert LookBack.objects.filter(passed=False).exists()
    assert LookBack.objects.filter(done_step__isnull=True).exists()
    months = set(Incident.objects.dates("reported_at", "month"))
    assert len(months) >= 12
    assert not Incident.objects.filter(illustrative=False).exists()
    assert not Visit.objects.filter(illustrative=False).exists()
    assert not Site.objects.filter(illustrative=False).exists()


def test_nothing_happens_after_the_day_began():
    cutoff = midnight(TODAY)
    for model, field in ((Step, "at"), (Visit, "at"), (Incident, "reported_at")):
        times = model.objects.aggregate(first=Min(field), last=Max(field))
        assert times["last"] < cutoff
        assert times["first"] >= cutoff - timedelta(days=370)
    assert Entry.objects.aggregate(last=Max("at"))["last"] <= cutoff


def test_towns_differ_visibly_in_how_well_they_work():
    def on_time(code: str) -> float:
        rows = Incident.objects.filter(
            grid__lineage_up__ancestor__code=code, due_at__lt=midnight(TODAY)
        ).exclude(state__in=[State.VOID, State.REJECTED])
        good = [i.closed_at is not None and i.closed_at <= i.due_at for i in rows if i.due_at]
        return sum(good) / len(good)

    assert on_time("410173400") > 0.9 > 0.8 > on_time("410173405")


def test_every_act_has_its_entry():
    kinds = Counter(Entry.objects.values_list("app", flat=True))
    assert kinds == {
        "incidents": Step.objects.count(), "inspections": Visit.objects.count(), "demo": 1,
        "grids": 2, "people": DutyList.objects.count() + Acknowledgement.objects.count(),
    }  # fmt: skip
    acts = Counter(Step.objects.values_list("action", flat=True))
    assert Counter(Entry.objects.filter(app="incidents").values_list("action", flat=True)) == acts


def test_duties_tasks_and_methods_are_set_and_most_have_acknowledged():
    root = Grid.objects.get(level=1)
    table = completeness(root, sites=True)
    assert table.total.grids == 1 + 8 + 146 + 777 + 3240
    assert set(table.total.lacking) == {Fixing.DUTY}
    assert table.own == {}
    complete = [row for row in table.rows if not row.incomplete]
    assert 2 <= len(complete) < len(table.rows) == 8
    assert all(row.ratio and row.ratio > Decimal("0.6") for row in table.rows)
    assert all(row.duty_list for row in overview(Grid.objects.all()))
    owed = {
        login.username: [owes(posting) for posting in current_postings(user(login.username))]
        for login in roles.LOGINS
    }
    assert {name for name, owing in owed.items() if any(owing)} == {"worker", "village"}


def test_pictures_are_few_and_kept_by_their_content():
    assert StoredFile.objects.count() == 6
    assert all(default_storage.exists(str(row.file)) for row in StoredFile.objects.all())


def test_the_calendar_says_which_years_it_knows(demo: list[str]):
    years = {day.year for day in WorkDay.objects.values_list("day", flat=True)}
    assert years == {2025, 2026}
    assert any("2027" in line and "left unknown" in line for line in demo)


def test_catalogues_are_the_apps_own():
    assert Category.objects.filter(parent__isnull=False).count() > 20
    assert DeadlineRule.objects.filter(category__isnull=True).count() == 3
    assert Scheme.objects.filter(active=True).count() == 1


def test_run_again_it_changes_nothing(capsys: pytest.CaptureFixture[str]):
    models = (Grid, User, Posting, Incident, Step, Visit, Entry)
    before = [model.objects.count() for model in models]
    call_command("load_demo")
    assert "nothing changed" in capsys.readouterr().out
    assert [model.objects.count() for model in models] == before


def test_the_same_date_gives_the_same_rows():
    """Told anew in memory, every row equals the one the database gives back: so on any machine, on either."""
    geography.cache_clear()
    sites.cache_clear()
    rows = district.rows()
    grids = {grid.code: grid for grid in Grid.objects.order_by("pk")}
    assert [(r.key, r.code, r.name) for r in rows] == [(g.pk, g.code, g.name) for g in grids.values()]
    anew = district.build(TODAY, rows, grids)
    lists = catalogues.build(TODAY)
    fixed = fixings.build(anew, since=midnight(anew.founded))
    past = build_history(anew, lists)
    lists_of_rows: tuple[Sequence[Any], ...] = (
        anew.people, anew.units, anew.postings, fixed.charters, fixed.lists, fixed.acknowledged,
        lists.categories, lists.deadlines, lists.days,
        lists.questions, lists.plans, past.files, past.incidents, past.steps, past.step_photos,
        past.look_backs, past.visits, past.visit_photos,
    )  # fmt: skip
    gone_on = {row.incident for row in past.later}
    for told in lists_of_rows:
        model = type(told[0])
        for row in told:
            row._prepare_related_fields_for_save(operation_name="compare")
        kept = model._base_manager.order_by("pk")
        if model in (Incident, LookBack):  # what went on by the real actions differs by that
            name = "pk" if model is Incident else "incident_id"
            told = [row for row in told if getattr(row, name) not in gone_on]
            kept = kept.exclude(**{f"{name}__in": gone_on})
        if model is Step:
            kept = kept.filter(pk__lte=len(told))
        assert digest(told) == digest(kept), model.__name__


def test_steps_of_the_office_are_taken_in_office_hours():
    odd = [
        at
        for at in Step.objects.filter(action__in=["file", "dispatch", "settle"]).values_list("at", flat=True)
        if not 8 <= at.astimezone(OFFICE).hour < 18 and at.astimezone(OFFICE).strftime("%H:%M") != "18:00"
    ]
    assert odd == []


def test_a_database_with_other_grids_is_left_alone():
    Grid.objects.filter(code=roles.DISTRICT).update(code="other")
    with pytest.raises(CommandError, match="already holds"):
        call_command("load_demo")


def test_photo_rows_name_what_the_steps_need():
    assert (
        StepPhoto.objects.filter(step__action="settle").count()
        >= Step.objects.filter(action="settle").count()
    )
    assert VisitPhoto.objects.exists()
