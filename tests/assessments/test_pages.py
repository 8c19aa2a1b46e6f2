from io import BytesIO
from xml.etree import ElementTree

import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import actions, queries
from assessments.models import Run, RunState
from grids.models import Boundary
from ledgers.models import Entry
from tests import factories
from tests.assessments.build import at, incident, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(cast, places, scheme) -> Run:
    for n in range(6):
        incident(places.subgrid, due_at=at(3, 9), closed_at=at(3, 8) if n else None, filed_at=at(3, 2))
    visit(places.site, at(2, 2))
    return actions.execute(actions.request_run(period="2026H1", by=cast.assessor).pk)


def url(name, run, *more):
    return reverse(f"assessments:{name}", args=[run.pk, *more])


def item(run, indicator):
    return run.scheme.items.get(indicator=indicator)


def all_pages(run, places):
    return [
        reverse("assessments:index"),
        url("run", run),
        url("run", run) + "?level=3",
        url("grid", run, places.village.pk),
        url("evidence", run, places.village.pk, item(run, "closing").pk),
        url("evidence", run, places.village.pk, item(run, "inspection_coverage").pk),
        url("evidence", run, places.village.pk, item(run, "look_back_pass").pk),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(client, cast, places, run, language):
    client.force_login(cast.viewer)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for address in all_pages(run, places):
        response = client.get(address)
        assert response.status_code == 200, address
        words = response.content.decode()
        assert " style=" not in words
        assert "岗李村" in words or address.endswith("assessments/") or "新港街道" in words


def test_an_assessor_starts_a_run_from_the_page(
    client, cast, scheme, eager_tasks, django_capture_on_commit_callbacks
):
    client.force_login(cast.assessor)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("assessments:index"), {"period": "2026H1"})
    run = Run.objects.get()
    assert response["Location"] == url("run", run)
    assert run.state == RunState.DONE
    assert client.get(url("run", run)).status_code == 200


def test_a_period_in_work_is_refused_beside_its_field(client, cast, scheme):
    actions.request_run(period="2026H1", by=cast.assessor)
    client.force_login(cast.assessor)
    response = client.post(reverse("assessments:index"), {"period": "2026H1"})
    assert response.status_code == 422
    assert response.context["form"].errors["period"]
    assert client.post(reverse("assessments:index"), {"period": "1999H1"}).status_code == 422


def test_progress_is_asked_for_again_until_the_end(client, cast, scheme):
    asked = actions.request_run(period="2026H1", by=cast.assessor)
    client.force_login(cast.assessor)
    page = client.get(url("run", asked)).content.decode()
    assert "<progress" in page
    assert url("cancel", asked) in page
    part = client.get(url("progress", asked), headers={"HX-Request": "true"})
    assert "every 1s" in part.content.decode()
    assert "HX-Request" in part["Vary"]
    actions.execute(asked.pk)
    part = client.get(url("progress", asked), headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == url("run", asked)
    assert client.get(url("progress", asked)).status_code == 302


def test_a_run_is_cancelled_from_the_page(client, cast, scheme):
    asked = actions.request_run(period="2026H1", by=cast.assessor)
    client.force_login(cast.viewer)
    assert client.post(url("cancel", asked)).status_code == 403
    client.force_login(cast.assessor)
    assert client.post(url("cancel", asked)).status_code == 302
    asked.refresh_from_db()
    assert asked.state == RunState.CANCELLED
    assert client.get(url("run", asked)).status_code == 200
    assert client.get(url("cancel", asked)).status_code == 405


def test_who_reads_what(client, cast, places, run):
    """district: all; a leader: their own and what is below; the others of other grids: 404; no right: 403."""
    own, other = url("grid", run, places.village.pk), url("grid", run, places.other_village.pk)
    for person, expected in (
        (cast.chief, (200, 200)),
        (cast.viewer, (200, 200)),
        (cast.assessor, (200, 200)),
        (cast.town_leader, (200, 404)),
        (cast.village_leader, (200, 404)),
        (cast.other_town_leader, (404, 200)),
        (cast.leader, (404, 404)),
        (cast.worker, (403, 403)),
        (cast.officer, (403, 403)),
        (cast.dispatcher, (403, 403)),
        (cast.administrator, (403, 403)),
        (cast.former, (403, 403)),
    ):
        client.force_login(person)
        assert (client.get(own).status_code, client.get(other).status_code) == expected, person.username
    client.logout()
    assert client.get(own).status_code == 302


def test_a_town_leader_ranks_among_all_but_sees_only_theirs(client, cast, places, run):
    client.force_login(cast.town_leader)
    response = client.get(url("run", run))
    assert [line.result.grid_code for line in response.context["lines"]] == [places.town.code]
    assert response.context["total"] == 2
    shapes = client.get(url("map", run) + "?level=3").json()["features"]
    assert all(shape["properties"]["name"] != places.other_village.name for shape in shapes)


def test_each_figure_opens_to_what_it_counted(client, cast, places, run):
    client.force_login(cast.chief)
    response = client.get(url("evidence", run, places.town.pk, item(run, "closing").pk))
    rows = response.context["rows"]
    assert [row["counted"] for row in rows].count(True) == 5
    assert len(rows) == 6
    assert rows[0]["counted"] is False  # what cost points stands first
    assert not response.context["changed"]
    sites = client.get(url("evidence", run, places.town.pk, item(run, "inspection_coverage").pk)).context[
        "rows"
    ]
    assert [(row["site"].code, row["counted"], row["visits"]) for row in sites] == [
        (places.sibling_site.code, False, 0), (places.site.code, True, 1)
    ]  # fmt: skip


def test_later_changes_are_said_and_leave_the_figure(client, cast, places, run):
    incident(places.subgrid, due_at=at(3, 9))
    client.force_login(cast.chief)
    response = client.get(url("evidence", run, places.town.pk, item(run, "closing").pk))
    assert response.context["changed"]
    assert response.context["figure"].denominator == 6


def test_what_is_not_there_is_404(client, cast, places, run):
    client.force_login(cast.chief)
    for address in (
        reverse("assessments:run", args=[999]),
        url("grid", run, 999),
        url("grid", run, places.site.pk),
        url("evidence", run, places.town.pk, 999),
        reverse("assessments:export", args=[999]),
    ):
        assert client.get(address).status_code == 404, address
    assert client.get(url("run", run) + "?level=x").status_code == 200


def test_change_of_rank_against_the_period_before(client, cast, places, run):
    earlier = actions.execute(actions.request_run(period="2025H2", by=cast.assessor).pk)
    earlier.results.filter(grid_code=places.town.code).update(rank=2)
    earlier.results.filter(grid_code=places.other_town.code).update(rank=1)
    now = run.results.get(grid_code=places.town.code)
    client.force_login(cast.chief)
    lines = {line.result.grid_code: line for line in client.get(url("run", run)).context["lines"]}
    assert lines[places.town.code].change == 2 - now.rank


def test_the_workbook_opens_and_runs_no_formula(client, cast, places, run):
    run.results.filter(grid_code=places.town.code).update(grid_name="=HYPERLINK(1)")
    client.force_login(cast.chief)
    response = client.get(url("export", run))
    book = openpyxl.load_workbook(BytesIO(response.content))
    assert len(book.sheetnames) == 3
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert "=HYPERLINK(1)" in [cell.value for cell in cells]
    assert all(cell.data_type != "f" or str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert all(b"<f>" not in part for part in _parts(response.content))
    assert any(run.digest in str(cell.value) for cell in cells)
    taken = Entry.objects.get(action="report_exported")
    assert (taken.actor, taken.subject_id) == (cast.chief, str(run.pk))


def _parts(content: bytes) -> list[bytes]:
    import zipfile

    with zipfile.ZipFile(BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_the_chart_is_a_picture_without_script(client, cast, run):
    client.force_login(cast.chief)
    response = client.get(url("chart", run) + "?level=3")
    assert response["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(response.content)
    assert "岗李村" in response.content.decode()
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert "http://kozea" not in response.content.decode()


def test_the_map_has_each_grid_in_the_tone_of_its_grade(client, cast, places, run):
    shape = {"type": "Polygon", "coordinates": [[[113, 34], [114, 34], [114, 35], [113, 34]]]}
    Boundary.objects.create(grid=places.town, geometry=shape, valid_from=factories.OPENED)
    client.force_login(cast.chief)
    (feature,) = client.get(url("map", run)).json()["features"]
    result = run.results.get(grid=places.town)
    assert feature["properties"]["score"] == str(result.score)
    assert feature["properties"]["url"] == url("grid", run, places.town.pk)


def test_pages_cost_the_same_for_few_and_many(client, cast, places, run):
    client.force_login(cast.chief)

    def cost(address):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    def addresses(of):
        return [*all_pages(of, places), url("chart", of), url("map", of) + "?level=3"]

    for address in addresses(run):  # fill what is kept between requests
        client.get(address)
    few = [cost(address) for address in addresses(run)]
    for n in range(25):
        village = factories.grid(f"v{n}", f"{n}村", parent=places.town)
        incident(village, due_at=at(3, 3))
        incident(places.subgrid, due_at=at(3, 3))
        factories.site(f"v{n}s", f"{n}厂", parent=places.subgrid)
    Run.objects.filter(pk=run.pk).delete()
    many_run = actions.execute(actions.request_run(period="2026H1", by=cast.assessor).pk)
    many = [cost(address) for address in addresses(many_run)]
    assert all(after <= before + 2 for before, after in zip(few, many, strict=True)), (few, many)
    assert max(many) <= 25
    assert queries.finished("2026H1") == many_run


def test_a_sub_grid_leader_is_offered_no_run_that_would_not_open(client, cast, run):
    for person, offered in ((cast.leader, False), (cast.village_leader, True)):
        client.force_login(person)
        words = client.get(reverse("assessments:index")).content.decode()
        assert (url("run", run) in words) is offered
