"""The pages of a dossier: nothing typed is lost, errors stand beside their fields, few queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids import actions
from grids.models import Grid, Site, SiteDocument
from grids.queries.dossiers import dossier_page, site_links
from tests import factories
from tests.factories import Cast, Places, picture
from tests.grids.dossiers.build import CREDIT_CODE, MAIN, PARTS, PDF, full, said, upload, version


def typed(grid: Grid, parts: dict[str, list[dict[str, Any]]] | None = None, **main: Any) -> dict[str, Any]:
    """What the form of a dossier sends."""
    form: dict[str, Any] = {key: value for key, value in MAIN.items() if key not in ("lon", "lat")}
    form |= {"latitude": MAIN["lat"], "longitude": MAIN["lon"], "system": "wgs84", "note": ""}
    form |= {"name": grid.name, "called": grid.name, "version": version(grid)}
    for key, rows in (PARTS | (parts or {})).items():
        form |= {f"{key}-TOTAL_FORMS": len(rows), f"{key}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            form |= {f"{key}-{number}-{name}": value for name, value in row.items()}
    return form | main


def address(name: str, grid: Grid, *more: Any) -> str:
    return reverse(f"grids:{name}", args=[grid.pk, *more])


@pytest.fixture
def worker(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


# ---- changing


def test_what_is_typed_becomes_the_dossier(worker: Client, places: Places) -> None:
    answer = worker.post(address("dossier", places.site), typed(places.site, note="摸底排查"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("grids:detail", args=[places.site.pk])
    assert said(places.site) == full()
    assert version(places.site) == 2


def test_what_the_form_shows_sent_back_changes_nothing(worker: Client, places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.leader, version=1)
    page = worker.get(address("dossier", places.site))
    forms = page.context["forms"]
    sent = {field.html_name: field.value() for field in forms.main}
    for formset in forms.lists:
        sent |= {f"{formset.prefix}-TOTAL_FORMS": len(formset.forms), f"{formset.prefix}-INITIAL_FORMS": 0}
        for form in formset:
            sent |= {field.html_name: field.value() or "" for field in form if field.name != "DELETE"}
    sent = {key: "" if value is None else value for key, value in sent.items()}
    assert worker.post(address("dossier", places.site), sent).status_code == 302
    assert version(places.site) == 2


def test_errors_stand_beside_their_fields_and_nothing_is_lost(worker: Client, places: Places) -> None:
    parts = {
        "permits": [PARTS["permits"][0] | {"valid_until": "2020-01-01"}],
        "sources": [{"name": "无类别"}],
    }
    wrong = typed(places.site, parts, credit_code="123", remarks="写了很多")
    answer = worker.post(address("dossier", places.site), wrong)
    assert answer.status_code == 422
    forms = answer.context["forms"]
    assert forms.main.errors.keys() == {"credit_code"}
    assert forms.lists[0].forms[0].errors.keys() == {"kind"}
    assert forms.lists[1].forms[0].errors.keys() == {"valid_until"}
    page = answer.content.decode()
    assert "写了很多" in page
    assert "无类别" in page
    assert "data-form-errors" in page
    assert version(places.site) == 1


@pytest.mark.parametrize(
    "main",
    [
        {"kind": ""},
        {"kind": "x"},
        {"latitude": "北"},
        {"longitude": "181"},
        {"system": "bd09"},
        {"surveyed_on": "2999-01-01"},
        {"surveyed_on": "x"},
        {"name": ""},
        {"name": "长" * 121},
        {"address": "\x00"},
        {"credit_code": CREDIT_CODE + "0"},
        {"note": "长" * 201},
        {"version": "x"},
        {"sources-TOTAL_FORMS": "x"},
        {"sources-TOTAL_FORMS": "999999"},
    ],
)
def test_wrong_input_is_told(worker: Client, places: Places, main: dict[str, Any]) -> None:
    answer = worker.post(address("dossier", places.site), typed(places.site, **main))
    assert answer.status_code == 422
    assert version(places.site) == 1


def test_empty_entries_and_removed_ones_are_left_out(worker: Client, places: Places) -> None:
    sources = [{"kind": "", "name": ""}, *PARTS["sources"], {"kind": "noise", "name": "x", "DELETE": "on"}]
    worker.post(address("dossier", places.site), typed(places.site, {"sources": sources}))
    assert said(places.site)["sources"] == full()["sources"]


def test_without_javascript_one_more_entry_comes_and_nothing_is_checked_yet(
    worker: Client, places: Places
) -> None:
    sent = typed(places.site, {"sources": [{"name": "写了一半"}]}, credit_code="12", add="sources")
    answer = worker.post(address("dossier", places.site), sent)
    forms = answer.context["forms"]
    assert answer.status_code == 200
    assert len(forms.lists[0].forms) == 2
    page = answer.content.decode()
    assert "写了一半" in page
    assert "data-form-errors" not in page
    assert forms.main["credit_code"].value() == "12"
    assert forms.main["called"].value() == places.site.name


def test_a_position_of_a_chinese_map_is_brought_to_wgs84(worker: Client, places: Places) -> None:
    worker.post(address("dossier", places.site), typed(places.site, system="gcj02"))
    assert 0.004 < 113.85 - float(said(places.site)["lon"]) < 0.008


def test_another_name_renames_the_site(worker: Client, places: Places) -> None:
    worker.post(address("dossier", places.site), typed(places.site, name="恒源新材料厂"))
    assert Grid.objects.get(pk=places.site.pk).name == "恒源新材料厂"


def test_a_name_that_was_not_typed_renames_nothing(worker: Client, places: Places, cast: Cast) -> None:
    sent = typed(places.site)
    by = actions.dossiers.keeper(cast.chief, places.site.pk)
    actions.rename_grid(places.site.pk, name="恒源新材料厂", by=by)
    worker.post(address("dossier", places.site), sent)
    assert Grid.objects.get(pk=places.site.pk).name == "恒源新材料厂"


def test_changed_meanwhile_both_are_shown_and_what_was_typed_is_kept(
    worker: Client, places: Places, cast: Cast
) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.leader, version=1)
    sent = typed(places.site, address="迎宾路1号", contact_name="李红", note="排查")
    theirs = full({"sources": []}, address="振兴路9号", industry="混凝土搅拌站")
    actions.change_dossier(places.site.pk, theirs, by=cast.leader, version=2)
    answer = worker.post(address("dossier", places.site), sent)
    assert answer.status_code == 409
    main = answer.context["forms"].main
    assert (main["address"].value(), main["contact_name"].value()) == ("迎宾路1号", "李红")
    assert main["industry"].value() == "混凝土搅拌站"
    assert (main["version"].value(), main["note"].value()) == (3, "排查")
    page = answer.content.decode()
    assert "振兴路9号" in page
    assert str(cast.leader) in page
    assert said(places.site) == theirs


def test_a_version_nobody_has_seen_writes_nothing(worker: Client, places: Places) -> None:
    for odd in ("", "0", "99"):
        sent = typed(places.site, version=odd)
        assert worker.post(address("dossier", places.site), sent).status_code == 409
    assert version(places.site) == 1


# ---- versions


def test_versions_tell_in_words_what_changed(worker: Client, places: Places, cast: Cast) -> None:
    page = worker.get(address("dossier_versions", places.site)).content.decode()
    assert "empty__title" in page
    actions.change_dossier(places.site.pk, full(), by=cast.leader, version=1, note="摸底排查")
    answer = worker.get(address("dossier_versions", places.site))
    assert [shown.version.number for shown in answer.context["versions"]] == [2, 1]
    page = answer.content.decode()
    assert "摸底排查" in page
    assert "布袋除尘器" in page
    first = worker.get(address("dossier_version", places.site, 1)).content.decode()
    assert "布袋除尘器" not in first
    assert "布袋除尘器" in worker.get(address("dossier_version", places.site, 2)).content.decode()
    assert worker.get(address("dossier_version", places.site, 3)).status_code == 404


# ---- documents


def test_documents_are_attached_fetched_and_withdrawn(worker: Client, places: Places) -> None:
    page = address("document_new", places.site)
    assert worker.get(page).status_code == 200
    answer = worker.post(page, {"file": upload(PDF, "证照.pdf"), "title": "排污许可证"})
    assert answer.status_code == 302
    document = SiteDocument.objects.get()
    fetched = worker.get(address("document", places.site, document.pk))
    assert b"".join(fetched) == PDF
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert worker.get(address("document", places.sibling_site, document.pk)).status_code == 404
    assert worker.get(address("document_withdraw", places.site, document.pk)).status_code == 405
    assert worker.post(address("document_withdraw", places.site, document.pk)).status_code == 302
    assert worker.get(address("document", places.site, document.pk)).status_code == 404


def test_a_document_that_is_refused_is_told_beside_the_field(worker: Client, places: Places) -> None:
    page = address("document_new", places.site)
    for sent in ({}, {"title": "x"}, {"file": upload(b"<html>", "a.pdf"), "title": "仍在"}):
        answer = worker.post(page, sent)
        assert answer.status_code == 422
        assert "file" in answer.context["form"].errors
    assert "仍在" in answer.content.decode()


def test_a_document_of_another_site_is_not_withdrawn_here(worker: Client, places: Places, cast: Cast) -> None:
    other = actions.attach_document(places.sibling_site.pk, picture(), "", by=cast.chief)
    assert worker.post(address("document_withdraw", places.site, other.pk)).status_code == 404
    other.refresh_from_db()
    assert other.withdrawn_at is None


# ---- opened and closed


def test_a_site_is_opened_from_the_page_of_its_sub_grid(worker: Client, places: Places) -> None:
    page = address("site_new", places.subgrid)
    form = worker.get(page).context["forms"].main
    assert form["code"].value() == "410173001201-01-002"
    sent = typed(places.site, code="410173001201-01-002", name="永盛家具厂")
    answer = worker.post(page, sent)
    opened = Grid.objects.get(code="410173001201-01-002")
    assert answer.headers["Location"] == reverse("grids:detail", args=[opened.pk])
    assert said(opened) == full()


def test_a_code_that_is_taken_is_told_beside_its_field(worker: Client, places: Places) -> None:
    sent = typed(places.site, code=places.site.code, name="永盛家具厂")
    answer = worker.post(address("site_new", places.subgrid), sent)
    assert answer.status_code == 422
    assert answer.context["forms"].main.errors.keys() == {"code"}
    assert "布袋除尘器" in answer.content.decode()


def test_sites_are_opened_in_sub_grids_alone(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.chief)
    assert client.get(address("site_new", places.village)).status_code == 404
    assert client.get(address("dossier", places.subgrid)).status_code == 404


def test_closing_asks_for_a_reason_and_says_what_hinders_it(
    worker: Client, places: Places, cast: Cast
) -> None:
    page = address("site_close", places.site)
    assert worker.get(page).status_code == 200
    assert worker.post(page, {"reason": ""}).status_code == 422
    case = factories.incident(places, cast)
    answer = worker.post(page, {"reason": "已拆除"})
    assert answer.status_code == 422
    assert case.number in answer.content.decode()
    other = factories.site("410173001201-01-009", "永盛家具厂", parent=places.subgrid)
    answer = worker.post(page, {"reason": "并入", "successor": other.pk})
    assert answer.headers["Location"] == reverse("grids:detail", args=[places.subgrid.pk])
    assert Grid.objects.get(pk=places.site.pk).closed_on is not None
    assert worker.get(page).status_code == 404


# ---- few queries


def test_pages_take_the_same_queries_whatever_a_dossier_says(
    worker: Client, places: Places, cast: Cast, django_assert_max_num_queries
) -> None:
    many = {
        key: [{**rows[0], "name": f"n{n}", "number": f"n{n}"} for n in range(30)]
        for key, rows in PARTS.items()
    }
    for n in range(6):
        site = Site.objects.get(pk=places.site.pk)
        actions.change_dossier(site.pk, full(many, remarks=f"{n}"), by=cast.leader, version=site.version)
    for colour in ("red", "green", "blue"):
        actions.attach_document(places.site.pk, picture(colour=colour), colour, by=cast.leader)
    for name in ("dossier", "dossier_versions", "site_close", "document_new"):
        with django_assert_max_num_queries(16):
            assert worker.get(address(name, places.site)).status_code == 200, name
    with django_assert_max_num_queries(28):
        assert worker.post(address("dossier", places.site), typed(places.site, many)).status_code == 302


# ---- the part of the grid's page


def shown(grid: Grid, user: Any, on: Any = None) -> str:
    site = Site.objects.select_related("grid").get(pk=grid.pk)
    dossier = dossier_page(site, on=on, user=user)
    return render_to_string("grids/_dossier.html", {"dossier": dossier})


def test_the_page_of_a_site_shows_all_of_its_dossier(places: Places, cast: Cast) -> None:
    assert "尚未摸底" in shown(places.site, cast.viewer)
    actions.change_dossier(places.site.pk, full(remarks="<b>注意</b>"), by=cast.leader, version=1)
    actions.attach_document(places.site.pk, picture(), "环评批复", by=cast.leader)
    page = shown(places.site, cast.viewer)
    for words in ("原料堆场", "布袋除尘器", CREDIT_CODE, "环评批复", "建材厂", str(cast.leader)):
        assert words in page
    assert "<b>" not in page


def test_buttons_are_for_those_who_keep_it_and_for_today(places: Places, cast: Cast) -> None:
    change = reverse("grids:dossier", args=[places.site.pk]) + '"'
    close = reverse("grids:site_close", args=[places.site.pk])
    assert change in shown(places.site, cast.worker)
    assert close in shown(places.site, cast.worker)
    assert change not in shown(places.site, cast.viewer)
    assert change not in shown(places.site, cast.worker, on=timezone.localdate())
    contact = factories.person("leader", grid=places.site)
    page = shown(places.site, contact)
    assert change in page
    assert close not in page  # a unit does not close itself


def test_a_day_shows_the_documents_of_then(places: Places, cast: Cast) -> None:
    document = actions.attach_document(places.site.pk, picture(), "环评批复", by=cast.leader)
    today = timezone.localdate()
    assert "环评批复" not in shown(places.site, cast.viewer, on=today - timedelta(days=1))
    assert "环评批复" in shown(places.site, cast.viewer, on=today)
    actions.withdraw_document(document.pk, by=cast.leader)
    assert "环评批复" not in shown(places.site, cast.viewer)
    assert "环评批复" not in shown(places.site, cast.viewer, on=today)


def test_links_to_what_can_be_done_with_sites(places: Places, cast: Cast) -> None:
    def links(grid: Grid, user: Any) -> str:
        return render_to_string("grids/_site_links.html", {"links": site_links(grid, user)})

    new, bring_in = (
        reverse(f"grids:{name}", args=[places.subgrid.pk]) for name in ("site_new", "sites_import")
    )
    assert new in links(places.subgrid, cast.worker)
    assert bring_in in links(places.subgrid, cast.worker)
    assert new not in links(places.subgrid, cast.viewer)
    assert bring_in not in links(places.subgrid, cast.viewer)
    assert "sites/new" not in links(places.village, cast.village_leader)


def test_the_dossier_of_a_page_takes_few_queries(
    places: Places, cast: Cast, django_assert_max_num_queries
) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.leader, version=1)
    with django_assert_max_num_queries(10):
        shown(places.site, cast.worker)
