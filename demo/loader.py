"""Write the demo district set-wise, in one transaction; keys and times follow from the date alone."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection, models, transaction

from assessments.defaults import install as install_scheme
from common.statistics import count_rows
from demo import catalogues, district, dossiers, fixings, photos
from demo.district import District
from demo.history.axis import midnight
from demo.history.build import History
from demo.history.build import build as build_history
from demo.history.later import go_on
from demo.roles import DISTRICT
from grids.bulk import load_tree
from grids.defaults import install_level_labels
from grids.models import Grid
from ledgers.actions import NOBODY, Draft, Subject, record_many
from ledgers.models import Entry, StoredFile
from people.models import User

Report = Callable[[str], None]
BATCH = 2000


class NotEmpty(Exception):
    """The database holds something that is not the demo."""


def loaded() -> bool:
    """Whether the demo district is already there. Raises ``NotEmpty`` where other data is."""
    if Grid.objects.filter(code=DISTRICT).exists():
        return True
    if Grid.objects.exists() or User.objects.exists():
        raise NotEmpty
    return False


class _Writer:
    """Writes rows of one kind after another and notes the models, so that key counters can follow."""

    def __init__(self, report: Report) -> None:
        self.models: list[type[models.Model]] = []
        self.report = report
        self.began = self.stage_began = time.perf_counter()

    def all(self, *lists: Sequence[models.Model]) -> None:
        """Write each list, of one model each, in turn."""
        for rows in filter(None, lists):
            model: Any = type(rows[0])
            model._base_manager.bulk_create(rows, batch_size=BATCH)
            self.models.append(model)

    def update(self, rows: Sequence[models.Model], *fields: str, key: str) -> None:
        """Let rows that are there say these fields anew."""
        model: Any = type(rows[0])
        model._base_manager.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=[key], update_fields=fields
        )

    def stage(self, what: str) -> None:
        now = time.perf_counter()
        self.report(f"{what} ({now - self.stage_began:.1f} s)")
        self.stage_began = now

    def finish(self) -> None:
        """Let the database count on from the keys given here, and know how much there is."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), self.models):
                cursor.execute(statement)
        count_rows(self.models)


def _keep_files(files: Sequence[StoredFile]) -> None:
    """Put the demo's pictures where their rows say; what is there already is the same, by its name."""
    for row, path in zip(files, photos.paths(), strict=True):
        if not default_storage.exists(str(row.file)):
            default_storage.save(str(row.file), ContentFile(path.read_bytes()))


def _said(today: date, place: District, past: History) -> Draft:
    """The entry of the load itself."""
    return Draft(
        app="demo",
        action="load",
        subject=Subject(type="demo.district", id=DISTRICT, label=place.grids[0].name),
        actor=NOBODY,
        at=midnight(today),
        place=place.places[1],
        payload={
            "today": today.isoformat(),
            "grids": len(place.grids),
            "people": len(place.people),
            "incidents": len(past.incidents),
            "visits": len(past.visits),
        },
    )


def load(today: date, report: Report = print) -> bool:
    """Load the demo as of a day; False if it is there already, and then nothing changes."""
    with transaction.atomic():
        if loaded():
            return False
        writer = _Writer(report)
        rows = district.rows()
        since = district.founded(today)
        grids = load_tree(rows, opened_on=since, by=NOBODY, illustrative=True, at=midnight(since))
        install_level_labels(since=since)
        place = district.build(today, rows, grids)
        lists = catalogues.build(today)
        writer.models += [Grid]
        writer.all(place.people, place.units, place.postings)
        writer.stage(
            f"district: {len(place.grids)} grids, {len(place.sites)} of them sites,"
            f" {len(place.people)} people"
        )
        baseline = dossiers.build(place.sites, today)
        writer.update(baseline.sites, *dossiers.SURVEYED, key="grid")
        writer.all(baseline.sources, baseline.permits, baseline.facilities)
        writer.stage(
            f"baseline: {len(baseline.sites)} dossiers surveyed, {len(baseline.sources)} sources,"
            f" {len(baseline.permits)} permits, {len(baseline.facilities)} facilities"
        )
        fixed = fixings.build(place, since=midnight(since))
        writer.all(fixed.charters, fixed.lists, fixed.acknowledged)
        writer.stage(
            f"fixings: {len(fixed.charters)} tasks and methods, {len(fixed.lists)} responsibility lists,"
            f" {len(fixed.acknowledged)} acknowledged"
        )
        writer.all(
            lists.categories,
            lists.deadlines,
            lists.days,
            lists.checklists,
            lists.questions,
            lists.plans,
        )
        install_scheme()
        writer.stage(f"catalogues: {len(lists.categories)} categories, {len(lists.checklists)} checklists")
        guessed = {row.day.year for row in lists.days if row.name == catalogues.GUESSED}
        for year in lists.unknown:
            how = "Monday to Friday stands in for them" if year in guessed else "left unknown"
            report(f"calendar: the working days of {year} are not published yet; {how}")
        past = build_history(place, lists)
        writer.stage(f"past: {len(past.incidents)} incidents in {len(past.steps)} steps, worked out")
        writer.all(
            past.files,
            past.incidents,
            past.steps,
            past.step_photos,
            past.look_backs,
            past.visits,
            past.visit_photos,
        )
        _keep_files(past.files)
        writer.stage(f"past: incidents and {len(past.visits)} visits written")
        entries = record_many([*fixed.drafts, *past.drafts, _said(today, place, past)])
        writer.models.append(Entry)
        writer.stage(f"ledger: {entries} entries")
        writer.finish()
        writer.stage(f"latest days: {go_on(past.later)} more steps by the real actions")
    return True
