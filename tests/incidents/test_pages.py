"""The pages: scope, forms, stale versions, photos, export."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from incidents.models import Incident, StepPhoto
from incidents.rules import State
from ledgers.models import Entry
from tests import factories

LISTS = ["index", "new", "look_backs", "geojson", "export"]


def url(name, *args):
    return reverse(f"incidents:{name}", args=args)


def post(client, case, action, **data):
    data = {"version": case.version, "key": f"{action}{case.version}", "note": "已处理"} | data
    return client.post(url("act", case.pk, action), data)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", [*LISTS, "desk"])
def test_pages_open_in_both_languages(name, language, client, cast, case):
    client.force_login(cast.dispatcher)
    client.cookies["django_language"] = language
    answer = client.get(url(name), {"tab": "all"})
    assert answer.status_code == 200
    if name == "index":
        assert ("已上报" in answer.content.decode() or "问题" in answer.content.decode()) == (
            language == "zh-hans"
        )


@pytest.mark.parametrize("name", [*LISTS, "desk"])
def test_pages_ask_for_a_login(name, client, db):
    assert client.get(url(name)).status_code == 302


@pytest.mark.parametrize("who", ["worker", "leader", "town_leader", "chief", "dispatcher", "viewer"])
def test_one_sees_what_lies_in_ones_scope(who, client, cast, case):
    client.force_login(getattr(cast, who))
    assert client.get(url("detail", case.pk)).status_code == 200
    assert case.number in client.get(url("index"), {"tab": "all"}).content.decode()


@pytest.mark.parametrize("who", ["sibling", "other_town_leader", "officer", "former"])
def test_out_of_scope_it_does_not_exist(who, client, cast, case):
    client.force_login(getattr(cast, who))
    assert client.get(url("detail", case.pk)).status_code == 404
    assert post(client, case, "escalate").status_code == 404
    assert case.number not in client.get(url("index"), {"tab": "all"}).content.decode()
    assert client.get(url("geojson"), {"tab": "all"}).json()["features"] == []


def test_the_wrong_role_in_scope_is_refused(client, cast, case):
    client.force_login(cast.worker)
    assert client.get(url("desk")).status_code == 403
    assert post(client, case, "escalate").status_code == 403


def test_a_leader_reports_it_up_by_the_form(client, cast, case):
    client.force_login(cast.leader)
    page = client.get(url("detail", case.pk), {"act": "escalate"}).content.decode()
    assert 'name="version" value="1"' in page
    answer = post(client, case, "escalate")
    assert answer.status_code == 302
    assert "岗李村" in client.get(answer.url).content.decode()
    case.refresh_from_db()
    assert case.version == 2


def test_dispatch_says_who_does_what_until_when(client, cast, at_state, places):
    case = at_state(State.TO_DISPATCH)
    client.force_login(cast.dispatcher)
    answer = client.post(
        url("act", case.pk, "dispatch"),
        {
            "version": case.version,
            "key": "d1",
            "target": f"unit-{places.department.pk}",
            "category": case.category_id,
            "severity": "serious",
        },
        follow=True,
    )
    text = answer.content.decode()
    assert "已派遣至执法大队" in text
    assert "前反馈" in text


def test_an_error_stands_beside_its_field_and_the_text_stays(client, cast, case):
    client.force_login(cast.leader)
    answer = post(client, case, "settle", note="保留这句话")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "保留这句话" in text
    assert 'id="id_photos_error"' in text


def test_a_file_that_is_no_image_is_refused_by_its_content(client, cast, case):
    client.force_login(cast.leader)
    fake = SimpleUploadedFile("photo.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    answer = post(client, case, "settle", photos=fake)
    assert answer.status_code == 422
    assert 'id="id_photos_error"' in answer.content.decode()
    case.refresh_from_db()
    assert case.version == 1


def test_a_stale_page_says_what_happened_and_keeps_the_text(client, cast, case):
    factories.advance(case, ("escalate", cast.leader))
    client.force_login(cast.leader)
    answer = post(client, case, "settle", note="我写的处理情况", photos=factories.picture())
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "我写的处理情况" in text
    assert str(cast.leader) in text
    village = factories.advance(case, ("settle", cast.village_leader))
    factories.advance(village, ("return", cast.town_leader))
    client.force_login(cast.village_leader)
    again = client.post(
        url("act", case.pk, "feed_back"),
        {"version": 3, "key": "s2", "note": "再写一次"},
        headers={"HX-Request": "true"},
    )
    assert again.status_code == 200
    assert "HX-Request" in again.headers["Vary"]
    assert "<html" not in again.content.decode()
    assert 'name="version" value="4"' in again.content.decode()
    assert "再写一次" in again.content.decode()


def test_a_problem_is_reported_without_a_visit(client, cast, places, category):
    client.force_login(cast.worker)
    data = {
        "grid": places.site.pk,
        "category": category.pk,
        "severity": "urgent",
        "source": "patrol",
        "description": "夜间施工",
        "key": "n1",
        "photos": factories.picture(),
    }
    assert client.post(url("new"), data).status_code == 302
    assert client.post(url("new"), data | {"photos": factories.picture()}).status_code == 302
    case = Incident.objects.get()
    assert (case.reporter, case.holder) == (cast.worker, places.subgrid)
    wrong = client.post(url("new"), data | {"grid": places.other_site.pk, "key": "n2"})
    assert wrong.status_code == 422
    assert "夜间施工" in wrong.content.decode()


def test_photos_are_served_to_those_who_see_the_incident(client, cast, case):
    factories.advance(case, ("settle", cast.leader))
    photo = StepPhoto.objects.get()
    client.force_login(cast.worker)
    answer = client.get(url("photo", case.pk, photo.pk))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert client.get(url("photo", case.pk + 1, photo.pk)).status_code == 404
    client.force_login(cast.sibling)
    assert client.get(url("photo", case.pk, photo.pk)).status_code == 404


def test_the_export_holds_text_and_leaves_a_trace(client, cast, places, category):
    factories.incident(places, cast, description='=HYPERLINK("http://x")')
    client.force_login(cast.dispatcher)
    answer = client.get(url("export"), {"tab": "all"})
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.cell(2, 8).value == '=HYPERLINK("http://x")'
    assert sheet.cell(2, 8).data_type == "s"
    entry = Entry.objects.order_by("-id")[0]
    assert (entry.action, entry.actor_id) == ("export", cast.dispatcher.pk)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"severity": "serious"}, 1),
        ({"severity": "urgent"}, 0),
        ({"q": "扬尘"}, 1),
        ({"q": "无"}, 0),
        ({"overdue": "1"}, 0),
    ],
)
def test_filters_narrow_the_list(wanted, found, client, cast, at_state):
    at_state(State.TO_FILE)
    client.force_login(cast.dispatcher)
    page = client.get(url("index"), {"tab": "all"} | wanted).context["page_obj"]
    assert page.paginator.count == found


def test_each_level_has_its_own_list(client, cast, case):
    def listed(who, tab):
        client.force_login(who)
        return client.get(url("index"), {"tab": tab}).context["page_obj"].paginator.count

    assert (listed(cast.leader, "act"), listed(cast.village_leader, "act")) == (1, 0)
    assert listed(cast.village_leader, "below") == 1
    factories.advance(case, ("escalate", cast.leader))
    assert (listed(cast.leader, "act"), listed(cast.leader, "passed")) == (0, 1)
    assert (listed(cast.village_leader, "act"), listed(cast.town_leader, "act")) == (1, 0)
    factories.advance(case, ("escalate", cast.village_leader), ("escalate", cast.town_leader))
    assert listed(cast.dispatcher, "act") == 1
    assert listed(cast.worker, "mine") == 1


def test_the_number_of_queries_does_not_grow_with_the_list(
    client, cast, places, category, django_assert_max_num_queries
):
    for _ in range(12):
        factories.incident(places, cast)
    client.force_login(cast.dispatcher)
    for name in ("index", "desk", "geojson"):
        with django_assert_max_num_queries(30):
            client.get(url(name), {"tab": "all"})


def test_the_desk_opens_an_incident_beside_the_queue(client, cast, at_state):
    case = at_state(State.TO_FILE)
    client.force_login(cast.dispatcher)
    text = client.get(url("desk"), {"incident": case.pk}).content.decode()
    assert 'data-act="file"' in text
    queue = client.get(url("desk"), headers={"HX-Request": "true"}).content.decode()
    assert case.number in queue
    assert "<html" not in queue


def test_a_grid_shows_its_open_incidents(client, cast, places, case):
    client.force_login(cast.village_leader)
    assert case.number in client.get(reverse("grids:detail", args=[places.village.pk])).content.decode()
