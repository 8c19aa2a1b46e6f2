"""Invariants of the tree that hold in the database itself, whoever writes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from grids.models import Boundary, Grid, Lineage, Naming, Plan, Succession
from grids.rules import TreeWriteRefused
from tests import factories
from tests.factories import OPENED, Places

SQUARE = {"type": "Polygon", "coordinates": [[[113.8, 34.5], [113.9, 34.5], [113.9, 34.6], [113.8, 34.5]]]}
LATER = OPENED + timedelta(days=100)
LAST = OPENED + timedelta(days=200)


def refused(write: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        write()


@pytest.mark.parametrize(("start", "end"), [(OPENED, None), (LATER, None), (LATER, LAST), (OPENED, LATER)])
def test_a_second_ancestor_at_a_depth_on_one_day(places: Places, start: date, end: date | None) -> None:
    refused(
        lambda: Lineage.objects.create(
            ancestor=places.other_town, descendant=places.village, depth=1, valid_from=start, valid_to=end
        )
    )


def test_a_row_of_lineage_stretched_over_the_next(places: Places) -> None:
    row = Lineage.objects.get(ancestor=places.town, descendant=places.village)
    Lineage.objects.filter(pk=row.pk).update(valid_to=LATER)
    Lineage.objects.create(ancestor=places.other_town, descendant=places.village, depth=1, valid_from=LATER)
    refused(lambda: Lineage.objects.filter(pk=row.pk).update(valid_to=LAST))


def test_lineage_that_touches_without_overlap_is_taken(places: Places) -> None:
    Lineage.objects.filter(ancestor=places.town, descendant=places.village).update(valid_to=LATER)
    Lineage.objects.create(ancestor=places.other_town, descendant=places.village, depth=1, valid_from=LATER)


def test_two_names_or_two_areas_on_one_day(places: Places) -> None:
    refused(lambda: Naming.objects.create(grid=places.town, code="x", name="x", valid_from=LATER))
    Boundary.objects.create(grid=places.town, geometry=SQUARE, valid_from=OPENED)
    refused(lambda: Boundary.objects.create(grid=places.town, geometry=SQUARE, valid_from=LATER))


def test_shares_that_are_no_part_and_succession_by_itself(places: Places) -> None:
    def heir(successor: Grid, share: str) -> Any:
        return lambda: Succession.objects.create(
            predecessor=places.town, successor=successor, share=share, on=OPENED
        )

    refused(heir(places.other_town, "0"))
    refused(heir(places.other_town, "1.5"))
    refused(heir(places.town, "1"))
    heir(places.other_town, "0.4")()


def test_a_plan_approved_by_whoever_made_it(places: Places, cast: factories.Cast) -> None:
    plan = factories.plan(places, cast.administrator)
    refused(lambda: Plan.objects.filter(pk=plan.pk).update(approved_by=cast.administrator))
    refused(lambda: Plan.objects.filter(pk=plan.pk).update(state="approved"))
    refused(
        lambda: Plan.objects.filter(pk=plan.pk).update(
            state="applied", approved_by=cast.chief, approved_at="2026-01-01T00:00Z"
        )
    )


def test_the_triggers_stand_after_all_migrations(db: None) -> None:
    """SQLite drops triggers when a migration rebuilds their table; this one tells."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            found = {row[0] for row in cursor.fetchall()}
            wanted = {
                f"grids_{table}_one_at_a_time_{act}"
                for table in ("lineage", "naming", "boundary")
                for act in ("insert", "update")
            } | {"grids_siteversion_no_update", "grids_siteversion_no_delete"}
        else:
            cursor.execute(
                "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
            )
            found = {row[0] for row in cursor.fetchall()}
            wanted = {
                f"grids_{table}_one_at_a_time{act}"
                for table in ("lineage", "naming", "boundary")
                for act in ("", "_insert", "_update")
            } | {"grids_siteversion_append_only", "grids_siteversion_no_truncate"}
    assert wanted <= found


@pytest.mark.parametrize(
    "write",
    [
        lambda p: Grid.objects.filter(pk=p.village.pk).update(parent=p.other_town),
        lambda p: Grid.objects.filter(pk=p.village.pk).update(lft=1),
        lambda p: Grid.objects.bulk_update([p.village], ["parent"]),
        lambda p: Grid.objects.bulk_create([Grid(code="x", name="x", level=1, opened_on=OPENED)]),
        lambda p: p.village.move_to(p.other_town, "last-child"),
        lambda p: Grid(code="x", name="x", level=3, opened_on=OPENED).insert_at(p.town, save=True),
        lambda p: p.site.delete(),
        lambda p: Grid.objects.filter(pk=p.site.pk).delete(),
    ],
)
def test_tree_fields_are_written_under_the_lock_only(places: Places, write: Any) -> None:
    before = list(Grid.objects.order_by("pk").values())
    with pytest.raises(TreeWriteRefused):
        write(places)
    assert list(Grid.objects.order_by("pk").values()) == before
