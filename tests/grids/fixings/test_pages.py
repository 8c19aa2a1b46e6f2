"""The table of completeness with its drill-down and export, and the card on a grid's page."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from grids.models import Boundary
from grids.queries import fixings_of
from ledgers.models import Entry
from people.models import Acknowledgement, Posting, Role
from tests import factories
from tests.factories import Cast, Places

PAGE = reverse("grids:completeness")


def shown(client: Client, query: str = "") -> str:
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_begins_with_the_towns_below_the_readers_top(client: Client, complete: Places, cast: Cast) -> None:
    Boundary.objects.filter(grid=complete.subgrid).delete()
    client.force_login(cast.viewer)
    page = shown(client)
    assert complete.town.name in page
    assert complete.other_town.name in page
    assert f"?under={complete.town.pk}&amp;lacking=area" in page
    assert f"?under={complete.other_town.pk}&amp;lacking=area" not in page
    client.force_login(cast.town_leader)
    page = shown(client)
    assert complete.village.name in page
    assert complete.other_town.name not in page


def test_a_town_opens_to_its_villages_and_a_village_to_the_pages_of_its_sub_grids(
    client: Client, complete: Places, cast: Cast
) -> None:
    client.force_login(cast.viewer)
    assert f"?under={complete.village.pk}" in shown(client, f"?under={complete.town.pk}")
    page = shown(client, f"?under={complete.village.pk}")
    assert reverse("grids:detail", args=[complete.subgrid.pk]) + "#fixings" in page
    page = shown(client, f"?under={complete.village.pk}&sites=on")
    assert f"?under={complete.subgrid.pk}&amp;sites=on" in page
    page = shown(client, f"?under={complete.subgrid.pk}&sites=on")
    assert complete.site.name in page


def test_a_number_opens_to_the_grids_with_what_they_lack(
    client: Client, complete: Places, cast: Cast
) -> None:
    Boundary.objects.filter(grid=complete.subgrid).delete()
    Posting.objects.filter(grid=complete.subgrid, role=Role.LEADER).update(valid_to=timezone.localdate())
    Acknowledgement.objects.filter(posting__grid=complete.sibling_subgrid).delete()
    client.force_login(cast.viewer)
    page = shown(client, f"?under={complete.town.pk}&lacking=area")
    assert "未划定边界。" in page
    assert "未配备网格长。" in page
    assert complete.sibling_subgrid.name not in page
    assert complete.sibling_subgrid.name in shown(client, f"?under={complete.town.pk}&lacking=any")
    assert "没有缺此项的网格。" in shown(client, f"?under={complete.town.pk}&lacking=task")


@pytest.mark.parametrize("query", ["?under=x", "?under=99999", "?lacking=nonsense", "?under=" + "9" * 30])
def test_nonsense_is_not_found(client: Client, complete: Places, cast: Cast, query: str) -> None:
    client.force_login(cast.viewer)
    assert client.get(PAGE + query).status_code == 404
    assert client.get(reverse("grids:completeness_export") + query).status_code == 404


def test_out_of_scope_is_not_found_and_without_scope_says_why(
    client: Client, complete: Places, cast: Cast
) -> None:
    client.force_login(cast.town_leader)
    for pk in (complete.other_town.pk, complete.district.pk):
        assert client.get(f"{PAGE}?under={pk}").status_code == 404
    client.force_login(cast.officer)
    assert "您的任职" in shown(client) or "权限" in shown(client)
    assert client.get(reverse("grids:completeness_export")).status_code == 404


def test_a_past_day_is_shown_as_it_was(client: Client, complete: Places, cast: Cast) -> None:
    today = timezone.localdate()
    Acknowledgement.objects.update(at=timezone.now() - timedelta(days=9))
    Boundary.objects.filter(grid=complete.town).update(valid_to=today)
    client.force_login(cast.viewer)
    now = client.get(PAGE).context["table"].total
    then = client.get(f"{PAGE}?on={today - timedelta(days=1)}").context["table"].total
    assert (now.complete, then.complete) == (7, 8)
    page = shown(client, f"?on={today - timedelta(days=1)}&lacking=any")
    assert "没有缺此项的网格。" in page


def test_the_workbook_holds_the_table_and_the_list_and_is_entered(
    client: Client, complete: Places, cast: Cast
) -> None:
    Boundary.objects.filter(grid=complete.subgrid).delete()
    client.force_login(cast.viewer)
    answer = client.get(f"{reverse('grids:completeness_export')}?under={complete.district.pk}")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    counted, listed = (list(book[name].iter_rows(values_only=True)) for name in book.sheetnames)
    assert [row[1] for row in counted[1:3]] == [complete.town.name, complete.other_town.name]
    assert counted[1][2:6] == (4, 3, 75, 1)
    assert counted[3][2:4] == (8, 7)
    assert [(row[2], row[4]) for row in listed[1:]] == [(complete.subgrid.name, "未划定边界。")]
    entry = Entry.objects.get(app="grids", action="export")
    assert (entry.actor_id, entry.grid_id) == (cast.viewer.pk, complete.district.pk)


def test_the_pages_take_the_same_queries_whatever_lies_below(
    client: Client, complete: Places, cast: Cast, django_assert_max_num_queries: Callable
) -> None:
    client.force_login(cast.viewer)
    queries = (
        f"?under={complete.town.pk}",
        f"?under={complete.town.pk}&lacking=any",
        f"?under={complete.town.pk}&sites=on",
        f"?under={complete.town.pk}&on={timezone.localdate() - timedelta(days=1)}",
    )
    for n in range(40):
        village = factories.grid(f"v{n}", f"村{n}", parent=complete.town)
        factories.site(f"s{n}", f"点{n}", parent=factories.grid(f"g{n}", f"格{n}", parent=village))
    for query in queries:
        with django_assert_max_num_queries(30):
            shown(client, query)


@pytest.mark.parametrize("name", ["district", "town", "village", "subgrid", "site"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_card_of_every_level_says_what_is_there(complete: Places, name: str, language: str) -> None:
    with translation.override(language):
        grid = getattr(complete, name)
        card = render_to_string("grids/_fixings.html", {"fixings": fixings_of(grid), "administers": True})
    assert ("四定" if language == "zh-hans" else "Four fixings") in card
    assert card.count('class="rows__row fixing"') == 5
    assert ("未" not in card) or language == "zh-hans"
    links = reverse("admin:grids_grid_charter", args=[grid.pk, "task"])
    assert links in card


def test_the_card_says_what_is_missing_and_offers_no_mending_to_readers(places: Places, cast: Cast) -> None:
    card = render_to_string("grids/_fixings.html", {"fixings": fixings_of(places.subgrid)})
    for text in ("未划定边界。", "网格员尚无现行责任清单。", "未下达工作任务。", "未制定考核办法。"):
        assert text in card
    assert "/admin/" not in card


def test_the_card_of_one_grid_takes_few_queries(
    complete: Places, django_assert_max_num_queries: Callable
) -> None:
    for grid, most in ((complete.town, 12), (complete.subgrid, 12), (complete.site, 15)):
        with django_assert_max_num_queries(most):
            render_to_string("grids/_fixings.html", {"fixings": fixings_of(grid), "administers": True})
