"""Opening, moving, renaming, closing: what they change and refuse, and what the ledger keeps."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from common.errors import Invalid, StaleVersion
from grids import actions, queries
from grids.check import damages
from grids.models import Grid, Lineage, Succession
from grids.rules import TreeWriteRefused
from ledgers.actions import Actor
from ledgers.models import Entry
from tests.factories import OPENED, Places

BY = Actor(user_id=None, name="系统")
WHOLE = Decimal(1)


def line(grid: Grid, on: date | None = None) -> list[str]:
    return [above.code for above in queries.ancestors(grid.pk, on=on)]


def test_move_takes_the_whole_subtree_along(places: Places) -> None:
    actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=BY)
    top = [places.district.code, places.other_town.code, places.village.code]
    assert line(places.village) == top
    assert line(places.site) == [*top, places.subgrid.code, places.site.code]
    assert damages() == []


def test_what_was_above_before_the_move_stays_on_record(places: Places) -> None:
    before = line(places.site)
    actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=BY)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert line(places.site, on=yesterday) == before


def test_move_keeps_the_rows_of_common_ancestors(places: Places) -> None:
    kept = Lineage.objects.get(ancestor=places.district, descendant=places.site)
    actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=BY)
    assert Lineage.objects.get(ancestor=places.district, descendant=places.site) == kept
    kept.refresh_from_db()
    assert kept.valid_to is None


def test_there_and_back_in_one_day_leaves_no_trace_in_the_lineage(places: Places) -> None:
    rows = set(Lineage.objects.values_list("ancestor_id", "descendant_id", "valid_from", "valid_to"))
    actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=BY)
    actions.move_grid(places.village.pk, parent_id=places.town.pk, by=BY)
    assert set(Lineage.objects.values_list("ancestor_id", "descendant_id", "valid_from", "valid_to")) == rows
    assert damages() == []


def test_a_grid_opened_and_moved_in_one_day_was_never_elsewhere(places: Places) -> None:
    village = actions.open_grid(code="410173001999", name="新村", parent_id=places.town.pk, by=BY)
    actions.move_grid(village.pk, parent_id=places.other_town.pk, by=BY)
    assert not Lineage.objects.filter(ancestor=places.town, descendant=village).exists()
    assert damages() == []


def test_move_is_one_ledger_entry_at_the_place_it_left(places: Places) -> None:
    place = queries.place(places.village)
    actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=BY, note="郑政〔2026〕1号")
    entry = Entry.objects.get(app="grids")
    payload = json.loads(entry.payload)["payload"]
    assert (entry.action, entry.grid_path) == ("move", place.path)
    assert payload["from"] == places.town.code
    assert payload["to"] == places.other_town.code
    assert payload["grids"] == 5
    assert payload["note"] == "郑政〔2026〕1号"


@pytest.mark.parametrize(
    ("what", "target"),
    [
        ("district", "town"),
        ("village", "village"),
        ("village", "subgrid"),
        ("village", "district"),
        ("village", "other_village"),
        ("subgrid", "other_town"),
        ("village", "town"),
    ],
)
def test_move_that_would_break_the_tree_is_refused(places: Places, what: str, target: str) -> None:
    grid, under = getattr(places, what), getattr(places, target)
    before = list(Grid.objects.order_by("pk").values())
    with pytest.raises(Invalid) as refused:
        actions.move_grid(grid.pk, parent_id=under.pk, by=BY)
    assert refused.value.fields.keys() == {"parent"}
    assert list(Grid.objects.order_by("pk").values()) == before
    assert not Entry.objects.exists()


def test_move_under_a_closed_grid_is_refused(places: Places) -> None:
    empty = actions.open_grid(code="410173009", name="空镇", parent_id=places.district.pk, by=BY)
    actions.close_grid(empty.pk, by=BY)
    with pytest.raises(Invalid, match="closed|撤销"):
        actions.move_grid(places.village.pk, parent_id=empty.pk, by=BY)


def test_move_seen_on_a_tree_changed_since_is_refused(places: Places) -> None:
    version = queries.tree_version(places.district.tree_id)
    actions.open_grid(code="410173009", name="新镇", parent_id=places.district.pk, by=BY)
    with pytest.raises(StaleVersion):
        actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=BY, version=version)
    assert line(places.village)[1] == places.town.code


def test_a_day_ahead_or_before_the_last_change_is_refused(places: Places) -> None:
    today = timezone.localdate()
    for day in (today + timedelta(days=1), OPENED - timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=BY, on=day)
        assert refused.value.fields.keys() == {"on"}


def test_open_takes_its_level_from_its_parent(places: Places) -> None:
    grid = actions.open_grid(code="x", name="新网格", parent_id=places.village.pk, by=BY)
    assert grid.level == 4
    assert line(grid)[-2:] == [places.village.code, "x"]
    assert damages() == []


def test_open_refuses_a_taken_code_and_an_empty_name(places: Places) -> None:
    with pytest.raises(Invalid) as taken:
        actions.open_grid(code=places.town.code, name="x", parent_id=places.district.pk, by=BY)
    with pytest.raises(Invalid) as empty:
        actions.open_grid(code="x", name=" ", parent_id=places.district.pk, by=BY)
    assert set(taken.value.fields) == {"code"}
    assert set(empty.value.fields) == {"name"}


def test_rename_is_recorded_once_and_not_at_all_when_nothing_changes(places: Places) -> None:
    actions.rename_grid(places.village.pk, name="岗李社区", by=BY)
    actions.rename_grid(places.village.pk, name="岗李社区", by=BY)
    assert Grid.objects.get(pk=places.village.pk).name == "岗李社区"
    assert Entry.objects.filter(app="grids", action="rename").count() == 1


def test_close_needs_everything_below_closed(places: Places) -> None:
    with pytest.raises(Invalid):
        actions.close_grid(places.subgrid.pk, by=BY)
    actions.close_grid(places.site.pk, by=BY)
    closed = actions.close_grid(places.subgrid.pk, by=BY, successors={places.sibling_subgrid.pk: WHOLE})
    heir = Succession.objects.get(predecessor=closed)
    assert (heir.successor, heir.share, heir.on) == (places.sibling_subgrid, WHOLE, closed.closed_on)
    assert not Lineage.objects.filter(descendant=closed, valid_to__isnull=True).exists()
    assert damages() == []


def test_opened_and_closed_in_one_day_has_no_lineage(places: Places) -> None:
    grid = actions.open_grid(code="x", name="x", parent_id=places.village.pk, by=BY)
    actions.close_grid(grid.pk, by=BY)
    assert not Lineage.objects.filter(descendant=grid).exists()
    assert damages() == []


def test_a_stale_grid_cannot_write_its_old_parent_back(places: Places) -> None:
    stale = Grid.objects.get(pk=places.village.pk)
    actions.move_grid(stale.pk, parent_id=places.other_town.pk, by=BY)
    with pytest.raises(TreeWriteRefused):
        stale.save()
    with pytest.raises(TreeWriteRefused):
        stale.save(update_fields=["name", "parent"])
    stale.save(update_fields=["name"])
    assert Grid.objects.get(pk=stale.pk).parent_id == places.other_town.pk
    assert damages() == []


def test_a_new_grid_cannot_be_saved_outside_the_actions(places: Places) -> None:
    with pytest.raises(TreeWriteRefused):
        Grid.objects.create(code="x", name="x", level=3, parent=places.town, opened_on=OPENED)


def test_move_takes_the_same_few_queries_whatever_lies_below(
    places: Places, django_assert_max_num_queries
) -> None:
    for n in range(30):
        actions.open_grid(code=f"x{n}", name="x", parent_id=places.subgrid.pk, by=BY)
    with django_assert_max_num_queries(32):
        actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=BY)


def test_a_part_given_away_gives_no_sight_of_a_grid_that_lives_on(places: Places) -> None:
    Succession.objects.create(
        predecessor=places.village, successor=places.other_village, share=Decimal("0.01"), on=OPENED
    )
    assert queries.predecessors([places.other_village.pk]) == set()
    actions.merge_grid(places.village.pk, into_id=places.other_village.pk, by=BY)
    assert queries.predecessors([places.other_village.pk]) == {places.village.pk}


def test_two_grids_side_by_side_have_two_names(places: Places) -> None:
    for act in (
        lambda: actions.rename_grid(places.subgrid.pk, name=places.sibling_subgrid.name, by=BY),
        lambda: actions.open_grid(
            code="410173001999", name=places.village.name, parent_id=places.town.pk, by=BY
        ),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert set(refusal.value.fields) == {"name"}
    actions.rename_grid(places.other_subgrid.pk, name=places.sibling_subgrid.name, by=BY)
