"""A small district that has everything it needs, so that a test takes one thing away."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments import defaults as scheme_defaults
from grids import charters
from grids.models import Boundary, Charter, Grid, Site
from inspections.actions import install_defaults
from people import defaults
from people.duties import level_of
from people.models import Acknowledgement, DutyList, Posting, Role
from tests import factories
from tests.factories import OPENED, Cast, Places

SQUARE = {"type": "Polygon", "coordinates": [[[113.8, 34.5], [113.9, 34.5], [113.9, 34.6], [113.8, 34.5]]]}


@pytest.fixture
def complete(places: Places, cast: Cast) -> Places:
    """The places of the cast, every fixing there: boundaries, people, signed lists, tasks and methods."""
    scheme_defaults.install()
    install_defaults()
    Charter.objects.bulk_create(charters.rows(since=OPENED))
    DutyList.objects.bulk_create(defaults.rows(since=OPENED))
    for grid in Grid.objects.filter(level__lt=5):
        Boundary.objects.create(grid=grid, geometry=SQUARE, valid_from=OPENED)
        posted = set(Posting.objects.filter(grid=grid, valid_to=None).values_list("role", flat=True))
        if not posted & {Role.LEADER, Role.CHIEF_LEADER}:
            factories.person(Role.LEADER, grid=grid)
        for _n in range(2 if grid.level == 4 else 0):
            factories.person(Role.WORKER, grid=grid)
    Site.objects.update(contact_name="王经理")
    sign_all()
    return places


def sign_all() -> None:
    """Everyone in post today acknowledges the list that is open for them."""
    lists = {(row.role, row.level): row for row in DutyList.objects.filter(valid_to=None)}
    postings = Posting.objects.filter(valid_to=None).select_related("grid", "unit__grid")
    Acknowledgement.objects.bulk_create(
        (
            Acknowledgement(
                posting=posting,
                duty_list=lists[posting.role, level_of(posting)],
                at=timezone.now(),
            )
            for posting in postings
        ),
        ignore_conflicts=True,
    )
