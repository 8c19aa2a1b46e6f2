"""Every write of the room: a visit logged, the catalogues a new installation starts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid, NotAllowed
from grids.locks import tree_held
from grids.models import Grid
from grids.queries import place
from incidents.actions import report
from incidents.models import Category, Incident
from incidents.rules import Source
from inspections.defaults import CHECKLISTS, PLANS
from inspections.models import Checklist, PatrolPlan, Question, Visit, VisitPhoto
from inspections.queries import checklist_for
from inspections.rules import Answer
from ledgers.actions import Draft, Subject, record
from ledgers.files import store_image
from ledgers.models import StoredFile
from people.models import Posting, User
from people.queries import actor, posting_for
from people.rules import Right


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where the person stood: degrees of WGS-84, ``accuracy`` in metres, None where typed by hand."""

    lon: Decimal
    lat: Decimal
    accuracy: int | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What was found on a visit and is to be reported with it."""

    category: Category
    severity: str
    description: str


def log_visit(
    *,
    by: User,
    site: Grid,
    answers: Mapping[str, str],
    position: Position | None = None,
    photos: Sequence[UploadedFile] = (),
    note: str = "",
    problem: Problem | None = None,
    checklist: Checklist | None = None,
    key: str | None = None,
    at: datetime | None = None,
) -> Visit:
    """Log a visit to a site, and the incident for the problem found on it, in one transaction.

    ``answers`` maps the order of each question, as text, to yes, no or na, on the version ``checklist``
    (by default the one in use). A repeated ``key`` gives the visit it made before and adds nothing.
    Raises ``NotAllowed`` without the right to inspect here; ``Invalid`` with fields ``answer_N``,
    ``position``, ``photos``, ``note`` or those of the incident.
    """
    try:
        with tree_held():
            before = _sent_before(key, by, site)
            if before is not None:
                return before
            return _log(
                by, site, answers, position, photos, note, problem, checklist, key, at or timezone.now()
            )
    except IntegrityError:
        # The same key came in twice at once: the other request has won, its visit is the answer.
        before = _sent_before(key, by, site)
        if before is None:
            raise
        return before


def _sent_before(key: str | None, by: User, site: Grid) -> Visit | None:
    visit = Visit.objects.select_related("incident").filter(key=key).first() if key else None
    if visit is not None and (visit.by_id, visit.site_id) != (by.pk, site.pk):
        raise Invalid({"": _("This form was already sent for something else. Please open it anew.")})
    return visit


def _log(
    by: User,
    site: Grid,
    answers: Mapping[str, str],
    position: Position | None,
    photos: Sequence[UploadedFile],
    note: str,
    problem: Problem | None,
    checklist: Checklist | None,
    key: str | None,
    at: datetime,
) -> Visit:
    grid = Grid.objects.select_for_update(of=("self",), no_key=True).select_related("site").get(pk=site.pk)
    posting = posting_for(by, Right.INSPECT, grid_id=grid.pk)
    if posting is None:
        raise NotAllowed(_("None of your postings lets you log a visit here."))
    if not grid.is_site or grid.closed_on is not None:
        raise Invalid({"": _("Visits are logged at open sites only.")})
    version = checklist or checklist_for(grid.site.kind)
    if version is None or version.site_kind != grid.site.kind:
        raise Invalid(
            {"": _("There is no checklist for this kind of site yet. Ask the administrator for one.")}
        )
    _check(version, answers, note, problem)
    files = _store(photos)
    incident = _report(by, grid, position, files, problem, key, at) if problem else None
    visit = Visit.objects.create(
        site=grid,
        by=by,
        posting=posting,
        at=at,
        lon=position.lon if position else None,
        lat=position.lat if position else None,
        accuracy=position.accuracy if position else None,
        checklist=version,
        answers=dict(answers),
        note=note.strip(),
        incident=incident,
        key=key,
    )
    VisitPhoto.objects.bulk_create(VisitPhoto(visit=visit, file=file) for file in files)
    _trace(visit, grid, posting, version, files)
    return visit


def _check(version: Checklist, answers: Mapping[str, str], note: str, problem: Problem | None) -> None:
    orders = {str(question.order) for question in version.questions.all()}
    wrong = {
        f"answer_{order}": _("Please answer this question.")
        for order in orders
        if answers.get(order) not in Answer.values
    }
    if set(answers) - orders:
        wrong[""] = _("These answers belong to another checklist. Please open the form anew.")
    if needs_words(answers, note, problem is not None):
        wrong["note"] = _("Something is not in order: say what, or report it as a problem below.")
    if wrong:
        raise Invalid(wrong)


def needs_words(answers: Mapping[str, str], note: str, reported: bool) -> bool:
    """Whether a "no" stands there with neither a word about it nor a problem reported."""
    return Answer.NO in answers.values() and not note.strip() and not reported


def _store(photos: Sequence[UploadedFile]) -> list[StoredFile]:
    """The photos kept by content; one sent twice counts once."""
    files = (store_image(photo) for photo in photos)
    return list({file.pk: file for file in files}.values())


def _report(
    by: User,
    grid: Grid,
    position: Position | None,
    files: Sequence[StoredFile],
    problem: Problem,
    key: str | None,
    at: datetime,
) -> Incident:
    """The incident, at the inspector's position or else at the site's own."""
    return report(
        by=by,
        grid=grid,
        category=problem.category,
        severity=problem.severity,
        description=problem.description,
        source=Source.PATROL,
        photos=files,
        lon=position.lon if position else grid.site.lon,
        lat=position.lat if position else grid.site.lat,
        key=key,
        at=at,
    )


def _trace(
    visit: Visit, grid: Grid, posting: Posting, version: Checklist, files: Sequence[StoredFile]
) -> None:
    record(
        Draft(
            app="inspections",
            action="log_visit",
            subject=Subject(type="inspections.visit", id=str(visit.pk), label=grid.name),
            actor=actor(visit.by, posting),
            at=visit.at,
            place=place(grid),
            payload={
                "checklist": [version.site_kind, version.version],
                "answers": dict(visit.answers),
                "lon": None if visit.lon is None else f"{visit.lon:f}",
                "lat": None if visit.lat is None else f"{visit.lat:f}",
                "accuracy": visit.accuracy,
                "note": visit.note,
                "photos": [file.sha256 for file in files],
                "incident": visit.incident.number if visit.incident else None,
            },
        )
    )


@transaction.atomic
def install_defaults() -> int:
    """Lay the first checklists and patrol plans where there are none; returns how many rows were added."""
    have = set(Checklist.objects.values_list("site_kind", flat=True))
    rows = [row for row in CHECKLISTS if row.kind not in have]
    lists = Checklist.objects.bulk_create(
        Checklist(site_kind=row.kind, name=row.name, name_en=row.name_en) for row in rows
    )
    questions = Question.objects.bulk_create(
        Question(checklist=checklist, order=order, name=name, name_en=name_en)
        for checklist, row in zip(lists, rows, strict=True)
        for order, (name, name_en) in enumerate(row.questions, start=1)
    )
    planned = set(PatrolPlan.objects.values_list("site_kind", "risk"))
    added = PatrolPlan.objects.bulk_create(
        PatrolPlan(site_kind=plan.kind, risk=plan.risk, every_days=plan.every_days)
        for plan in PLANS
        if (plan.kind, plan.risk) not in planned
    )
    return len(lists) + len(questions) + len(added)
