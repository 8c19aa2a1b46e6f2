"""A visit: one act, one transaction, one entry; the problem found on it comes into being with it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import Invalid, NotAllowed
from incidents.models import Category, Incident
from inspections import actions
from inspections.actions import Position, Problem, log_visit
from inspections.models import Checklist, Question, Visit
from ledgers.models import Entry
from tests.factories import Cast, Places

HERE = Position(lon=Decimal("113.850100"), lat=Decimal("34.520100"), accuracy=12)
Picture = Callable[[str], SimpleUploadedFile]


CASES = Entry.objects.filter(subject_type__in=["incidents.incident", "inspections.visit"])


def found(category: Category) -> Problem:
    return Problem(category=category, severity="serious", description="围挡破损,扬尘明显")


def test_it_keeps_place_time_person_answers_and_photos(
    cast: Cast, places: Places, answers: dict[str, str], picture: Picture
) -> None:
    visit = log_visit(
        by=cast.worker,
        site=places.site,
        answers=answers,
        position=HERE,
        photos=[picture("green")],
        note=" 正常 ",
    )
    visit.refresh_from_db()
    assert (visit.site, visit.by, visit.posting.role) == (places.site, cast.worker, "worker")
    assert (visit.lon, visit.lat, visit.accuracy) == (HERE.lon, HERE.lat, 12)
    assert (visit.answers, visit.note, visit.incident) == (answers, "正常", None)
    assert visit.photos.count() == 1


def test_it_writes_one_entry_about_the_visit(cast: Cast, places: Places, answers: dict[str, str]) -> None:
    visit = log_visit(by=cast.worker, site=places.site, answers=answers)
    entry = Entry.objects.get(app="inspections")
    assert (entry.action, entry.subject_type, entry.subject_id) == (
        "log_visit",
        "inspections.visit",
        str(visit.pk),
    )
    assert entry.grid_path.endswith(f"/{places.subgrid.code}/{places.site.code}/")
    assert entry.actor == cast.worker


def test_the_same_key_twice_is_one_visit(
    cast: Cast, places: Places, answers: dict[str, str], category: Category
) -> None:
    first, second = (
        log_visit(by=cast.worker, site=places.site, answers=answers, problem=found(category), key="k-1")
        for _ in range(2)
    )
    assert first.pk == second.pk
    assert (Visit.objects.count(), Incident.objects.count()) == (1, 1)
    assert Entry.objects.filter(app="inspections").count() == 1


def test_the_key_of_someone_else_gives_nothing_away(
    cast: Cast, places: Places, answers: dict[str, str]
) -> None:
    log_visit(by=cast.worker, site=places.site, answers=answers, key="k-1")
    with pytest.raises(Invalid):
        log_visit(by=cast.leader, site=places.site, answers=answers, key="k-1")


def test_a_problem_becomes_an_incident_of_the_sub_grid(
    cast: Cast, places: Places, answers: dict[str, str], category: Category, picture: Picture
) -> None:
    visit = log_visit(
        by=cast.worker,
        site=places.site,
        answers=answers | {"1": "no"},
        position=HERE,
        photos=[picture("red")],
        problem=found(category),
    )
    incident = visit.incident
    assert incident is not None
    assert (incident.grid, incident.holder_grid, incident.source) == (places.site, places.subgrid, "patrol")
    assert (incident.lon, incident.severity) == (HERE.lon, "serious")
    assert incident.steps.get().photos.get().file == visit.photos.get().file
    assert sorted(CASES.values_list("app", flat=True)) == ["incidents", "inspections"]


def test_an_incident_that_fails_takes_the_visit_with_it(
    cast: Cast, places: Places, answers: dict[str, str], category: Category
) -> None:
    problem = Problem(category=category, severity="serious", description="  ")
    with pytest.raises(Invalid) as refused:
        log_visit(by=cast.worker, site=places.site, answers=answers, problem=problem)
    assert "description" in refused.value.fields
    assert not Visit.objects.exists()
    assert not CASES.exists()


def test_a_visit_that_fails_takes_the_incident_with_it(
    cast: Cast,
    places: Places,
    answers: dict[str, str],
    category: Category,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("no room on the device")

    monkeypatch.setattr(actions, "_trace", broken)
    with pytest.raises(RuntimeError):
        log_visit(by=cast.worker, site=places.site, answers=answers, problem=found(category))
    assert not Incident.objects.exists()
    assert not Visit.objects.exists()
    assert not CASES.exists()


@pytest.mark.parametrize("who", ["worker", "leader", "village_leader", "town_leader", "chief", "patrol"])
def test_who_may(who: str, cast: Cast, places: Places, answers: dict[str, str]) -> None:
    assert log_visit(by=getattr(cast, who), site=places.site, answers=answers).pk


@pytest.mark.parametrize(
    "who",
    [
        "sibling",
        "other_town_leader",
        "officer",
        "dispatcher",
        "assessor",
        "viewer",
        "administrator",
        "former",
    ],
)
def test_who_may_not(who: str, cast: Cast, places: Places, answers: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        log_visit(by=getattr(cast, who), site=places.site, answers=answers)
    assert not Visit.objects.exists()


def test_every_question_is_answered(cast: Cast, places: Places, answers: dict[str, str]) -> None:
    answers.pop("2")
    with pytest.raises(Invalid) as refused:
        log_visit(by=cast.worker, site=places.site, answers=answers | {"3": "perhaps"})
    assert set(refused.value.fields) == {"answer_2", "answer_3"}


def test_a_no_needs_a_word_or_a_report(cast: Cast, places: Places, answers: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        log_visit(by=cast.worker, site=places.site, answers=answers | {"1": "no"})
    assert set(refused.value.fields) == {"note"}
    assert log_visit(by=cast.worker, site=places.site, answers=answers | {"1": "no"}, note="已当场整改").pk


def test_answers_stay_with_the_version_they_were_given_on(
    cast: Cast, places: Places, answers: dict[str, str]
) -> None:
    old = Checklist.objects.get(site_kind=places.site.site.kind)
    visit = log_visit(by=cast.worker, site=places.site, answers=answers)
    Checklist.objects.filter(pk=old.pk).update(active=False)
    new = Checklist.objects.create(site_kind=old.site_kind, version=2, name="新表", name_en="New list")
    Question.objects.create(checklist=new, order=1, name="新问题", name_en="A new question")
    visit.refresh_from_db()
    assert visit.checklist == old
    assert log_visit(by=cast.worker, site=places.site, answers={"1": "yes"}).checklist == new
    # A form opened before the change is still answered on the version it showed.
    assert log_visit(by=cast.worker, site=places.site, answers=answers, checklist=old).checklist == old


def test_a_grid_that_is_no_site_has_no_visits(cast: Cast, places: Places, answers: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        log_visit(by=cast.worker, site=places.subgrid, answers=answers)


def test_the_defaults_are_installed_once(catalogues: None) -> None:
    assert actions.install_defaults() == 0
    assert Checklist.objects.count() == 6
    assert all(5 <= row.questions.count() <= 7 for row in Checklist.objects.all())
    assert not Question.objects.filter(name_en="").exists()
