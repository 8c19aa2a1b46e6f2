"""Whole assessments, worked out by hand beside what the engine finds."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import actions, engine, indicators, queries, rules
from assessments.models import Run, RunState
from grids.models import Lineage
from incidents.models import Incident, LookBack, Step
from inspections.models import Visit
from tests import factories
from tests.assessments.build import at, incident, look_back, visit

D = Decimal
H1 = rules.Window(rules.period("2026H1").start, rules.period("2026H1").end)


def score(period="2026H1", **given) -> Run:
    return actions.execute(actions.request_run(period=period, by=None, **given).pk)


def figures(run: Run, code: str) -> list[tuple]:
    rows = run.results.get(grid_code=code).figures.order_by("item__order")
    return [(row.numerator, row.denominator, row.rate, row.points) for row in rows]


def district_of_three():
    district = factories.grid("1", "区")
    towns = {}
    for name in "ABC":
        town = factories.grid(name, f"{name}镇", parent=district)
        village = factories.grid(f"{name}1", f"{name}村", parent=town)
        subgrid = factories.grid(f"{name}11", f"{name}网格", parent=village)
        sites = [factories.site(f"{name}11{n}", f"{name}厂{n}", parent=subgrid) for n in (1, 2)]
        towns[name] = (subgrid, sites)
    return towns


def fill(towns, *, shuffled: int | None = None) -> None:
    handled = {"due_at": at(4, 10), "fed_back_at": at(4, 9)}
    (a, a_sites), (b, b_sites), (c, c_sites) = towns["A"], towns["B"], towns["C"]
    makers = [
        *(lambda: incident(a_sites[0], **handled, closed_at=at(4, 9, 12)) for _n in range(2)),
        lambda: incident(a, **handled, closed_at=at(5, 1), rework_count=1),
        lambda: incident(a, **handled),
        *(lambda: incident(b, **handled, closed_at=at(4, 10)) for _n in range(2)),
        lambda: incident(b, due_at=at(7, 3), fed_back_at=at(6, 30, 23)),
        lambda: incident(c, due_at=at(4, 10)),
        lambda: incident(c, due_at=at(4, 10), state="void"),
        lambda: visit(a_sites[0], at(1, 1, 0)),
        lambda: visit(a_sites[0], at(2, 2)),
        lambda: visit(a_sites[1], at(7, 1, 0)),
        lambda: visit(b_sites[0], at(3, 3)),
        lambda: visit(b_sites[1], at(6, 30, 23)),
        lambda: visit(c_sites[1], at(3, 3)),
    ]
    if shuffled is not None:
        random.Random(shuffled).shuffle(makers)
    for make in makers:
        make()


@pytest.mark.django_db
def test_three_towns_by_hand(small_scheme):
    fill(district_of_three())
    run = score()
    # A: closing 3/4 = 75 % → (75−50)÷(90−50)×40 = 25; rework 1/4 = 25 % → (25−40)÷(0−40)×20 = 7.5;
    #    one of two sites visited (1 July is no longer H1) = 50 % → 20.   25 + 7.5 + 20 = 52.5 of 100
    assert figures(run, "A") == [
        (3, 4, D("75.00"), D("25.00")), (1, 4, D("25.00"), D("7.50")), (1, 2, D("50.00"), D("20.00"))
    ]  # fmt: skip
    # B: closing 2/2 → 40 (what is due in July counts in H2); rework 0/3 → 20; 2/2 sites → 40.   100
    assert figures(run, "B") == [
        (2, 2, D("100.00"), D("40.00")), (0, 3, D("0.00"), D("20.00")), (2, 2, D("100.00"), D("40.00"))
    ]  # fmt: skip
    # C: one due, fewer than two: not applicable; nothing handled: not applicable; 1/2 sites → 20 of 40 = 50
    assert figures(run, "C") == [(0, 1, None, None), (0, 0, None, None), (1, 2, D("50.00"), D("20.00"))]
    found = {row.grid_code: (row.score, row.grade, row.rank) for row in run.results.filter(level=2)}
    assert found == {
        "A": (D("52.50"), "fail", 2),
        "B": (D("100.00"), "excellent", 1),
        "C": (D("50.00"), "fail", 3),
    }
    villages = {row.grid_code: (row.score, row.rank) for row in run.results.filter(level=3)}
    assert villages == {"A1": (D("52.50"), 2), "B1": (D("100.00"), 1), "C1": (D("50.00"), 3)}


@pytest.mark.django_db
def test_the_digest_does_not_depend_on_the_order_of_entry_or_on_row_ids(small_scheme):
    towns = district_of_three()
    fill(towns)
    first = score().digest
    for model in (Visit, LookBack, Step, Incident):
        model.objects.all()._raw_delete("default")
    fill(towns, shuffled=7)
    assert score().digest == first
    incident(towns["A"][0], due_at=at(4, 1))
    assert score().digest != first


@pytest.mark.django_db
def test_a_village_that_moves_counts_for_the_town_above_it_then(small_scheme):
    towns = district_of_three()
    subgrid, sites = towns["A"]
    for month in (2, 3, 5):  # two before the move, one after
        incident(subgrid, due_at=at(month, 10), closed_at=at(month, 9))
    incident(subgrid, due_at=at(3, 31, 23))  # the last hour under A
    incident(subgrid, due_at=at(4, 1, 0))  # the first under B
    visit(sites[0], at(2, 1))
    before = score(cutoff=at(4, 1, 0))
    below = ["A1", "A11", "A111", "A112"]
    old = Lineage.objects.filter(ancestor__code="A", descendant__code__in=below)
    town = Lineage.objects.get(ancestor__code="B", depth=0).ancestor
    moved = [
        Lineage(ancestor=town, descendant_id=row.descendant_id, depth=row.depth, valid_from=date(2026, 4, 1))
        for row in old
    ]
    old.update(valid_to=date(2026, 4, 1))
    Lineage.objects.bulk_create(moved)
    run = score()
    assert figures(run, "A")[0][:2] == (2, 3)  # February, March; 31 March open
    assert figures(run, "B")[0][:2] == (1, 2)  # May; 1 April open
    assert figures(run, "A1")[0][:2] == (3, 5)  # the village itself answers for all five
    # A's two sites were A's until April: one was visited then. B has its own two and these two, none visited.
    assert figures(run, "A")[2][:2] == (1, 2)
    assert figures(run, "B")[2][:2] == (0, 4)
    again = score(cutoff=at(4, 1, 0))
    assert again.digest == before.digest  # what came later changes no earlier result
    before.refresh_from_db()
    assert before.results.filter(grid_code="A1").values_list("upper__code", flat=True).get() == "A"
    assert run.results.filter(grid_code="A1").values_list("upper__code", flat=True).get() == "B"


@pytest.mark.django_db
def test_each_indicator_counts_by_its_definition(places, scheme):
    grid = places.subgrid
    filed = incident(grid, reported_at=at(2, 1), filed_at=at(2, 2), due_at=at(2, 9), closed_at=at(2, 9))
    late = incident(
        grid, reported_at=at(2, 1), filed_at=at(2, 2), due_at=at(2, 9), closed_at=at(2, 10),
        fed_back_at=at(2, 8), rework_count=2,
    )  # fmt: skip
    incident(grid, reported_at=at(2, 3))
    incident(grid, reported_at=at(2, 3), state="rejected", due_at=at(2, 5))
    incident(grid, reported_at=at(2, 3), state="void", filed_at=at(2, 4), due_at=at(2, 5))
    incident(grid, reported_at=at(2, 4), settled_on_spot=True, fed_back_at=at(2, 4), closed_at=at(2, 5))
    incident(grid, reported_at=at(7, 1, 0))
    look_back(filed, at(3, 1), passed=True)
    look_back(late, at(3, 2), passed=False)
    expected = {
        "filing": (2, 4),
        "closing": (2, 2),
        "on_time_closing": (1, 2),
        "rework": (1, 2),
        "look_back_pass": (1, 2),
        "settled_on_spot": (1, 5),
        "inspection_coverage": (0, 2),
    }
    assert set(expected) == set(indicators.INDICATORS)
    for code, counted in expected.items():
        found = indicators.counts(indicators.INDICATORS[code], H1)
        assert found[places.village.pk] == found[places.town.pk] == counted, code
        assert found.get(places.other_town.pk, (0, 0))[0] == 0
        rows = list(indicators.evidence(indicators.INDICATORS[code], H1, grid_id=places.village.pk))
        assert (sum(row.counted for row in rows), len(rows)) == counted, code


@pytest.mark.django_db
def test_an_event_before_dawn_belongs_to_the_day_in_shanghai(places, scheme):
    """00:30 on 1 January in Shanghai is still December in UTC."""
    incident(places.subgrid, reported_at=at(1, 1, 0), filed_at=at(1, 1, 0))
    assert indicators.counts(indicators.INDICATORS["filing"], H1)[places.village.pk] == (1, 1)


@pytest.mark.django_db
def test_a_grid_closed_or_not_yet_open_is_left_out(places, scheme):
    factories.grid("late", "新村", parent=places.town, opened_on=date(2026, 7, 1))
    codes = {grid.code for grid in engine.grids_of(H1)}
    assert codes == {g.code for g in (places.town, places.other_town, places.village, places.other_village)}


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow_with_the_grids(places, scheme):
    with CaptureQueriesContext(
        connection,
    ) as few:
        score()
    for n in range(30):
        village = factories.grid(f"v{n}", f"{n}村", parent=places.town)
        subgrid = factories.grid(f"v{n}s", f"{n}网格", parent=village)
        incident(subgrid, due_at=at(3, 3))
    factories.person()
    with CaptureQueriesContext(connection) as many:
        score()
    assert len(many) <= len(few) + 2


@pytest.mark.django_db
def test_the_year_combines_the_halves_and_makes_the_missing_one(small_scheme):
    fill(district_of_three())
    first = score("2026H1")
    said: list[str] = []
    asked = actions.request_run(period="2026", by=None, cutoff=rules.period("2026").end)
    # Today may lie within the second half: assess as of its end, whenever this runs.
    Run.objects.filter(pk=asked.pk).update(cutoff=rules.period("2026").end)
    asked.refresh_from_db()
    year = actions.execute(asked.pk, say=said.append)
    assert year.state == RunState.DONE
    assert "2026H2" in "".join(said)
    assert "2026H1" not in "".join(said)
    halves = list(year.halves.order_by("period"))
    assert halves[0] == first
    # H2: A visited one of two sites on 1 July → 50; B closed none of its one due (fewer than two: n/a),
    # no site visited → 0. The year: A 52.5 × 0.4 + 50 × 0.6 = 51; B 100 × 0.4 + 0 × 0.6 = 40.
    found = dict(year.results.filter(level=2).values_list("grid_code", "score"))
    assert (found["A"], found["B"]) == (D("51.00"), D("40.00"))
    assert queries.finished("2026") == year
