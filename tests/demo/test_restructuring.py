"""The worked example: the demo district in its first form becomes that of 2018, and can go back."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from assessments import actions as assessments
from common.workbooks import read
from demo.restructuring import example, workbook
from demo.roles import DISTRICT
from grids import areas
from grids.check import damages
from grids.models import Grid, LevelLabel, Plan, PlanState, Succession
from grids.queries import level_labels
from grids.restructuring.sheets import OWN
from incidents.models import Incident
from people.models import Posting, Unit, UnitKind
from people.restructuring.sheets import POSTINGS, UNITS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("demo"),
]
FILE = Path(settings.BASE_DIR) / "demo" / "data" / "restructuring-2018.xlsx"
SHEETS = [*OWN, UNITS, POSTINGS]


def restructure(*words: str) -> list[str]:
    out = io.StringIO()
    call_command("restructure", *words, stdout=out)
    return out.getvalue().splitlines()


def planned(*, by: str = "admin") -> int:
    lines = restructure("plan", str(FILE), "--by", by)
    found = re.fullmatch(r"plan: (\d+)", lines[-1])
    assert found
    return int(found[1])


def levels() -> Counter[int]:
    return Counter(Grid.objects.filter(closed_on__isnull=True).values_list("level", flat=True))


def digest(period: str) -> str:
    run = assessments.request_run(period=period, by=None)
    return assessments.execute(run.pk).digest


def test_the_workbook_shipped_is_the_one_the_program_makes() -> None:
    root = Grid.objects.get(code=DISTRICT)
    with FILE.open("rb") as shipped:
        there = read(shipped, SHEETS)
    made = read(io.BytesIO(workbook(root.pk)), SHEETS)
    assert there.problems == made.problems == []
    for key, table in made.tables.items():
        assert [row.cells for row in there.tables[key].rows] == [row.cells for row in table.rows], key
    assert len(example(root.pk)) == len(SHEETS)


def test_the_first_form_becomes_that_of_2018_and_goes_back() -> None:
    assert levels() == {1: 1, 2: 8, 3: 146, 4: 777, 5: 3240}
    before, open_cases = digest("2026H1"), set(_holders())
    number = planned()
    with pytest.raises(CommandError):
        restructure("approve", str(number), "--by", "admin")
    restructure("approve", str(number), "--by", "chief")
    restructure("apply", str(number), "--by", "admin")
    assert Plan.objects.get(pk=number).state == PlanState.APPLIED
    assert list(damages()) == []
    assert levels() == {1: 1, 2: 7, 3: 134, 4: 847, 5: 3240}
    assert level_labels()[2] == "一级网格"
    assert level_labels(on=timezone.localdate() - timedelta(days=1))[2] == "镇(办)"
    _people_are_in_place()
    _areas_tile()
    _open_cases_have_open_holders()
    assert digest("2026H1") == before
    restructure("roll-back", str(number), "--by", "admin")
    assert list(damages()) == []
    assert levels() == {1: 1, 2: 8, 3: 146, 4: 777, 5: 3240}
    assert set(_holders()) == open_cases
    assert digest("2026H1") == before
    assert LevelLabel.objects.filter(valid_to__isnull=True).count() == 5
    assert not Succession.objects.exists()
    again = restructure("plan", str(FILE), "--by", "admin")
    assert again[-1] == f"plan: {number + 1}"


def _holders() -> list[tuple[Any, ...]]:
    return list(Incident.objects.values_list("pk", "state", "holder_grid", "holder_unit", "grid", "grid_now"))


def _people_are_in_place() -> None:
    units = Counter(Unit.objects.filter(closed_on__isnull=True).values_list("kind", flat=True))
    assert (units[UnitKind.WORK_GROUP], units[UnitKind.PATROL_TEAM]) == (2, 6)
    today = Posting.objects.filter(valid_to__isnull=True)
    assert today.filter(unit__kind=UnitKind.PATROL_TEAM, unit__closed_on__isnull=True).count() == 49
    homes = {
        unit.grid.level for unit in Unit.objects.filter(kind=UnitKind.PATROL_TEAM, closed_on__isnull=True)
    }
    assert homes == {2}
    led = set(today.filter(role__in=["leader", "chief_leader"]).values_list("grid_id", flat=True))
    grids = Grid.objects.filter(closed_on__isnull=True, level__lt=5)
    assert set(grids.values_list("pk", flat=True)) <= led
    assert not today.filter(grid__closed_on__isnull=False).exists()


def _areas_tile() -> None:
    """What lies below each upper grid covers it, to the rounding of corners; no site is left outside."""
    grids = list(Grid.objects.filter(closed_on__isnull=True, level__in=[2, 3, 4]))
    drawn = areas.shapes(areas.geometries(grid.pk for grid in grids))
    assert len(drawn) == 7 + 134 + 847
    below: dict[int, list[int]] = {}
    for grid in grids:
        if grid.level > 2 and grid.parent_id is not None:
            below.setdefault(grid.parent_id, []).append(grid.pk)
    for upper, parts in below.items():
        whole = areas.shapes({0: areas.union([drawn[part] for part in parts])})[0]
        assert areas.same(whole, drawn[upper]), Grid.objects.get(pk=upper)
    index = areas.Index({pk: drawn[pk] for pk in drawn})
    sites = Grid.objects.filter(level=5, closed_on__isnull=True).select_related("site")
    outside = [
        site.code
        for site in sites
        if site.parent_id not in index.holding(float(site.site.lon), float(site.site.lat))
    ]
    assert outside == []


def _open_cases_have_open_holders() -> None:
    still_open = Incident.objects.exclude(state__in=["closed", "rejected", "void"])
    assert still_open.count() > 50
    assert not still_open.filter(holder_grid__closed_on__isnull=False).exists()
    assert not still_open.filter(grid_now__closed_on__isnull=False).exists()
