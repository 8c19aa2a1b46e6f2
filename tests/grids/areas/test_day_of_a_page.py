"""The day of which a page is asked: what is no day is named so, and every page leads back to today."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.factories import Cast, Places

PAGE = reverse("grids:completeness")


@pytest.mark.parametrize("typed", ["2026-02-30", "abc", "<b>", "2026"])
def test_what_is_no_day_is_said_to_be_none(client: Client, places: Places, cast: Cast, typed: str) -> None:
    client.force_login(cast.viewer)
    page = client.get(PAGE, {"on": typed})
    assert page.context["on_invalid"] == typed
    assert page.context["on_unknown"]
    assert "<b>" not in page.content.decode()


def test_a_day_to_come_is_no_day_of_the_past(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.viewer)
    page = client.get(PAGE, {"on": "2999-01-01"})
    assert page.context["on_unknown"]
    assert page.context["on_invalid"] == ""
    today = client.get(PAGE, {"on": timezone.localdate().isoformat()})
    assert not today.context["on_unknown"]


def test_before_every_grid_the_page_gives_the_reason_and_leads_back(
    client: Client, places: Places, cast: Cast
) -> None:
    client.force_login(cast.administrator)
    page = client.get(PAGE, {"on": "1990-01-01", "sites": "on"})
    assert page.context["none_then"]
    text = page.content.decode()
    assert 'name="on"' in text  # another day can be chosen
    assert '<input type="hidden" name="sites" value="on">' in text
    assert f'href="{PAGE}"' in text


def test_who_has_no_grid_is_told_that_whatever_the_day(client: Client, places: Places) -> None:
    client.force_login(factories.person())
    assert not client.get(PAGE, {"on": "1990-01-01"}).context["none_then"]
