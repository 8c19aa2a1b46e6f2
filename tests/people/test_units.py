"""Units open and close today or in the past, never before they were there, and at home above the sites."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.errors import Invalid
from ledgers.models import Entry
from people import actions
from people.models import Unit, UnitKind
from tests import factories
from tests.factories import OPENED, Cast, Places

DAY = timedelta(days=1)


def refused(field: str, unit: Unit, closed_on: date, cast: Cast) -> bool:
    with pytest.raises(Invalid) as refusal:
        actions.change_unit(unit.pk, name=unit.name, name_en="", closed_on=closed_on, by=cast.administrator)
    unit.refresh_from_db()
    return set(refusal.value.fields) == {field} and unit.closed_on is None


def new(places: Places, **more: object) -> Unit:
    given = {"code": "u9", "name": "联合执法组", "kind": UnitKind.WORK_GROUP, "grid": places.town}
    return Unit(**{**given, "opened_on": timezone.localdate(), **more})


def test_a_unit_closes_today_or_did_before(places: Places, cast: Cast) -> None:
    unit = factories.unit("empty", "空队", grid=places.town, kind=UnitKind.PATROL_TEAM)
    assert refused("closed_on", unit, OPENED - DAY, cast)
    assert refused("closed_on", unit, timezone.localdate() + DAY, cast)
    for day in (timezone.localdate(), OPENED):  # on its first day: it never was
        actions.change_unit(unit.pk, name=unit.name, name_en="", closed_on=day, by=cast.administrator)
        unit.refresh_from_db()
        assert unit.closed_on == day
    assert Entry.objects.filter(action="change_unit").count() == 2


def test_a_unit_whose_people_are_in_post_then_stays_open(places: Places, cast: Cast) -> None:
    assert refused("closed_on", places.team, timezone.localdate(), cast)


def test_a_unit_opens_today_or_did_before_above_the_sites(places: Places, cast: Cast) -> None:
    ahead = timezone.localdate() + DAY
    for field, unit in (("opened_on", new(places, opened_on=ahead)), ("grid", new(places, grid=places.site))):
        with pytest.raises(Invalid) as refusal:
            actions.create_unit(unit, by=cast.administrator)
        assert set(refusal.value.fields) == {field}
    assert not Entry.objects.filter(app="people").exists()
    actions.create_unit(new(places), by=cast.administrator)
    actions.create_unit(new(places, code="u8", grid=places.subgrid, opened_on=OPENED), by=cast.administrator)


def test_the_database_refuses_an_end_before_the_beginning(places: Places) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=places.team.pk).update(closed_on=OPENED - DAY)
