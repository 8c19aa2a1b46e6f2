"""Sites in the admin site: found there, changed elsewhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids import actions
from tests.factories import Cast, Places
from tests.grids.dossiers.build import PARTS, full

LIST = "/admin/grids/site/"


@pytest.fixture
def administrator(client: Client, cast: Cast) -> Client:
    client.force_login(cast.administrator)
    return client


def found(client: Client, **query: str) -> set[str]:
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return {site.grid.code for site in answer.context["cl"].result_list}


def test_the_list_is_narrowed_by_what_dossiers_say(administrator: Client, places: Places, cast: Cast) -> None:
    ended = PARTS["permits"][0] | {"valid_until": (timezone.localdate() - timedelta(days=1)).isoformat()}
    actions.change_dossier(places.site.pk, full({"permits": [ended]}), by=cast.worker, version=1)
    actions.change_dossier(places.other_site.pk, full(), by=cast.chief, version=1)
    everyone = {places.site.code, places.sibling_site.code, places.other_site.code}
    assert found(administrator) == everyone
    assert found(administrator, permit="expired") == {places.site.code}
    assert found(administrator, surveyed="no") == {places.sibling_site.code}
    assert found(administrator, kind="market") == {places.sibling_site.code}
    assert found(administrator, q="薛店") == {places.other_site.code}


def test_it_leads_to_import_export_and_labels(administrator: Client, places: Places) -> None:
    page = administrator.get(LIST).content.decode()
    for name in ("sites_import", "sites_export", "labels"):
        assert reverse(f"grids:{name}", args=[places.district.pk]) in page


def test_nothing_is_written_around_the_actions(administrator: Client, places: Places) -> None:
    page = reverse("admin:grids_site_change", args=[places.site.pk])
    answer = administrator.get(page)
    assert places.site.name in answer.content.decode()
    assert reverse("grids:dossier", args=[places.site.pk]) in answer.content.decode()
    assert administrator.post(page, {"address": "x"}).status_code == 403
    assert administrator.get("/admin/grids/site/add/").status_code == 403
    assert administrator.get(f"/admin/grids/site/{places.site.pk}/delete/").status_code == 403


def test_the_list_takes_few_queries(
    administrator: Client, places: Places, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(20):
        administrator.get(LIST)
