"""Write the demo district set-wise, in one transaction; keys and times follow from the date alone."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from demo import catalogues, district
from demo.roles import DISTRICT
from grids.models import Grid
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

    def rows(self, rows: Sequence[models.Model]) -> None:
        if rows:
            model: Any = type(rows[0])
            model._base_manager.bulk_create(rows, batch_size=BATCH)
            self.models.append(model)

    def stage(self, what: str) -> None:
        now = time.perf_counter()
        self.report(f"{what} ({now - self.stage_began:.1f} s)")
        self.stage_began = now

    def finish(self) -> None:
        """Let the database count on from the keys given here."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), self.models):
                cursor.execute(statement)


def load(today: date, report: Report = print) -> bool:
    """Load the demo as of a day; False if it is there already, and then nothing changes."""
    with transaction.atomic():
        if loaded():
            return False
        writer = _Writer(report)
        place = district.build(today)
        lists = catalogues.build(today)
        for rows in (
            place.grids,
            place.lineage,
            place.labels,
            place.boundaries,
            place.sites,
            place.people,
            place.units,
            place.postings,
        ):
            writer.rows(rows)
        writer.stage(
            f"district: {len(place.grids)} grids, {len(place.sites)} of them sites,"
            f" {len(place.people)} people"
        )
        for rows in (
            lists.categories,
            lists.deadlines,
            lists.days,
            lists.checklists,
            lists.questions,
            lists.plans,
        ):
            writer.rows(rows)
        writer.stage(f"catalogues: {len(lists.categories)} categories, {len(lists.checklists)} checklists")
        for year in lists.unknown:
            report(f"calendar: the working days of {year} are not published in the package; left unknown")
        writer.finish()
    return True
