"""A plan for a day that has passed never writes over what was changed since, and none stops the timetable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from assessments.defaults import install as install_scheme
from assessments.models import Run, RunState
from common.errors import Invalid, StaleVersion
from grids import actions, dated
from grids.models import Boundary, LevelLabel, Naming, Plan, PlanState
from grids.restructuring import carry_out
from grids.tasks import apply_due_plans
from ledgers.models import Entry
from people.models import Unit, UnitKind
from tests import factories
from tests.factories import OPENED, Places
from tests.grids.restructuring.build import Book, District, as_it_is, box, snapshot, told, without_postings

TODAY = timezone.localdate()
EARLIER = TODAY - timedelta(days=10)
SINCE = TODAY - timedelta(days=3)


def renamed(p: Places) -> None:
    actions.rename_grid(p.other_village.pk, name="新薛店村", by=factories.SYSTEM, on=SINCE)


def drawn(p: Places) -> None:
    dated.settle(
        Boundary,
        {p.village.pk: {"geometry": box(113.80, 34.50, 113.86, 34.53)}},
        on=SINCE,
        key="grid_id",
    )


def merged(district: District, book: Book) -> Book:
    p = district.places
    book.drop(p.other_village.code).row(p.village.code)[4] = p.other_village.code
    book.row(p.other_subgrid.code)[3] = p.village.code
    return without_postings(book)


def named(book: Book, level: int, name: str) -> Book:
    book.sheets["层级名称"] = [["层级", "名称"], [level, name]]
    return book


@pytest.mark.parametrize("change", [renamed, drawn])
def test_a_name_or_an_area_changed_after_the_day_is_objected_to(
    district: District, change: Callable[[Places], None]
) -> None:
    change(district.places)
    book = as_it_is(district.root)
    assert told(district.plan(merged(district, book), on=EARLIER)) == [("too_early", "网格", None, "")]
    assert told(district.plan(book, on=SINCE)) == []


def test_a_level_named_after_the_day_is_objected_to_where_the_plan_names_it(
    district: District, book: Book
) -> None:
    LevelLabel.objects.create(level=1, name="区", valid_from=OPENED, valid_to=SINCE)
    LevelLabel.objects.create(level=1, name="县区", valid_from=SINCE)
    plan = district.plan(named(book, 1, "总网格"), on=EARLIER)
    assert told(plan) == [("too_early", "层级名称", None, "")]
    assert told(district.plan(named(book, 2, "一级网格"), on=EARLIER)) == []
    assert told(district.plan(named(book, 1, "总网格"), on=SINCE)) == []


@pytest.fixture
def young(district: District) -> Unit:
    """A department that was opened after the day of effect."""
    unit = factories.unit("young", "新局", grid=district.root, kind=UnitKind.DEPARTMENT)
    Unit.objects.filter(pk=unit.pk).update(opened_on=SINCE)
    return unit


def test_nobody_is_posted_in_a_unit_before_it_was_opened(district: District, young: Unit) -> None:
    book = as_it_is(district.root)
    book.postings.append(["patrol", "", "部门经办人", "", young.code])
    assert told(district.plan(book, on=EARLIER)) == [("too_early", "任职", len(book.postings), "E")]
    assert told(district.plan(book, on=SINCE)) == []


def test_a_unit_is_not_closed_before_it_was_opened(district: District, young: Unit, book: Book) -> None:
    book.units[:] = [row for row in book.units if row[0] != young.code]
    assert told(district.plan(book, on=EARLIER)) == [("too_early", "单位", None, "A")]
    assert told(district.plan(book, on=SINCE)) == []


def test_an_area_drawn_after_the_approval_refuses_it(district: District, book: Book) -> None:
    plan = district.plan(merged(district, book), on=EARLIER)
    actions.approve_plan(plan.pk, by=district.second)
    drawn(district.places)
    before = snapshot()
    with pytest.raises(StaleVersion):
        actions.apply_plan(plan.pk, by=district.cast.administrator)
    assert snapshot() == before


def test_settling_never_erases_what_was_changed_after_the_day(places: Places) -> None:
    actions.rename_grid(places.town.pk, name="新名", by=factories.SYSTEM, on=SINCE)
    before = list(Naming.objects.filter(grid=places.town).values_list("name", "valid_from", "valid_to"))
    for wanted in (None, {"code": places.town.code, "name": "别名"}):
        with pytest.raises(Invalid):
            dated.settle(Naming, {places.town.pk: wanted}, on=EARLIER, key="grid_id")
    after = list(Naming.objects.filter(grid=places.town).values_list("name", "valid_from", "valid_to"))
    assert after == before


@pytest.mark.parametrize(("start", "end"), [(SINCE, None), (EARLIER, SINCE), (SINCE, TODAY)])
def test_the_database_refuses_two_names_of_a_level_on_one_day(db: None, start: Any, end: Any) -> None:
    row = LevelLabel.objects.create(level=1, name="区", valid_from=OPENED)
    with pytest.raises(DatabaseError), transaction.atomic():
        LevelLabel.objects.create(level=1, name="县", valid_from=start, valid_to=end)
    LevelLabel.objects.filter(pk=row.pk).update(valid_to=start)
    LevelLabel.objects.create(level=1, name="县", valid_from=start, valid_to=end)
    LevelLabel.objects.create(level=2, name="镇", valid_from=OPENED)
    with pytest.raises(DatabaseError), transaction.atomic():
        LevelLabel.objects.filter(pk=row.pk).update(valid_to=start + timedelta(days=1))


def test_names_of_a_level_that_overlap_already_are_mended_before_the_guard_is_laid(db: None) -> None:
    guard = import_module("grids.migrations.0010_level_labels_one_at_a_time")
    with connection.cursor() as cursor:
        editor = SimpleNamespace(
            connection=connection, execute=lambda statement, params: cursor.execute(statement)
        )
        guard.remove(apps, editor)
        for name, start in (("区", OPENED), ("县", EARLIER), ("市", SINCE)):
            LevelLabel.objects.create(level=1, name=name, valid_from=start)
        LevelLabel.objects.create(level=2, name="镇", valid_from=OPENED, valid_to=EARLIER)
        guard.end_at_the_next(apps, editor)
        guard.add(apps, editor)
    assert list(LevelLabel.objects.order_by("level", "valid_from").values_list("name", "valid_to")) == [
        ("区", EARLIER),
        ("县", SINCE),
        ("市", None),
        ("镇", EARLIER),
    ]


# ---- by the timetable


def two_due(district: District) -> list[Plan]:
    """Two approved plans, the second of which does not depend on the first."""
    plans = [district.plan(named(as_it_is(district.root), level, "网格")) for level in (1, 2)]
    for plan in plans:
        actions.approve_plan(plan.pk, by=district.second)
    return plans


def failing(monkeypatch: pytest.MonkeyPatch, plan: Plan, fault: Exception) -> None:
    write = carry_out.carry_out

    def first_fails(planned: Any, target: Any, when: Any) -> Any:
        if planned.digest == plan.digest:
            raise fault
        return write(planned, target, when)

    monkeypatch.setattr(carry_out, "carry_out", first_fails)


def states(*plans: Plan) -> list[str]:
    return [Plan.objects.get(pk=plan.pk).state for plan in plans]


def test_a_plan_that_cannot_be_written_is_refused_with_its_reason_and_the_next_applied(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_due(district)
    failing(monkeypatch, first, IntegrityError("grids_naming: two at once"))
    apply_due_plans()
    assert states(first, second) == [PlanState.REFUSED, PlanState.APPLIED]
    assert "grids_naming: two at once" in Plan.objects.get(pk=first.pk).refusal
    entry = Entry.objects.get(action="refuse_plan")
    assert (entry.subject_id, entry.actor) == (str(first.pk), district.second)


def test_a_database_that_cannot_be_reached_refuses_no_plan(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_due(district)
    failing(monkeypatch, first, OperationalError("database is locked"))
    apply_due_plans()
    assert states(first, second) == [PlanState.APPROVED, PlanState.APPLIED]


def test_a_day_that_has_passed_is_warned_of_with_what_was_assessed_since(
    district: District, book: Book
) -> None:
    scheme = install_scheme()
    for period in ("2025", "2024H2"):
        Run.objects.create(
            period=period, scheme=scheme, state=RunState.DONE, digest="0" * 64,
            created_at=timezone.now(), cutoff=timezone.now(),
        )  # fmt: skip
    book.row(district.places.village.code)[1] = "改名村"
    past = [str(one["text"]) for one in district.plan(book, on=date(2025, 6, 1)).warnings]
    assert any("passed" in text for text in past)
    assert sum("assessed" in text for text in past) == 1
    assert district.plan(book, on=TODAY).warnings == []
