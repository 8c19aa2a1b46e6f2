"""Tasks and methods by version: one follows the other, what was in force is never edited, one entry each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from common.errors import Invalid
from grids import actions, charters
from grids.models import Charter, CharterKind
from grids.queries import charters_of
from grids.versions import Wording, items
from ledgers.models import Entry
from tests.factories import OPENED, SYSTEM, Places

TASK = CharterKind.TASK
FIRST = Wording(
    name="工作任务", text="1. 每日巡查\n二、当日上报\n\n", name_en="Task", text_en="- Patrol daily"
)
SECOND = Wording(name="工作任务", text="每日巡查两次", document="郑港环〔2026〕3号")


def of_level(places: Places, wording: Wording = FIRST, **more) -> Charter:
    return actions.set_charter_of_level(TASK, 2, wording, root_id=places.district.pk, by=SYSTEM, **more)


def test_the_first_may_begin_in_the_past_and_leaves_one_entry(places: Places) -> None:
    charter = of_level(places, on=OPENED)
    assert (charter.version, charter.valid_from, charter.valid_to) == (1, OPENED, None)
    entry = Entry.objects.get(app="grids", action="set_charter")
    assert (entry.subject_type, entry.subject_id, entry.grid_id) == (
        "grids.charter",
        str(charter.pk),
        places.district.pk,
    )
    assert "每日巡查" in entry.payload


def test_the_next_ends_the_one_before_that_day_and_keeps_it(places: Places) -> None:
    today = timezone.localdate()
    first = of_level(places, on=OPENED)
    second = of_level(places, SECOND)
    first.refresh_from_db()
    assert (first.valid_to, first.text) == (today, FIRST.text.strip())
    assert (second.version, second.valid_from) == (2, today)
    assert charters_of(places.town, on=today)[TASK] == second
    assert charters_of(places.town, on=today - timedelta(days=1))[TASK] == first


def test_one_of_the_same_day_never_was_and_is_replaced(places: Places) -> None:
    of_level(places, on=OPENED)
    of_level(places, SECOND)
    third = of_level(places, Wording(name="工作任务", text="更正"))
    assert [c.version for c in Charter.objects.order_by("version")] == [1, 2]
    assert third.version == 2
    assert Entry.objects.filter(action="set_charter").count() == 3


def test_one_for_a_day_to_come_waits_and_nothing_goes_before_it(places: Places) -> None:
    today = timezone.localdate()
    first = of_level(places, on=OPENED)
    of_level(places, SECOND, on=today + timedelta(days=30))
    assert charters_of(places.town, on=today)[TASK] == first
    with pytest.raises(Invalid) as refused:
        of_level(places, Wording(name="任务", text="又一版"), on=today + timedelta(days=10))
    assert "valid_from" in refused.value.fields


def test_what_was_in_force_cannot_be_changed_afterwards(places: Places) -> None:
    of_level(places, on=OPENED)
    for day in (OPENED, timezone.localdate() - timedelta(days=1), OPENED - timedelta(days=9)):
        with pytest.raises(Invalid) as refused:
            of_level(places, SECOND, on=day)
        assert "valid_from" in refused.value.fields
    assert Charter.objects.get().text == FIRST.text.strip()


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (Wording(name="", text="一"), "name"),
        (Wording(name="任务", text="  \n "), "text"),
        (Wording(name="任务", text="字" * 8001), "text"),
        (Wording(name="任务", text="一", document="x" * 65), "document"),
        (FIRST, "text"),
    ],
)
def test_wording_that_cannot_be_is_refused_and_nothing_changes(
    places: Places, wording: Wording, field: str
) -> None:
    of_level(places, on=OPENED)
    with pytest.raises(Invalid) as refused:
        of_level(places, wording)
    assert field in refused.value.fields
    assert Charter.objects.get().valid_to is None
    assert Entry.objects.filter(action="set_charter").count() == 1


def test_that_of_a_grid_goes_before_that_of_its_level_until_it_ends(places: Places) -> None:
    today = timezone.localdate()
    of_level(places, on=OPENED)
    own = actions.set_charter_of_grid(TASK, places.town.pk, SECOND, by=SYSTEM, on=OPENED)
    assert charters_of(places.town, on=today)[TASK] == own
    assert charters_of(places.other_town, on=today)[TASK].grid_id is None
    ended = actions.end_charter_of_grid(TASK, places.town.pk, by=SYSTEM)
    assert ended == own
    assert charters_of(places.town, on=today)[TASK].grid_id is None
    assert charters_of(places.town, on=today - timedelta(days=1))[TASK] == own
    assert actions.end_charter_of_grid(TASK, places.town.pk, by=SYSTEM) is None
    assert Entry.objects.filter(action="set_charter", grid_id=places.town.pk).count() == 2
    again = actions.set_charter_of_grid(TASK, places.town.pk, SECOND, by=SYSTEM)
    assert again.version == 2


def test_a_closed_grid_and_a_day_before_its_own_are_refused(places: Places) -> None:
    with pytest.raises(Invalid) as refused:
        actions.set_charter_of_grid(TASK, places.town.pk, FIRST, by=SYSTEM, on=OPENED - timedelta(days=1))
    assert "valid_from" in refused.value.fields
    actions.close_grid(places.site.pk, by=SYSTEM)
    with pytest.raises(Invalid) as refused:
        actions.set_charter_of_grid(TASK, places.site.pk, FIRST, by=SYSTEM)
    assert "grid" in refused.value.fields


def test_the_usual_ones_fill_only_what_never_was(places: Places) -> None:
    of_level(places, on=OPENED)
    added = actions.install_charters(root_id=places.district.pk, by=SYSTEM, since=OPENED)
    assert added == len(charters.CHARTERS) - 1
    assert actions.install_charters(root_id=places.district.pk, by=SYSTEM, since=OPENED) == 0
    assert Entry.objects.filter(app="grids", action="install_defaults").count() == 1
    for level in range(1, 6):
        assert Charter.objects.filter(level=level, grid=None).count() == 2


def test_items_are_lines_without_their_numbers_in_the_readers_language(places: Places) -> None:
    charter = of_level(places)
    assert items(charter) == ["每日巡查", "当日上报"]
    with translation.override("en"):
        assert items(charter) == ["Patrol daily"]
        charter.text_en = ""
        assert items(charter) == ["每日巡查", "当日上报"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("（1）巡查", "巡查"),
        ("十二、巡查", "巡查"),
        ("• 巡查", "巡查"),
        ("1.5 km around", "1.5 km around"),
        ("2026年起执行", "2026年起执行"),
        ("-5 ℃", "-5 ℃"),
    ],
)
def test_only_numbers_of_items_are_taken_off(line: str, shown: str) -> None:
    assert items(Charter(text=line)) == [shown]
