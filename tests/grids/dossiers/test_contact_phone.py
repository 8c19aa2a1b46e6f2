"""The contact's telephone can be dialled: what is no number is told beside its field and its cell."""

from __future__ import annotations

import pytest
from django.test import Client

from common.errors import Invalid
from grids import actions
from tests.factories import Cast, Places, picture
from tests.grids.dossiers.build import book, full, row, version
from tests.grids.dossiers.test_pages import address, typed


def test_letters_are_no_number_in_the_form(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.worker)
    answer = client.post(address("dossier", places.site), typed(places.site, contact_phone="abcdefg"))
    assert answer.status_code == 422
    assert answer.context["forms"].main.errors.keys() == {"contact_phone"}
    assert "abcdefg" in answer.content.decode()
    assert version(places.site) == 1


def test_nor_in_the_action(places: Places, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.change_dossier(places.site.pk, full(contact_phone="abcdefg"), by=cast.leader, version=1)
    assert refused.value.fields.keys() == {"contact_phone"}


def test_nor_in_a_workbook(places: Places, cast: Cast) -> None:
    content = book(
        [row(places.site, contact_phone="字母abc"), row(places.sibling_site, contact_phone="12369")]
    )
    planned = actions.preview_sites(places.district.pk, content, by=cast.administrator)
    assert [(problem.row, problem.kind) for problem in planned.problems] == [(2, "invalid")]


def test_what_the_form_showed_stands_where_screen_readers_name_it(
    client: Client, places: Places, cast: Cast
) -> None:
    client.force_login(cast.worker)
    main = client.get(address("dossier", places.site)).context["forms"].main
    for name in ("version", "called"):
        assert "aria-label" in str(main[name])
        assert 'type="hidden"' not in str(main[name])  # drafts leave those out


def test_after_an_upload_the_page_opens_where_its_message_stands(
    client: Client, places: Places, cast: Cast
) -> None:
    client.force_login(cast.worker)
    document = actions.attach_document(places.site.pk, picture(), "环评批复", by=cast.leader)
    answer = client.post(address("document_withdraw", places.site, document.pk))
    assert "#" not in answer.headers["Location"]


def test_the_day_of_the_survey_has_its_year(client: Client, places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(surveyed_on="2026-05-06"), by=cast.leader, version=1)
    client.force_login(cast.worker)
    assert "<dd>2026-05-06</dd>" in client.get(address("detail", places.site)).content.decode()
