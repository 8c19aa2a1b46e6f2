"""Every address × everyone of the cast. An address that is not in the table fails the test.

In scope 200; out of scope 404; in scope but the wrong role 403; a stranger is sent to the login.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, fields
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessments import actions as assessment_actions
from assessments import defaults as assessment_defaults
from assessments.models import Run, RunState
from grids import actions as grid_actions
from grids import dossiers
from grids.models import Plan, SiteDocument
from incidents.models import Incident, StepPhoto
from inspections.actions import install_defaults, log_visit
from inspections.models import Checklist, Visit
from ledgers.files import store_content
from ledgers.models import Entry
from people.actions import install_duty_lists
from people.models import DutyList, User
from tests import factories
from tests.factories import Cast, Places

EVERYONE = tuple(member.name for member in fields(Cast))
LEADERS = ("leader", "village_leader", "town_leader", "chief")  # on the line of the site
DISTRICT = ("chief", "dispatcher", "assessor", "viewer", "administrator")
LINE = ("worker", *LEADERS, "patrol", *DISTRICT[1:])  # who sees the site
KEEPERS = ("worker", *LEADERS, "administrator")  # of the site's dossier
WITHOUT_DOSSIERS = ("patrol", "dispatcher", "assessor", "viewer")  # see the site all the same
READERS = ("leader", "village_leader", "town_leader", "chief", "sibling", "other_town_leader")


@dataclass(frozen=True)
class World:
    """What the addresses speak of: an incident and a visit at the site of the cast, an assessment run."""

    cast: Cast
    places: Places
    incident: Incident
    at_department: Incident
    visit: Visit
    run: Run
    waiting: Run
    entry: Entry
    plan: Plan


@dataclass(frozen=True)
class Row:
    """Who gets which answer; whoever is not named gets ``others``."""

    name: str
    others: int
    answers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    args: Callable[[World], list[Any]] = lambda world: []
    query: Callable[[World], str] = lambda world: ""
    post: Callable[[World], dict[str, Any]] | None = None
    stranger: int = 302

    def expected(self, who: str) -> int:
        return next((status for status, people in self.answers.items() if who in people), self.others)


def incident(world: World) -> list[Any]:
    return [world.incident.pk]


def plan(world: World) -> list[Any]:
    return [world.plan.pk]


def site(world: World) -> list[Any]:
    return [world.places.site.pk]


def site_document(world: World) -> list[Any]:
    return [world.places.site.pk, SiteDocument.objects.get().pk]


def run(world: World) -> list[Any]:
    return [world.run.pk]


def escalation(world: World) -> dict[str, Any]:
    return {"version": world.incident.version, "note": "超出本网格处置能力", "key": "matrix"}


def village_result(world: World) -> list[Any]:
    return [world.run.pk, world.places.village.pk]


def village_figure(world: World) -> list[Any]:
    return [*village_result(world), world.run.scheme.items.order_by("order")[0].pk]


def workers_list(world: World) -> list[Any]:
    return [DutyList.objects.get(role="worker", level=4).pk]


def incident_photo(world: World) -> list[Any]:
    return [world.incident.pk, StepPhoto.objects.filter(step__incident=world.incident)[0].pk]


def file_of_boundaries(world: World) -> str:
    kept = store_content(b'{"type": 1}', content_type="application/geo+json", suffix=".geojson")
    return f"?file={kept.sha256}&on=2026-01-01&coordinates=wgs84"


NOT_ADMINISTRATORS = ("worker", *LEADERS, "patrol", "dispatcher", "assessor", "viewer")  # who see the site
# Towns and villages are assessed: a sub-grid's leader may read assessments, but none lies in their scope.
WITHOUT_RESULTS = ("leader", "sibling")
REPORT_READERS = ("village_leader", "town_leader", "chief", "other_town_leader", "assessor", "viewer")
ASSESSMENT_READERS = (*READERS, "assessor", "viewer")
VILLAGE_READERS = ("village_leader", "town_leader", "chief", "assessor", "viewer")

TABLE = (
    # ---- account: everyone, a stranger too where it must be
    Row("login", 302, stranger=200),
    Row("logout", 302, post=lambda world: {}),
    Row("password_change", 200),
    Row("password_change_done", 200),
    Row("set_language", 302, post=lambda world: {"language": "en"}),
    # ---- people
    Row("people:me", 200),
    Row("people:duties", 200),
    Row("people:acknowledge", 404, {302: ("worker",)},
        args=lambda world: [world.cast.worker.postings.get().pk],
        post=lambda world: {"duty_list": workers_list(world)[0]}),
    Row("people:duty_lists", 403, {200: (*READERS, *DISTRICT[1:])}),
    Row("people:duty_list", 403, {200: (*READERS, *DISTRICT[1:])}, args=workers_list),
    Row("people:contacts", 404, {200: LINE}, args=lambda world: [world.places.site.pk]),
    Row("people:contacts", 404, {200: DISTRICT}, args=lambda world: [world.places.district.pk]),
    Row("people:contacts", 404, {200: DISTRICT}, args=lambda world: [world.places.district.pk],
        query=lambda world: "?below=1"),
    Row("people:contacts", 404, {200: LINE}, args=lambda world: [world.places.site.pk],
        query=lambda world: "?on=2026-01-01"),
    Row("people:contacts_workbook", 404, {200: LINE}, args=lambda world: [world.places.site.pk]),
    Row("people:contacts_document", 404, {200: LINE}, args=lambda world: [world.places.site.pk]),
    # ---- ledgers
    Row("ledgers:index", 200),
    Row("ledgers:detail", 404, {200: ("worker", *LEADERS, *DISTRICT[1:])},
        args=lambda world: [world.entry.pk]),
    # ---- grids
    Row("grids:tree", 200),
    Row("grids:geojson", 404, {200: LINE}, query=lambda world: f"?under={world.places.site.pk}&level=5"),
    Row("grids:detail", 404, {200: LINE}, args=lambda world: [world.places.site.pk]),
    Row("grids:detail", 404, {200: DISTRICT}, args=lambda world: [world.places.district.pk]),
    Row("grids:children", 404, {200: LINE}, args=lambda world: [world.places.subgrid.pk]),
    Row("grids:completeness", 200),
    Row("grids:completeness", 404, {200: ("town_leader", "patrol", *DISTRICT)},
        query=lambda world: f"?under={world.places.town.pk}&lacking=any"),
    Row("grids:completeness_export", 404, {200: ("town_leader", "patrol", *DISTRICT)},
        query=lambda world: f"?under={world.places.town.pk}"),
    *(
        Row(f"grids:{name}", 404, {200: ("administrator",), 403: NOT_ADMINISTRATORS},
            args=lambda world: [world.places.subgrid.pk])
        for name in ("boundary", "outlines", "import_boundaries", "export_boundaries")
    ),
    Row("grids:import_map", 404, {200: ("administrator",), 403: NOT_ADMINISTRATORS},
        args=lambda world: [world.places.subgrid.pk], query=file_of_boundaries),
    *(
        Row(f"grids:{name}", 403, {200: (*READERS, *DISTRICT[1:])})
        for name in ("blind_spots", "blind_spots_map", "blind_spots_export")
    ),
    *(
        Row(f"grids:{name}", 404, {200: (*LEADERS, *DISTRICT[1:]), 403: ("worker", "patrol")},
            query=lambda world: f"?under={world.places.site.pk}")
        for name in ("blind_spots", "blind_spots_map", "blind_spots_export")
    ),
    Row("grids:plans", 403, {200: ("chief", "administrator")}),
    Row("grids:plan", 404, {200: ("chief", "administrator")}, args=plan),
    Row("grids:plan_map", 404, {200: ("chief", "administrator")}, args=plan,
        query=lambda world: "?level=3&when=before"),
    Row("grids:plan_text", 404, {200: ("chief", "administrator")}, args=plan),
    Row("grids:plan_file", 404, args=plan),  # made in the tree, it has none
    Row("grids:plan_act", 404, {302: ("administrator",), 403: ("chief",)},
        args=lambda world: [world.plan.pk, "withdraw"], post=lambda world: {}),
    # ---- programs
    Row("grids_api:grids", 200, stranger=403),
    *(Row(f"grids_api:{name}", 404, {200: LINE}, args=lambda world: [world.places.site.code], stranger=403)
      for name in ("grid", "children", "sites", "boundary", "life")),
    Row("people_api:people", 404, {200: LINE}, args=lambda world: [world.places.site.code], stranger=403),
    Row("grids_api:locate", 200, query=lambda world: "?lon=113.85&lat=34.52", stranger=403),
    Row("grids:dossier", 404, {200: KEEPERS, 403: WITHOUT_DOSSIERS}, args=site),
    Row("grids:dossier_versions", 404, {200: LINE}, args=site),
    Row("grids:dossier_version", 404, {200: LINE}, args=lambda world: [world.places.site.pk, 2]),
    Row("grids:document_new", 404, {200: KEEPERS, 403: WITHOUT_DOSSIERS}, args=site),
    Row("grids:document", 404, {200: LINE}, args=site_document),
    Row("grids:document_withdraw", 404, {302: KEEPERS, 403: WITHOUT_DOSSIERS}, args=site_document,
        post=lambda world: {}),
    Row("grids:site_close", 404, {200: KEEPERS, 403: WITHOUT_DOSSIERS}, args=site),
    Row("grids:site_new", 404, {200: KEEPERS, 403: WITHOUT_DOSSIERS},
        args=lambda world: [world.places.subgrid.pk]),
    Row("grids:sites_import", 404, {200: KEEPERS, 403: WITHOUT_DOSSIERS},
        args=lambda world: [world.places.subgrid.pk]),
    Row("grids:sites_import", 404,
        {200: ("chief", "administrator"), 403: ("dispatcher", "assessor", "viewer")},
        args=lambda world: [world.places.district.pk]),
    Row("grids:sites_export", 404, {200: LINE}, args=lambda world: [world.places.subgrid.pk]),
    Row("grids:labels", 404, {200: LINE}, args=site),
    Row("grids:label", 404, {302: LINE}, args=lambda world: [world.places.site.code]),
    # ---- incidents
    Row("incidents:index", 200),
    Row("incidents:new", 403, {200: ("worker", *READERS, "dispatcher", "patrol")}),
    Row("incidents:desk", 403, {200: ("dispatcher",)}),
    Row("incidents:look_backs", 200),
    Row("incidents:geojson", 200),
    Row("incidents:export", 200),
    Row("incidents:detail", 404, {200: LINE}, args=incident),
    Row("incidents:detail", 404, {200: (*LINE, "officer")}, args=lambda world: [world.at_department.pk]),
    Row("incidents:act", 404,
        {302: ("leader",), 403: tuple(who for who in LINE if who != "leader")},
        args=lambda world: [world.incident.pk, "escalate"], post=escalation),
    Row("incidents:photo", 404, {200: LINE}, args=incident_photo),
    # ---- inspections
    Row("inspections:today", 200),
    Row("inspections:log", 404,
        {200: ("worker", *LEADERS, "patrol"), 403: ("dispatcher", "assessor", "viewer", "administrator")},
        args=lambda world: [world.places.site.pk]),
    Row("inspections:visits", 200),
    Row("inspections:detail", 404, {200: LINE}, args=lambda world: [world.visit.pk]),
    Row("inspections:photo", 404, {200: LINE},
        args=lambda world: [world.visit.pk, world.visit.photos.get().pk]),
    # ---- assessments
    Row("assessments:index", 403, {200: ASSESSMENT_READERS}),
    Row("assessments:run", 403, {200: REPORT_READERS, 404: WITHOUT_RESULTS}, args=run),
    Row("assessments:progress", 403, {302: ASSESSMENT_READERS}, args=run),
    Row("assessments:cancel", 403, {302: ("assessor",)}, args=lambda world: [world.waiting.pk],
        post=lambda world: {}),
    Row("assessments:chart", 403, {200: REPORT_READERS, 404: WITHOUT_RESULTS}, args=run),
    Row("assessments:map", 403, {200: REPORT_READERS, 404: WITHOUT_RESULTS}, args=run),
    Row("assessments:export", 403, {200: REPORT_READERS, 404: WITHOUT_RESULTS}, args=run),
    Row("assessments:grid", 403,
        {200: VILLAGE_READERS, 404: ("leader", "sibling", "other_town_leader")}, args=village_result),
    Row("assessments:evidence", 403,
        {200: VILLAGE_READERS, 404: ("leader", "sibling", "other_town_leader")}, args=village_figure),
    # ---- command
    Row("command:home", 302),
    Row("command:board", 403, {200: (*READERS, *DISTRICT[1:])}),
    Row("command:chart", 403, {200: (*READERS, *DISTRICT[1:])}),
    # ---- the admin site sends everyone but administrators to a login of its own
    Row("admin:index", 302, {200: ("administrator",)}),
    Row("admin:people_user_changelist", 302, {200: ("administrator",)}),
    Row("admin:people_user_import", 302, {200: ("administrator",)}),
    Row("admin:people_user_blank", 302, {200: ("administrator",)}),
    Row("admin:people_user_export", 302, {200: ("administrator",)}),
    Row("admin:people_user_first_passwords", 302, {200: ("administrator",)}),
    Row("admin:grids_grid_tree", 302, {200: ("administrator",)}),
    Row("admin:grids_site_changelist", 302, {200: ("administrator",)}),
    Row("admin:grids_site_change", 302, {200: ("administrator",)}, args=site),
    Row("admin:grids_grid_charter", 302, {200: ("administrator",)},
        args=lambda world: [world.places.town.pk, "task"]),
    Row("admin:grids_charter_changelist", 302, {200: ("administrator",)}),
    Row("admin:grids_charter_install", 302, {403: ("administrator",)}),  # sent by a form alone
    Row("admin:people_dutylist_changelist", 302, {200: ("administrator",)}),
    Row("admin:people_dutylist_install", 302, {403: ("administrator",)}),
)  # fmt: skip


def named(patterns: Any = None, namespace: str = "") -> Iterator[str]:
    """Every named address of the project; the admin site is walked by its own test below."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name)
        elif pattern.namespace != "admin":
            yield from named(pattern.url_patterns, pattern.namespace or namespace)


def admin_lists() -> Iterator[str]:
    """The list page of every model in the admin site."""
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin":
            for inner in pattern.url_patterns:
                for page in getattr(inner, "url_patterns", []):
                    if str(page.name).endswith(("_changelist", "_add")):
                        yield f"admin:{page.name}"


@pytest.fixture
def world(cast: Cast, places: Places) -> World:
    factories.catalogue()
    install_defaults()
    assessment_defaults.install()
    install_duty_lists(by=cast.administrator, since=factories.OPENED)
    checklist = Checklist.objects.get(site_kind=places.site.site.kind, active=True)
    visit = log_visit(
        by=cast.worker,
        site=places.site,
        answers={str(question.order): "yes" for question in checklist.questions.all()},
        photos=[factories.picture()],
    )
    case = factories.incident(places, cast, photos=[factories.picture(colour="red")])
    away = factories.advance(
        factories.incident(places, cast),
        ("escalate", cast.leader),
        ("escalate", cast.village_leader),
        ("escalate", cast.town_leader),
        ("file", cast.dispatcher),
    )
    away = factories.advance(away, ("dispatch", cast.dispatcher), target_unit=places.department)
    done = assessment_actions.execute(assessment_actions.request_run(period="2026H1", by=cast.assessor).pk)
    waiting = Run.objects.create(
        period="2025H2",
        scheme=done.scheme,
        cutoff=done.cutoff,
        state=RunState.QUEUED,
        started_by=cast.assessor,
        created_at=done.created_at,
    )
    grid_actions.change_dossier(
        places.site.pk,
        dossiers.made(
            {"kind": "enterprise", "risk": "key", "lon": 113.85, "lat": 34.52, "industry": "建材厂"}, {}
        ),
        by=cast.leader,
        version=1,
        note="摸底排查",
    )
    grid_actions.attach_document(places.site.pk, factories.picture(colour="blue"), "", by=cast.leader)
    entry = Entry.objects.get(app="incidents", action="report", subject_id=str(case.pk))
    waits = factories.plan(places, cast.administrator)
    return World(cast, places, case, away, visit, done, waiting, entry, waits)


def login(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answer(row: Row, world: World, client: Client) -> int:
    """The status that one person gets; what the request wrote is rolled back."""
    address = reverse(row.name, args=row.args(world)) + row.query(world)
    with transaction.atomic():
        response: HttpResponseBase = (
            client.get(address) if row.post is None else client.post(address, row.post(world))
        )
        if isinstance(response, StreamingHttpResponse):
            b"".join(response)  # closes the file; close() would close the database too
        transaction.set_rollback(True)
    return response.status_code


def room(name: str) -> str:
    return name.partition(":")[0] if ":" in name else "account"


def test_every_address_is_in_the_table() -> None:
    missing = set(named()) - {row.name for row in TABLE}
    assert not missing, f"add to TABLE who may open {sorted(missing)}"


@pytest.mark.parametrize("wanted", sorted({room(row.name) for row in TABLE}))
def test_everyone_gets_what_the_table_says(wanted: str, world: World) -> None:
    wrong = []
    for who in EVERYONE:
        client = login(getattr(world.cast, who))
        cookies = deepcopy(client.cookies)
        for row in TABLE:
            if room(row.name) == wanted and (given := answer(row, world, client)) != row.expected(who):
                wrong.append(f"{row.name} {who}: {given}, not {row.expected(who)}")
            client.cookies = deepcopy(cookies)  # logging out is one of the addresses
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_stranger_is_sent_to_the_login(world: World) -> None:
    wrong = [
        f"{row.name}: {given}" for row in TABLE if (given := answer(row, world, Client())) != row.stranger
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_admin_site_is_open_to_administrators_alone(world: World) -> None:
    lists = sorted(set(admin_lists()))
    assert lists
    for who in EVERYONE:
        client = login(getattr(world.cast, who))
        for name in lists:
            answer = client.get(reverse(name), follow=who == "administrator")
            status = answer.status_code
            assert status in ({200, 403} if who == "administrator" else {302}), f"{name} {who}: {status}"
            if status == 302:
                assert answer.headers["Location"].startswith(reverse("admin:login")), f"{name} {who}"
