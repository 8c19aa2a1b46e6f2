"""check_tree finds each kind of damage and names the grid's code."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from common.errors import Invalid
from grids import rules
from grids.bulk import Row, load_tree
from grids.models import Grid, Lineage, Naming
from ledgers.actions import Actor
from ledgers.models import Entry
from tests.factories import OPENED, Places

LATER = OPENED + timedelta(days=100)


def change(grid: Grid, **values: object) -> None:
    with rules.tree_writes():
        Grid.objects.filter(pk=grid.pk).update(**values)


def rename(grid: Grid, **values: object) -> object:
    return Naming.objects.filter(grid=grid).update(**values)


def rows(places: Places):
    return Lineage.objects.filter(descendant=places.village)


DAMAGE: dict[str, Callable[[Places], object]] = {
    "lft": lambda p: change(p.village, lft=F("lft") + 1),
    "rght": lambda p: change(p.village, rght=F("rght") + 2),
    "tree_id": lambda p: change(p.village, tree_id=77),
    "mptt level": lambda p: change(p.village, mptt_level=5),
    "level": lambda p: change(p.village, level=4),
    "parent": lambda p: change(p.village, parent=p.other_town),
    "circle": lambda p: change(p.village, parent=p.subgrid),
    "open under closed": lambda p: change(p.town, closed_on=LATER),
    "lineage lost": lambda p: rows(p).delete(),
    "one row lost": lambda p: rows(p).filter(depth=1).delete(),
    "wrong ancestor": lambda p: rows(p).filter(depth=1).update(ancestor=p.other_town),
    "wrong depth": lambda p: rows(p).filter(depth=1).update(depth=7),
    "ended": lambda p: rows(p).filter(depth=1).update(valid_to=LATER),
    "begins late": lambda p: rows(p).filter(depth=1).update(valid_from=LATER),
    "no name": lambda p: Naming.objects.filter(grid=p.village).delete(),
    "name begins late": lambda p: rename(p.village, valid_from=LATER),
    "name ended": lambda p: rename(p.village, valid_to=LATER),
    "another name": lambda p: rename(p.village, name="别村"),
    "another code": lambda p: rename(p.village, code="1"),
    "names with a gap": lambda p: (
        rename(p.village, valid_to=LATER),
        Naming.objects.create(
            grid=p.village, code=p.village.code, name=p.village.name, valid_from=LATER + timedelta(9)
        ),
    ),
    "gap": lambda p: (
        rows(p).filter(depth=1).update(valid_to=LATER),
        Lineage.objects.create(
            ancestor=p.town, descendant=p.village, depth=1, valid_from=LATER + timedelta(9)
        ),
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_and_named(places: Places, kind: str) -> None:
    DAMAGE[kind](places)
    out = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("check_tree", stdout=out)
    assert failed.value.returncode == 1
    assert places.village.code in {line.split(":")[0] for line in out.getvalue().splitlines()}


def test_two_districts_in_one_tree_are_found(places: Places) -> None:
    other = Grid(code="z", name="z", level=1, opened_on=OPENED, lft=1, rght=2, tree_id=9, mptt_level=0)
    with rules.tree_writes():
        Grid.objects.bulk_create([other])
    Naming.objects.create(grid=other, code="z", name="z", valid_from=OPENED)
    Lineage.objects.create(ancestor=other, descendant=other, depth=0, valid_from=OPENED)
    call_command("check_tree", stdout=io.StringIO())
    change(other, tree_id=places.district.tree_id)
    with pytest.raises(CommandError):
        call_command("check_tree", stdout=io.StringIO())


@pytest.mark.loads
def test_five_thousand_grids_loaded_and_checked_in_few_queries(
    db: None, django_assert_max_num_queries
) -> None:
    tree = [Row(code="d", name="区")]
    for town in range(10):
        tree.append(Row(code=f"t{town}", name="镇", parent="d"))
        for village in range(20):
            tree.append(Row(code=f"t{town}v{village}", name="村", parent=f"t{town}"))
            tree += [
                Row(code=f"t{town}v{village}g{n}", name="格", parent=f"t{town}v{village}") for n in range(24)
            ]
    grids = load_tree(tree, opened_on=date(2025, 1, 1), by=Actor(user_id=None, name="系统"))
    assert len(grids) == 5011
    assert Entry.objects.filter(app="grids", action="load").count() == 1
    with django_assert_max_num_queries(4):
        call_command("check_tree", stdout=io.StringIO())


def test_one_wrong_row_in_a_load_writes_nothing(db: None) -> None:
    for rows_given in (
        [Row(code="d", name="区"), Row(code="d", name="区")],
        [Row(code="d", name="区"), Row(code="x", name="镇", parent="nowhere")],
        [Row(code="d", name="区"), Row(code="a", name="a", parent="b"), Row(code="b", name="b", parent="a")],
    ):
        with pytest.raises(Invalid):
            load_tree(rows_given, opened_on=OPENED, by=Actor(user_id=None, name="系统"))
        assert not Grid.objects.exists()
