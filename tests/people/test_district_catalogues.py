"""What holds in the whole district is changed by its administrator; who administers a part of it reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import NotAllowed
from incidents import actions
from incidents.models import Category, DeadlineRule
from ledgers.models import Entry
from people.models import Role, User
from tests.factories import Cast, Places, catalogue, person

CATALOGUES = ("incidents_category", "incidents_deadlinerule", "people_dutylist")


@pytest.fixture
def local(places: Places) -> User:
    """Who administers a town."""
    catalogue()
    return person(Role.ADMINISTRATOR, grid=places.town, username="local")


@pytest.mark.parametrize(
    "change",
    [
        lambda by: actions.save_category(Category.objects.get(code="8201"), by=by),
        lambda by: actions.save_rule(DeadlineRule.objects.earliest("pk"), by=by),
        lambda by: actions.fill_calendar([2025], by=by),
    ],
    ids=["category", "deadline", "calendar"],
)
def test_the_actions_refuse_an_administrator_of_a_town(
    local: User, cast: Cast, change: Callable[[User], object]
) -> None:
    before = Entry.objects.count()
    with pytest.raises(NotAllowed):
        change(local)
    assert Entry.objects.count() == before
    change(cast.administrator)


@pytest.mark.parametrize("name", CATALOGUES)
def test_an_administrator_of_a_town_reads_the_lists_alone(
    client: Client, local: User, cast: Cast, name: str
) -> None:
    client.force_login(local)
    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:{name}_add")).status_code == 403
    client.force_login(cast.administrator)
    assert client.get(reverse(f"admin:{name}_add")).status_code == 200


def test_a_deadline_sent_by_an_administrator_of_a_town_changes_nothing(client: Client, local: User) -> None:
    rule = DeadlineRule.objects.earliest("pk")
    client.force_login(local)
    address = reverse("admin:incidents_deadlinerule_change", args=[rule.pk])
    assert client.get(address).status_code == 200
    form = {"category": rule.category_id or "", "severity": rule.severity, "amount": 99, "clock": rule.clock}
    assert client.post(address, form).status_code == 403
    rule.refresh_from_db()
    assert rule.amount != 99
